"""Draws the moved surface, off screen with OpenGL through EGL."""

from types import TracebackType
from typing import Any

import numpy as np
from jaxtyping import Float, Int, UInt8

from ksdiff.extras import require
from ksdiff.output.picture import check_picture
from ksdiff.output.render import SAMPLES, SHRINK_FRAGMENT_SHADER, SHRINK_VERTEX_SHADER, open_context, unmultiplied
from ksdiff.photo.face_mesh import FaceMesh
from ksdiff.photo.fit import DISTANCE, LOWER_LIP, UPPER_LIP
from ksdiff.photo.layers import Layers
from ksdiff.photo.surface import Surface

DEPTH_SHOWN = 0.5  # m before and behind the head's origin
EYE_DEPTH, MOUTH_DEPTH = 0.006, 0.008  # m by which eyeballs and teeth are drawn further back, so that nothing pokes out
MOVED = (0.02, 0.4)  # pixels: a point moved less shows the photo's own pixel, one moved more is drawn
INSIDE = ("mouth", "teeth_upper", "teeth_lower", "tongue")
MOUTH_LIGHT = np.array([0.0, 0.37, 0.93])  # where it comes from
AMBIENT = 0.3  # share of light from all around
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

SHEET_VERTEX_SHADER = f"""{PLACE}
uniform vec4 rectangle;  // of the textures, in pixels of the frame: left, top, width, height
in vec2 seen;
out vec2 at;
out float moved;
void main() {{
    place(0.0);
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
ivec2 from_top() {{ ivec2 at = ivec2(gl_FragCoord.xy) / samples; return ivec2(at.x, int(size.y) - 1 - at.y); }}
uniform bool over_photo;
in vec2 at;
in float moved;
out vec4 result;
void main() {{
    result = texture(person, at);
    if (over_photo) {{
        vec3 still = texelFetch(plate, from_top(), 0).rgb;
        float drawn = smoothstep({MOVED[0]}, {MOVED[1]}, moved);
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
uniform vec3 light;
uniform float openness;
in vec3 tint;  // colour in linear light
out vec3 colour;
void main() {{
    place({MOUTH_DEPTH});
    colour = pow(tint.rgb * light * mix(0.3, 1.0, openness), vec3(1.0 / 2.2));
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
ivec2 from_top() {{ ivec2 at = ivec2(gl_FragCoord.xy) / samples; return ivec2(at.x, int(size.y) - 1 - at.y); }}
out vec4 result;
void main() {{ result = texelFetch(back, min(from_top(), textureSize(back, 0) - 1), 0); }}
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
        rectangle = ((left - corner[0]) * scale, (top - corner[1]) * scale, (right - left) * scale, (bottom - top) * scale)
        camera = surface.fitted.camera
        uniforms = {
            "middle": tuple((np.array(camera.middle) - corner) * scale),
            "scale": camera.scale * scale,
            "size": (float(width), float(height)),
            "rectangle": rectangle,
            "samples": SAMPLES,
        }
        mesh = surface.fitted.mesh
        count = len(surface.rest)
        self._positions = context.buffer(reserve=count * 12, dynamic=True)
        seen = context.buffer(((surface.seen - corner) * scale).astype("f4").tobytes())
        tint = context.buffer(np.pad(_shaded(mesh), ((0, count - len(mesh.tints)), (0, 0))).astype("f4").tobytes())
        person, eyes = _texture(context, layers.person), _texture(context, layers.eyes)
        plate = _texture(context, layers.plate)
        behind = layers.background
        if background is not None:
            behind = np.broadcast_to(np.round(np.array(background) * 255).astype(np.uint8), layers.plate.shape)
        back = _texture(context, np.zeros((1, 1, 3), np.uint8) if transparent else np.ascontiguousarray(behind))
        for unit, texture in enumerate((person, eyes, plate, back)):
            texture.use(unit)
        self._kept = person, eyes, plate, back

        def program(vertex: str, fragment: str, **values: Any) -> Any:
            made = context.program(vertex, fragment)
            for name, value in (uniforms | values).items():
                if name in made:
                    made[name].value = value
            return made

        def triangles(which: Int[np.ndarray, "F 3"]) -> Any:
            return context.buffer(which.astype("i4").tobytes())

        over_photo = not transparent and background is None
        sheet = program(SHEET_VERTEX_SHADER, SHEET_FRAGMENT_SHADER, person=0, plate=2, over_photo=over_photo)
        eye = program(EYE_VERTEX_SHADER, EYE_FRAGMENT_SHADER, eyes=1)
        self._mouth_program = program(
            MOUTH_VERTEX_SHADER, MOUTH_FRAGMENT_SHADER, light=layers.light
        )
        placed = (self._positions, "3f", "position")
        order = np.argsort(surface.follow[surface.sheet].mean(axis=1), kind="stable")  # the body first, then the head
        eyeballs = np.concatenate([mesh.parts["eye_left"], mesh.parts["eye_right"]])
        inside = np.concatenate([mesh.parts[name] for name in INSIDE])
        self._meshes = [
            context.vertex_array(eye, [placed, (seen, "2f", "seen")], triangles(eyeballs)),
            context.vertex_array(self._mouth_program, [placed, (tint, "3f", "tint")], triangles(inside)),
            context.vertex_array(sheet, [placed, (seen, "2f", "seen")], triangles(surface.sheet[order])),
        ]
        corners = context.buffer(np.array([[-1, -1], [3, -1], [-1, 3]], "f4").tobytes())
        self._back = context.vertex_array(
            program(SHRINK_VERTEX_SHADER, BACK_FRAGMENT_SHADER, back=3), [(corners, "2f", "at")]
        )
        shrink = program(SHRINK_VERTEX_SHADER, SHRINK_FRAGMENT_SHADER)
        shrink["samples"].value = 4
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
        self._positions.write(vertices.astype("f4").tobytes())
        self._drawing.use()
        self._context.clear(0, 0, 0, 0, 1)
        if not self.transparent:
            self._without_depth()
            self._back.render()
            self._with_depth()
        for mesh in self._meshes:
            mesh.render()
        self._flat.use()
        self._without_depth()
        self._samples.use(4)
        self._shrink.render()
        self._with_depth()
        width, height = self.size
        channels = 4 if self.transparent else 3
        pixels = np.frombuffer(self._flat.read(components=channels, alignment=1), np.uint8)
        pixels = pixels.reshape(height, width, channels)[::-1]
        return unmultiplied(pixels) if self.transparent else pixels

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


def _shaded(mesh: FaceMesh) -> Float[np.ndarray, "N 3"]:
    """Colours of the mouth's inside under a light from the front and a little above, in linear light."""
    inside = np.concatenate([mesh.parts[name] for name in INSIDE])
    a, b, c = (mesh.neutral[inside[:, corner]] for corner in range(3))
    normals = np.zeros_like(mesh.neutral, dtype=np.float64)
    for corner in range(3):
        np.add.at(normals, inside[:, corner], np.cross(b - a, c - a))
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-20)
    shade = AMBIENT + (1 - AMBIENT) * np.clip(normals @ MOUTH_LIGHT, 0, 1)
    return mesh.tints[:, :3] * (shade * mesh.tints[:, 3] ** 2)[:, None]


def _texture(context: Any, pixels: UInt8[np.ndarray, "H W C"]) -> Any:
    """A texture; its first row is the top of the picture."""
    height, width, channels = pixels.shape
    texture = context.texture((width, height), channels, np.ascontiguousarray(pixels).tobytes(), alignment=1)
    texture.repeat_x = texture.repeat_y = False
    return texture
