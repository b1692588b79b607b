"""Pictures of the head: drawn off screen with OpenGL, through EGL, so that no display is needed."""

from collections.abc import Generator, Sequence
from types import TracebackType
from typing import Any

import numpy as np
from jaxtyping import Float, Int, UInt8

from ksdiff.errors import InputError, UnavailableError
from ksdiff.extras import require
from ksdiff.face.head import Head, load_head
from ksdiff.face.subdivision import subdivide
from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT
from ksdiff.numerics.rotation import Rotation
from ksdiff.output.picture import check_picture

SAMPLES = 2  # per pixel, in each direction
BLOCK = 32  # frames blended at once

# Camera: looks along -z at the head and neck. Metres, radians.
CENTRE = (0.0, 0.014, 0.0)
DISTANCE = 1.1
HEIGHT_SHOWN = 0.31

MAX_EDGE = 0.005  # m: longer edges of the skin are split

SMOOTHED = ("skin", "mouth")
FADING = ("brow_left", "brow_right", "lashes_left", "lashes_right")

# Lights: where they are seen from the head, and their colours in linear light.
LIGHTS = """
const vec3 KEY = normalize(vec3(-0.50, 0.62, 0.85));
const vec3 FILL = normalize(vec3(0.85, 0.10, 0.65));
const vec3 RIM = normalize(vec3(0.62, 0.45, -0.75));
const vec3 KEY_COLOUR = vec3(1.00, 0.95, 0.88) * 0.82;
const vec3 FILL_COLOUR = vec3(0.80, 0.90, 1.00) * 0.24;
const vec3 RIM_COLOUR = vec3(0.95, 0.97, 1.00) * 0.42;
const vec3 SKY = vec3(0.92, 0.95, 1.00) * 0.34;
const vec3 GROUND = vec3(0.85, 0.68, 0.60) * 0.22;

// Light that has wandered below the skin: the shadow's edge is soft, and softer in red than in blue.
vec3 wrapped(float cosine, vec3 wrap) {
    vec3 reach = clamp((vec3(cosine) + wrap) / (1.0 + wrap), 0.0, 1.0);
    return reach * reach;
}

float gloss(vec3 n, vec3 v, vec3 light, float power) {
    return pow(max(dot(n, normalize(light + v)), 0.0), power);
}

vec3 lit(vec3 tint, vec3 n, float occlusion, vec3 wrap) {
    return tint * (KEY_COLOUR * wrapped(dot(n, KEY), wrap) * mix(1.0, occlusion, 0.55)
        + FILL_COLOUR * wrapped(dot(n, FILL), wrap) * mix(1.0, occlusion, 0.8)
        + mix(GROUND, SKY, 0.5 + 0.5 * n.y) * occlusion);
}
"""

PLACE = """
uniform mat4 projection;
uniform mat3 rotation;
uniform vec3 translation;
uniform vec3 camera;
in vec3 position;
in vec3 normal;
in vec4 tint;
in vec3 extra;  // how far it follows the head's pose, occlusion, wetness

vec3 place(vec3 at) { return mix(at, rotation * at + translation, extra.x); }
"""

# All but the eyes is lit at its vertices, which are dense enough for its soft highlights: many times cheaper
# in software.
VERTEX_SHADER = f"""
#version 330
{LIGHTS}
{PLACE}
out vec4 colour;
void main() {{
    vec3 world = place(position);
    vec3 n = normalize(mix(normal, rotation * normal, extra.x));
    vec3 v = normalize(camera - world);
    float occlusion = extra.y;
    float wet = extra.z;
    vec3 linear = lit(tint.rgb, n, occlusion, mix(vec3(0.42, 0.26, 0.20), vec3(0.15), wet));
    float soft = 0.085 * gloss(n, v, KEY, 22.0) + 0.03 * gloss(n, v, FILL, 18.0);
    float shine = mix(soft, 0.13 * gloss(n, v, KEY, 60.0), wet);
    linear += shine * occlusion * KEY_COLOUR;
    float rim = pow(1.0 - max(dot(n, v), 0.0), 3.0) * max(dot(n, RIM) + 0.35, 0.0);
    linear += RIM_COLOUR * tint.rgb * rim * occlusion * (1.0 - wet);
    colour = vec4(pow(linear, vec3(1.0 / 2.2)), tint.a);
    gl_Position = projection * vec4(world, 1.0);
}}
"""

FRAGMENT_SHADER = """
#version 330
in vec4 colour;
out vec4 result;
void main() { result = colour; }
"""

EYE_VERTEX_SHADER = f"""
#version 330
{PLACE}
out vec3 world;
out vec3 facing;
out float height;  // of the normal in the head's own axes
out vec3 shade;
void main() {{
    world = place(position);
    facing = mix(normal, rotation * normal, extra.x);
    height = normal.y;
    shade = tint.rgb;
    gl_Position = projection * vec4(world, 1.0);
}}
"""

EYE_FRAGMENT_SHADER = f"""
#version 330
{LIGHTS}
uniform vec3 camera;
in vec3 world;
in vec3 facing;
in float height;
in vec3 shade;
out vec4 result;
void main() {{
    vec3 n = normalize(facing);
    vec3 v = normalize(camera - world);
    vec3 colour = lit(shade, n, 1.0, vec3(0.15));
    colour *= mix(1.0, 0.45, smoothstep(-0.02, 0.42, height));  // the upper lid shades the eyeball
    // Its wet surface mirrors a window.
    colour += vec3(0.85) * gloss(n, v, normalize(vec3(-0.30, 0.42, 0.85)), 420.0);
    colour += vec3(0.10) * gloss(n, v, FILL, 60.0);
    result = vec4(pow(colour, vec3(1.0 / 2.2)), 1.0);
}}
"""

BACKDROP_VERTEX_SHADER = """
#version 330
in vec2 at;
in vec3 tint;
out vec4 colour;
void main() {
    colour = vec4(tint, 1.0);
    gl_Position = vec4(at, 0.99999, 1.0);
}
"""
BACKDROP_EDGE, BACKDROP_MIDDLE = (0.135, 0.150, 0.175), (0.360, 0.385, 0.420)


# Each pixel is the mean of its samples: in software this is much faster than multisampling.
SHRINK_VERTEX_SHADER = """
#version 330
in vec2 at;
void main() { gl_Position = vec4(at, 0.0, 1.0); }
"""
SHRINK_FRAGMENT_SHADER = """
#version 330
uniform sampler2D samples;
uniform vec2 size;
out vec4 result;
void main() { result = texture(samples, gl_FragCoord.xy / size); }  // in the middle of four
"""


def check_space(motion: Motion) -> None:
    """Make sure that the open head can show a motion.

    Raises:
        InputError: The motion is of a space other than ``arkit``.
    """
    if motion.space.name != ARKIT.name:
        raise InputError(f"the open head shows {ARKIT.name} motion only, but this motion is {motion.space.name}")


def check_drawing() -> None:
    """See that this machine can draw.

    Raises:
        UnavailableError: The extra ``render`` is not installed, or OpenGL cannot be had.
    """
    drawing_device()


def drawing_device() -> str:
    """What draws on this machine, as OpenGL names it.

    Raises:
        UnavailableError: As `check_drawing`.
    """
    context = open_context(require("moderngl", "render"))
    try:
        return str(context.info["GL_RENDERER"])
    finally:
        context.release()


def open_context(moderngl: Any) -> Any:
    """A context to draw with, off screen.

    Raises:
        UnavailableError: OpenGL cannot be had on this machine.
    """
    try:
        return moderngl.create_context(standalone=True, backend="egl")
    except Exception as error:
        raise UnavailableError(
            "cannot draw without OpenGL through EGL: install it, on Debian or Ubuntu with "
            f"apt-get install libegl1 libgl1-mesa-dri ({error})"
        ) from error


class Renderer:
    """Draws the head with given weights and pose. Close it, or use it as a context manager.

    Args:
        width: Of a picture, pixels.
        height: Of a picture, pixels.
        head: Another head than the open one.
        transparent: Leave out the backdrop, and give pictures a fourth channel: opacity.
        lights: GLSL in place of `LIGHTS`, with the same names.
        background: One colour in place of the backdrop, sRGB, 0..1.

    Raises:
        InputError: The size is out of range.
        UnavailableError: OpenGL cannot be had on this machine; the message names the packages that bring it.
    """

    def __init__(
        self,
        width: int = 512,
        height: int = 512,
        head: Head | None = None,
        transparent: bool = False,
        lights: str = LIGHTS,
        background: tuple[float, float, float] | None = None,
    ) -> None:
        check_picture(width, height)
        moderngl = require("moderngl", "render")
        self.size = width, height
        self.head = head or load_head()
        self.transparent = transparent
        self._background = background and (background, background)  # at the edge, in the middle
        self._context = context = open_context(moderngl)
        context.enable(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        over = moderngl.ONE_MINUS_SRC_ALPHA
        context.blend_func = moderngl.SRC_ALPHA, over, moderngl.ONE, over  # what is solid stays so under a veil
        limit = context.info["GL_MAX_TEXTURE_SIZE"]
        finer = (width * SAMPLES, height * SAMPLES) if max(self.size) * SAMPLES <= limit else self.size
        self._samples = context.texture(finer, 4)
        self._drawing = context.framebuffer([self._samples], context.depth_renderbuffer(finer))
        self._flat = context.framebuffer([context.renderbuffer(self.size)])
        self._enable_fading = lambda: (context.enable(moderngl.BLEND), context.disable(moderngl.CULL_FACE))
        self._disable_fading = lambda: (context.disable(moderngl.BLEND), context.enable(moderngl.CULL_FACE))
        self._disable_depth = lambda: context.disable(moderngl.DEPTH_TEST)
        self._enable_depth = lambda: context.enable(moderngl.DEPTH_TEST)

        smoothed = np.concatenate([self.head.triangles[self.head.parts[part]] for part in SMOOTHED])
        self._refine, fine = subdivide(smoothed, self.head.neutral, MAX_EDGE)
        place = self._refine @ self.head.neutral
        count = len(place)
        fine = fine[nearby_order(place[fine].mean(axis=1))]
        still = self._refine @ self._attributes()
        self._moving = context.buffer(reserve=count * 24, dynamic=True)
        self._interleaved = np.empty((count, 6), np.float32)
        buffers = [
            (self._moving, "3f 3f", "position", "normal"),
            (context.buffer(still.astype("f4").tobytes()), "4f 3f", "tint", "extra"),
        ]
        program = context.program(VERTEX_SHADER.replace(LIGHTS, lights), FRAGMENT_SHADER)
        eye_program = context.program(EYE_VERTEX_SHADER, EYE_FRAGMENT_SHADER.replace(LIGHTS, lights))
        self._programs = program, eye_program

        def mesh(shader: Any, triangles: Int[np.ndarray, "F 3"]):
            return context.vertex_array(shader, buffers, context.buffer(triangles.astype("i4").tobytes()))

        def parts(*names: str) -> Int[np.ndarray, "F 3"]:
            return np.concatenate([self.head.triangles[self.head.parts[name]] for name in names])

        eyes = ("eye_left", "eye_right")
        wet = [name for name in self.head.parts if name not in (*SMOOTHED, *eyes, *FADING)]
        self._solid = [mesh(program, fine), mesh(eye_program, parts(*eyes)), mesh(program, parts(*wet))]
        self._fading = mesh(program, parts(*FADING))
        self._shrink = self._make_shrink()
        self._empty = self._make_empty(finer)
        self._set_camera()

    def _attributes(self) -> Float[np.ndarray, "V 7"]:
        """Colour in linear light and opacity, how far it follows the head's pose, occlusion, wetness."""
        head = self.head
        result = np.zeros((len(head.neutral), 7), np.float32)
        result[:, :3] = head.colours[:, :3] ** 2.2
        result[:, 3] = head.colours[:, 3]
        result[:, 4] = head.neck_weights
        result[:, 5] = head.occlusion
        result[head.part_vertices("mouth", "teeth_upper", "teeth_lower", "tongue"), 6] = 1
        result[head.part_vertices("skin"), 6] = 0
        return result

    def _make_shrink(self):
        """Draws the samples as pixels, with one triangle that covers them."""
        context = self._context
        program = context.program(SHRINK_VERTEX_SHADER, SHRINK_FRAGMENT_SHADER)
        program["size"].value = self.size
        corners = np.array([[-1, -1], [3, -1], [-1, 3]], "f4")
        return context.vertex_array(program, [(context.buffer(corners.tobytes()), "2f", "at")])

    def _make_empty(self, size: tuple[int, int]):
        """The picture before the head is drawn: the backdrop, or nothing."""
        context = self._context
        empty = context.framebuffer([context.renderbuffer(size)], context.depth_renderbuffer(size))
        empty.use()
        empty.clear()
        if not self.transparent:
            self._make_backdrop(*(self._background or (BACKDROP_EDGE, BACKDROP_MIDDLE))).render()
        return empty

    def _make_backdrop(self, edge: tuple[float, float, float], middle: tuple[float, float, float]):
        """A grid at the far plane."""
        side = 24
        u, w = np.meshgrid(np.linspace(0, 1, side + 1), np.linspace(0, 1, side + 1))
        glow = np.clip(1 - np.hypot(u - 0.5, w - 0.56) / 0.85, 0, 1)
        glow = (glow * glow * (3 - 2 * glow))[..., None]
        colour = np.array(edge) * (1 - glow) + np.array(middle) * glow
        vertices = np.concatenate([2 * u[..., None] - 1, 2 * w[..., None] - 1, colour], axis=-1)
        corner = (np.arange(side)[:, None] * (side + 1) + np.arange(side)).reshape(-1)
        right, above = corner + 1, corner + side + 1
        order = np.concatenate([np.stack([corner, right, above + 1], 1), np.stack([corner, above + 1, above], 1)])
        context = self._context
        return context.vertex_array(
            context.program(BACKDROP_VERTEX_SHADER, FRAGMENT_SHADER),
            [(context.buffer(vertices.astype("f4").tobytes()), "2f 3f", "at", "tint")],
            context.buffer(order.astype("i4").tobytes()),
        )

    def _set_camera(self) -> None:
        width, height = self.size
        x, y, z = CENTRE
        scale = 2 * DISTANCE / HEIGHT_SHOWN
        near, far = DISTANCE - 0.4, DISTANCE + 0.4
        projection = np.array(
            [
                [scale * height / width, 0, 0, 0],
                [0, scale, 0, 0],
                [0, 0, -(far + near) / (far - near), -2 * far * near / (far - near)],
                [0, 0, -1, 0],
            ]
        )
        view = np.eye(4)
        view[:3, 3] = -x, -y, -z - DISTANCE
        for program in self._programs:
            program["projection"].write((projection @ view).T.astype("f4").tobytes())
            program["camera"].value = (x, y, z + DISTANCE)

    def draw(
        self, vertices: Float[np.ndarray, "V 3"], pose: Float[np.ndarray, " 6"] | None = None
    ) -> UInt8[np.ndarray, "H W C"]:
        """One picture, sRGB, top row first; with opacity, not multiplied into the colours, if it is transparent.

        Args:
            vertices: From `Head.vertices`, m.
            pose: Rotation vector, rad, and translation, m, of the head; none leaves it upright.
        """
        pose = np.zeros(6) if pose is None else pose
        self._interleaved[:] = self._refine @ np.hstack([vertices, self.head.normals(vertices)])
        self._moving.write(self._interleaved)
        rotation = Rotation.from_rotvec(pose[:3]).as_matrix()
        for program in self._programs:
            program["rotation"].write(rotation.T.astype("f4").tobytes())
            program["translation"].value = tuple(float(value) for value in pose[3:])
        self._context.copy_framebuffer(self._drawing, self._empty)  # colours and depth
        self._drawing.use()
        for mesh in self._solid:
            mesh.render()
        self._enable_fading()
        self._fading.render()
        self._disable_fading()
        self._flat.use()
        self._disable_depth()
        self._samples.use()
        self._shrink.render()
        self._enable_depth()
        return read_pixels(self._flat, self.size, self.transparent)

    def close(self) -> None:
        """Give back what it holds."""
        self._context.gc_mode = "context_gc"
        self._context.release()

    def __enter__(self) -> "Renderer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def nearby_order(places: Float[np.ndarray, "N 3"]) -> Int[np.ndarray, " N"]:
    """An order in which neighbours in space mostly follow each other: along a Z-order curve (Morton 1966).

    Neighbouring triangles share vertices, and a vertex that was used just before is not computed again.
    """
    low, high = places.min(axis=0), places.max(axis=0)
    cell = ((places - low) / np.maximum(high - low, 1e-12) * 31).astype(int)  # 5 bits of each axis
    code = np.zeros(len(places), int)
    for bit in range(5):
        for axis in range(3):
            code |= ((cell[:, axis] >> bit) & 1) << (3 * bit + axis)
    return np.argsort(code, kind="stable")


def read_pixels(framebuffer: Any, size: tuple[int, int], transparent: bool) -> UInt8[np.ndarray, "H W C"]:
    """What was drawn, sRGB, top row first; with opacity, not multiplied into the colours, if it is transparent."""
    width, height = size
    channels = 4 if transparent else 3
    pixels = np.frombuffer(framebuffer.read(components=channels, alignment=1), np.uint8)
    pixels = pixels.reshape(height, width, channels)[::-1]
    return unmultiplied(pixels) if transparent else pixels


def unmultiplied(pixels: UInt8[np.ndarray, "H W 4"]) -> UInt8[np.ndarray, "H W 4"]:
    """Colours as they are where something is seen; drawing over nothing has multiplied them with the opacity."""
    pixels = pixels.copy()
    edge = (pixels[..., 3] > 0) & (pixels[..., 3] < 255)
    colours, opacity = pixels[edge, :3].astype(np.float32), pixels[edge, 3:]
    pixels[edge, :3] = np.minimum(np.round(colours * 255 / opacity), 255)
    return pixels


def render_frames(
    motion: Motion,
    width: int = 512,
    height: int = 512,
    transparent: bool = False,
    background: tuple[float, float, float] | None = None,
) -> Generator[UInt8[np.ndarray, "H W C"], None, None]:
    """Draw every frame of a motion, in order, sRGB; with opacity and no backdrop if transparent.

    A ``background``, sRGB, 0..1, takes the place of the backdrop.

    Raises:
        InputError: The motion is not of the ``arkit`` space, or this machine cannot draw.
    """
    check_space(motion)
    with Renderer(width, height, transparent=transparent, background=background) as renderer:
        for start in range(0, len(motion), BLOCK):
            block = slice(start, start + BLOCK)
            for vertices, pose in zip(
                renderer.head.vertices(motion.expression[block]), motion.head[block], strict=True
            ):
                yield renderer.draw(vertices, pose)


def render_stills(
    motion: Motion, times: Sequence[float], width: int = 512, height: int = 512
) -> list[UInt8[np.ndarray, "H W 3"]]:
    """Draw the frames nearest to some instants.

    Args:
        motion: What to draw.
        times: Instants, s, within the motion.
        width: Of each picture, pixels.
        height: Of each picture, pixels.

    Raises:
        InputError: A time lies outside the motion; or as `render_frames`.
    """
    check_space(motion)
    for time in times:
        if not 0 <= time <= motion.duration:
            raise InputError(f"there is no frame at {time} s: the motion lasts {motion.duration:.2f} s")
    with Renderer(width, height) as renderer:
        frames = [min(round(time * motion.fps), len(motion) - 1) for time in times]
        return [
            renderer.draw(renderer.head.vertices(motion.expression[[frame]])[0], motion.head[frame]) for frame in frames
        ]
