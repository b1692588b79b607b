"""Draws the moved surface, off screen with OpenGL through EGL."""

from types import TracebackType
from typing import Any

import numpy as np
from jaxtyping import Float, Int, UInt8

from ksdiff.extras import needs, require
from ksdiff.motion.space import ARKIT_SHAPES
from ksdiff.output.picture import check_picture
from ksdiff.output.render import SAMPLES, SHRINK_FRAGMENT_SHADER, SHRINK_VERTEX_SHADER, open_context, read_pixels
from ksdiff.photo.face_mesh import FaceMesh
from ksdiff.photo.fit import DISTANCE, EYES, LOWER_LIP, UPPER_LIP
from ksdiff.photo.layers import LUMINANCE, Layers
from ksdiff.photo.surface import Surface

with needs("portrait"):
    from scipy.spatial import KDTree

DEPTH_SHOWN = 0.5  # m before and behind the head's origin
EYE_DEPTH, MOUTH_DEPTH = 0.006, 0.008  # m by which eyeballs and teeth are drawn further back, so that nothing pokes out
MOVED = (0.02, 0.4)  # pixels: a point moved less shows the photo's own pixel, one moved more is drawn
INSIDE = ("mouth", "teeth_upper", "teeth_lower", "tongue")
MOUTH_LIGHT = np.array([0.0, 0.37, 0.93])  # where it comes from
OCCLUSION = 1.4  # exponent of how open a place is to light
AMBIENT = 0.3  # share of light from all around
STRETCHED = (1.1, 1.6)  # times that skin of a lid is drawn out, from where its detail begins to fade
LASHES, LASH_WIDTH = 0.65, 1.2e-3  # how much closed lids are darkened at their edge, and over how many m
BLINKS = ARKIT_SHAPES.index("eyeBlinkRight"), ARKIT_SHAPES.index("eyeBlinkLeft")
LID_FULL = 0.25  # of a blink's furthest way, from which on skin is a lid
LIT_GAP = 0.012  # m between the lips at which light falls fully on the teeth

PLACE = f"""
#version 330
uniform vec2 middle;
uniform float scale;
uniform vec2 size;
in vec3 position;
vec2 pixel;
void place(float back) {{
    float near = ({DISTANCE} - position.z) / {DISTANCE};
    pixel = middle + vec2(position.x, -position.y) * scale / near;
    vec2 at = 2.0 * pixel / size - 1.0;
    gl_Position = vec4(at.x * near, -at.y * near, (back - position.z) / {DEPTH_SHOWN} * near, near);
}}
"""

FROM_TOP = "ivec2 from_top() { return ivec2(gl_FragCoord.x, size.y * samples - gl_FragCoord.y) / samples; }"

SHEET_VERTEX_SHADER = f"""{PLACE}
uniform vec2 closed;  // how far the right and the left eye are
uniform vec4 rectangle;  // of the textures, in pixels of the frame: left, top, width, height
in vec2 seen;
in vec3 lid;  // of the right and the left eye, and how close to its edge
out vec2 at;
out float moved;
out float on_lid;
out float on_edge;
void main() {{
    place(0.0);
    on_lid = dot(lid.xy, closed);
    on_edge = lid.z * on_lid;
    at = (seen - rectangle.xy) / rectangle.zw;
    moved = distance(pixel, seen);
}}
"""
SHEET_FRAGMENT_SHADER = f"""
#version 330
uniform sampler2D person;
uniform sampler2D plate;
uniform vec2 size;
uniform int samples;
{FROM_TOP}
uniform bool over_photo;
uniform sampler2D lids;
uniform float detail;  // texels for a sample, where nothing is stretched
in vec2 at;
in float moved;
in float on_lid;
in float on_edge;
out vec4 result;
void main() {{
    result = texture(person, at);
    bool nobody = result.a < 0.004;
    if (on_lid > 0.01) {{  // what is drawn out far would show streaks
        float texels = length(dFdy(at) * vec2(textureSize(person, 0)));
        float stretched = smoothstep({STRETCHED[0]}, {STRETCHED[1]}, detail / max(texels, 1e-3));
        result.rgb = mix(result.rgb, texture(lids, at).rgb, stretched * on_lid);
        result.rgb *= 1.0 - {LASHES} * on_edge;
    }}
    if (over_photo) {{
        vec3 still = texelFetch(plate, from_top(), 0).rgb;
        float drawn = smoothstep({MOVED[0]}, {MOVED[1]}, moved);
        if (nobody) drawn = step(1e-6, drawn);  // no mixture of two that are the same but for rounding
        float opacity = mix(1.0, result.a, drawn);
        result = vec4(mix(still, result.rgb * result.a, drawn) / max(opacity, 1e-4), opacity);
    }}
    if (result.a < 0.004) discard;
}}
"""

EYE_VERTEX_SHADER = f"""{PLACE}
uniform vec4 rectangle;
in vec2 seen;
out vec2 at;
void main() {{
    place({EYE_DEPTH});
    at = (seen - rectangle.xy) / rectangle.zw;
}}
"""
EYE_FRAGMENT_SHADER = """
#version 330
uniform sampler2D eyes;
in vec2 at;
out vec4 result;
void main() { result = vec4(texture(eyes, at).rgb, 1.0); }
"""

MOUTH_VERTEX_SHADER = f"""{PLACE}
uniform float openness;
in vec3 tint;  // colour in linear light
out vec3 colour;
void main() {{
    place({MOUTH_DEPTH});
    colour = pow(tint * mix(0.3, 1.0, openness), vec3(1.0 / 2.2));
}}
"""
MOUTH_FRAGMENT_SHADER = """
#version 330
in vec3 colour;
out vec4 result;
void main() { result = vec4(colour, 1.0); }
"""

BACK_FRAGMENT_SHADER = f"""
#version 330
uniform sampler2D back;
uniform vec2 size;
uniform int samples;
{FROM_TOP}
out vec4 result;
void main() {{ result = texelFetch(back, from_top(), 0); }}
"""


class PortraitRenderer:
    """Draws a photo's surface with given weights and pose. Close it, or use it as a context manager.

    Args:
        surface: What moves.
        layers: What it shows.
        transparent: Leave out the background, and give pictures a fourth channel: opacity.
        background: One colour in place of the background, sRGB, 0..1.

    Raises:
        UnavailableError: OpenGL cannot be had on this machine; the message names the packages that bring it.
    """

    def __init__(
        self,
        surface: Surface,
        layers: Layers,
        transparent: bool = False,
        background: tuple[float, float, float] | None = None,
    ) -> None:
        height, width = layers.plate.shape[:2]
        check_picture(width, height)
        moderngl = require("moderngl", "portrait")
        self.size = width, height
        self.surface, self.transparent = surface, transparent
        self._context = context = open_context(moderngl)
        context.enable(moderngl.DEPTH_TEST | moderngl.BLEND)
        over = moderngl.ONE_MINUS_SRC_ALPHA
        context.blend_func = moderngl.SRC_ALPHA, over, moderngl.ONE, over
        self._samples = context.texture((width * SAMPLES, height * SAMPLES), 4)
        self._drawing = context.framebuffer(
            [self._samples], context.depth_renderbuffer((width * SAMPLES, height * SAMPLES))
        )
        self._flat = context.framebuffer([context.renderbuffer(self.size)])
        self._without_depth = lambda: context.disable(moderngl.DEPTH_TEST | moderngl.BLEND)
        self._with_depth = lambda: context.enable(moderngl.DEPTH_TEST | moderngl.BLEND)

        scale = width / (layers.frame[2] - layers.frame[0])
        corner = np.array(layers.frame[:2])
        left, top, right, bottom = layers.rectangle
        rectangle = (
            (left - corner[0]) * scale,
            (top - corner[1]) * scale,
            (right - left) * scale,
            (bottom - top) * scale,
        )
        camera = surface.fitted.camera
        uniforms = {
            "middle": tuple((np.array(camera.middle) - corner) * scale),
            "scale": camera.scale * scale,
            "size": (float(width), float(height)),
            "rectangle": rectangle,
            "samples": SAMPLES,
            "detail": layers.person.shape[0] / rectangle[3] / SAMPLES,
        }
        mesh = surface.fitted.mesh
        count = len(surface.rest)
        self._positions = context.buffer(reserve=count * 12, dynamic=True)
        seen = context.buffer(((surface.seen - corner) * scale).astype("f4").tobytes())
        lid = context.buffer(_lid(surface).astype("f4").tobytes())
        tint = context.buffer(np.pad(mouth_colours(mesh, layers), ((0, count - len(mesh.tints)), (0, 0))).astype("f4"))
        person, eyes, lids = (_texture(context, one) for one in (layers.person, layers.eyes, layers.lids))
        plate = _texture(context, layers.plate)
        back = _texture(context, _behind(layers, surface, (surface.seen - corner) * scale, transparent, background))
        for unit, texture in enumerate((person, eyes, plate, back, lids)):
            texture.use(unit)
        self._kept = person, eyes, plate, back, lids

        def program(vertex: str, fragment: str, **values: Any) -> Any:
            made = context.program(vertex, fragment)
            for name, value in (uniforms | values).items():
                if name in made:
                    made[name].value = value
            return made

        def triangles(which: Int[np.ndarray, "F 3"]) -> Any:
            return context.buffer(which.astype("i4").tobytes())

        over_photo = not transparent and background is None
        self._sheet_program = sheet = program(
            SHEET_VERTEX_SHADER, SHEET_FRAGMENT_SHADER, person=0, plate=2, lids=4, over_photo=over_photo
        )
        eye = program(EYE_VERTEX_SHADER, EYE_FRAGMENT_SHADER, eyes=1)
        self._mouth_program = program(MOUTH_VERTEX_SHADER, MOUTH_FRAGMENT_SHADER)
        placed = (self._positions, "3f", "position")
        sheet_triangles = visible_triangles(layers, surface)
        order = np.argsort(surface.follow[sheet_triangles].mean(axis=1), kind="stable")  # the body first, then the head
        eyeballs = np.concatenate([mesh.parts["eye_left"], mesh.parts["eye_right"]])
        inside = np.concatenate([mesh.parts[name] for name in INSIDE])
        self._meshes = [
            context.vertex_array(eye, [placed, (seen, "2f", "seen")], triangles(eyeballs)),
            context.vertex_array(self._mouth_program, [placed, (tint, "3f", "tint")], triangles(inside)),
            context.vertex_array(
                sheet, [placed, (seen, "2f", "seen"), (lid, "3f", "lid")], triangles(sheet_triangles[order])
            ),
        ]
        corners = context.buffer(np.array([[-1, -1], [3, -1], [-1, 3]], "f4").tobytes())
        fill = program(SHRINK_VERTEX_SHADER, BACK_FRAGMENT_SHADER, back=3)
        # What never changes is drawn once and copied, which is much faster.
        samples = width * SAMPLES, height * SAMPLES
        self._still = context.framebuffer([context.renderbuffer(samples)], context.depth_renderbuffer(samples))
        self._still.use()
        self._still.clear(depth=1.0)
        self._without_depth()
        context.vertex_array(fill, [(corners, "2f", "at")]).render()
        self._with_depth()
        shrink = program(SHRINK_VERTEX_SHADER, SHRINK_FRAGMENT_SHADER)
        shrink["samples"].value = 5
        self._shrink = context.vertex_array(shrink, [(corners, "2f", "at")])
        self._lips = mesh.landmarks[[*UPPER_LIP, *LOWER_LIP]]

    def draw(self, expression: Float[np.ndarray, " E"], head: Float[np.ndarray, "6"]) -> UInt8[np.ndarray, "H W C"]:
        """One picture, sRGB, top row first; with opacity, not multiplied into the colours, if it is transparent.

        Args:
            expression: Weights of the first E shapes.
            head: Rotation vector, rad, and translation, m, of the head.
        """
        vertices = self.surface.moved(expression, head)
        lips = self._lips @ vertices[: len(self.surface.fitted.rest)]
        half = len(lips) // 2
        gap = float(np.linalg.norm(lips[:half] - lips[half:], axis=1).max())
        self._mouth_program["openness"].value = min(gap / LIT_GAP, 1.0)
        self._sheet_program["closed"].value = tuple(float(value) for value in np.clip(expression[list(BLINKS)], 0, 1))
        self._positions.write(vertices.astype("f4").tobytes())
        self._context.copy_framebuffer(self._drawing, self._still)
        self._drawing.use()
        for mesh in self._meshes:
            mesh.render()
        self._flat.use()
        self._without_depth()
        self._samples.use(5)
        self._shrink.render()
        self._with_depth()
        return read_pixels(self._flat, self.size, self.transparent)

    def close(self) -> None:
        """Give back what it holds."""
        self._context.gc_mode = "context_gc"
        self._context.release()

    def __enter__(self) -> "PortraitRenderer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def visible_triangles(layers: Layers, surface: Surface) -> Int[np.ndarray, "F 3"]:
    """Triangles of the sheet but those that lie all in the background."""
    cv2 = require("cv2", "portrait")
    left, top, right, bottom = layers.rectangle
    height, width = layers.person.shape[:2]
    at = (surface.seen - (left, top)) * (width / (right - left), height / (bottom - top))
    sides = at[surface.sheet] - at[surface.sheet][:, [1, 2, 0]]
    reach = int(np.ceil(np.median(np.linalg.norm(sides[: len(surface.sheet) // 4], axis=2)))) + 2
    opaque = cv2.dilate(layers.person[..., 3], np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0
    x, y = np.clip(np.floor(at), 0, (width - 1, height - 1)).astype(int).T
    return surface.sheet[opaque[y, x][surface.sheet].any(axis=1)]


def _behind(
    layers: Layers,
    surface: Surface,
    seen: Float[np.ndarray, "N 2"],
    transparent: bool,
    background: tuple[float, float, float] | None,
) -> UInt8[np.ndarray, "H W 4"]:
    """What is seen where nothing moves, and behind what moves."""
    cv2 = require("cv2", "portrait")
    height, width = layers.plate.shape[:2]
    still = np.zeros((height, width), np.uint8)
    for triangle in np.round(seen[surface.still] * 16).astype(np.int32):
        cv2.fillConvexPoly(still, triangle, 1, shift=4)
    still = cv2.dilate(still, np.ones((3, 3), np.uint8))  # pixels on its edge belong to it in part
    body = np.where(still > 0, layers.opacity, 0)[..., None]
    if transparent:
        return np.concatenate([layers.plate, (body * 255).round().astype(np.uint8)], axis=2)
    if background is None:
        colours = np.where(body > 0, layers.plate, layers.background)
    else:
        colours = body * layers.plate + (1 - body) * np.round(np.array(background) * 255)
    return np.dstack([colours.round().astype(np.uint8), np.full((height, width), 255, np.uint8)])


def _lid(surface: Surface) -> Float[np.ndarray, "N 3"]:
    """How far each vertex belongs to the right and the left upper lid: how far a blink moves it; and to its edge."""
    reach = np.linalg.norm(surface.deltas[list(BLINKS)], axis=2)
    lids = (reach / np.maximum(reach.max(axis=1, keepdims=True), 1e-9)).clip(0, LID_FULL) / LID_FULL
    fitted = surface.fitted
    landmarks = fitted.mesh.landmarks @ fitted.seen
    edges = np.concatenate([_dense(landmarks[list(upper), :2]) for upper, _, _ in EYES.values()])
    edge = np.zeros(len(surface.rest))
    skin = np.unique(fitted.mesh.skin)
    edge[skin] = np.exp(-((KDTree(edges).query(fitted.seen[skin, :2])[0] / LASH_WIDTH) ** 2))
    return np.concatenate([lids, edge[None]]).T


def _dense(line: Float[np.ndarray, "K 2"], steps: int = 8) -> Float[np.ndarray, "L 2"]:
    """More points on a line through points."""
    at = np.linspace(0, len(line) - 1, steps * (len(line) - 1) + 1)
    return np.stack([np.interp(at, np.arange(len(line)), line[:, axis]) for axis in range(2)], axis=1)


def mouth_colours(mesh: FaceMesh, layers: Layers) -> Float[np.ndarray, "N 3"]:
    """Colours of the mouth's inside in the photo's light, in linear light.

    Its walls go over into the lips, and so have their colour; teeth and tongue have the open head's. They are shaded by
    a light from the front and a little above.
    """
    inside = np.concatenate([mesh.parts[name] for name in INSIDE])
    a, b, c = (mesh.neutral[inside[:, corner]] for corner in range(3))
    normals = np.zeros_like(mesh.neutral, dtype=np.float64)
    for corner in range(3):
        np.add.at(normals, inside[:, corner], np.cross(b - a, c - a))
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-20)
    shade = AMBIENT + (1 - AMBIENT) * np.clip(normals @ MOUTH_LIGHT, 0, 1)
    colours, occlusion = mesh.tints[:, :3] * layers.light, mesh.tints[:, 3]
    walls = mesh.parts_vertices("mouth")
    lips = mesh.tints[mesh.head.lip_vertices, :3].mean(axis=0)
    colours[walls] = mesh.tints[walls, :3] / lips * layers.lips
    shade[walls] = 1
    grey = (colours @ LUMINANCE)[:, None]
    colours = grey + layers.colourful * (colours - grey)
    return colours * (shade * occlusion**OCCLUSION)[:, None]


def _texture(context: Any, pixels: UInt8[np.ndarray, "H W C"]) -> Any:
    """A texture; its first row is the top of the picture."""
    height, width, channels = pixels.shape
    texture = context.texture((width, height), channels, np.ascontiguousarray(pixels).tobytes(), alignment=1)
    texture.repeat_x = texture.repeat_y = False
    return texture
