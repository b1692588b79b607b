"""People who do not exist, and videos of them: what `build_tracker_inverse.py` shows to the face tracker.

Heads are the open head's base mesh with other macro targets of MakeHuman and a smooth deformation of the face,
carrying the same 52 shapes; skin, lips, hair, beard, light, lens, background, and what cameras and encoders do to
a picture are drawn by chance.
"""

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import build_head
import cv2
import numpy as np
from jaxtyping import Float, Int, UInt8
from scipy.ndimage import gaussian_filter
from scipy.spatial.transform import Rotation

from ksdiff.face.head import Head, head_from_arrays
from ksdiff.motion.space import ARKIT_SHAPES
from ksdiff.output import render

ANCESTRIES = ("african", "asian", "caucasian")
AGES = ("young", "old", "child")
BUILDS = ("min", "average", "max")
FACE_WIDTH = 0.142  # m between the sides of the face, landmarks 234 and 454
TRIES = 8
LARGEST = 480  # pixels: width of a picture
TONES = np.array([(96, 62, 48), (141, 92, 68), (190, 136, 108), (224, 172, 148), (240, 200, 182)]) / 255


@dataclass(frozen=True)
class Shot:
    """How a person is filmed.

    Attributes:
        face: Width of the face, pixels.
        size: Width and height of the picture, pixels.
        rate: Frames/s.
        quality: Constant rate factor of H.264: larger is worse.
        blur: Standard deviation, pixels.
        noise: Standard deviation, 0..255.
        smear: Share of the picture before that stays, as a slow shutter leaves it.
        exposure: Factor on each colour.
        gamma: Of the camera's curve.
    """

    face: float
    size: tuple[int, int]
    rate: Fraction
    quality: int
    blur: float
    noise: float
    smear: float
    exposure: tuple[float, float, float]
    gamma: float


def draw_shot(rng: np.random.Generator, face: float | None = None) -> Shot:
    """A shot by chance, of a face of 42 to 300 pixels unless its size is given."""
    face = float(np.exp(rng.uniform(np.log(42), np.log(300)))) if face is None else face
    width = min(max(face * rng.uniform(1.7, 3.0), 150), LARGEST)
    height = min(max(width * rng.uniform(0.75, 1.1), face * 1.6), LARGEST)
    rates = (Fraction(25), Fraction(30), Fraction(30000, 1001), Fraction(24), Fraction(15), Fraction(50))
    tint = rng.normal(1, 0.04, 3) * rng.uniform(0.75, 1.15)
    return Shot(
        face=face,
        size=(int(width) // 2 * 2, int(height) // 2 * 2),
        rate=rates[rng.choice(len(rates), p=(0.32, 0.28, 0.14, 0.1, 0.08, 0.08))],
        quality=int(rng.integers(19, 37)),
        blur=float(rng.uniform(0, 0.6 + 0.004 * face)) if rng.random() < 0.7 else 0.0,
        noise=float(rng.uniform(0, 6)),
        smear=float(rng.uniform(0, 0.35)) if rng.random() < 0.4 else 0.0,
        exposure=(float(tint[0]), float(tint[1]), float(tint[2])),
        gamma=float(rng.uniform(0.8, 1.3)),
    )


# --- heads ---


def draw_macro(rng: np.random.Generator) -> dict[str, float]:
    """Weights of MakeHuman's macro targets for somebody."""
    ancestry = rng.dirichlet((0.6, 0.6, 0.6))
    male = float(np.clip(rng.choice((rng.uniform(0, 0.25), rng.uniform(0.75, 1), rng.uniform())), 0, 1))
    age = rng.dirichlet((2.0, 0.5, 0.12))
    muscle, weight = rng.dirichlet((0.6, 1.5, 0.6)), rng.dirichlet((0.6, 1.5, 0.6))
    result = {}
    for sex, sex_share in (("female", 1 - male), ("male", male)):
        for years, age_share in zip(AGES, age, strict=True):
            for name, share in zip(ANCESTRIES, ancestry, strict=True):
                result[f"{name}-{sex}-{years}"] = sex_share * age_share * share
            for strength, strength_share in zip(BUILDS, muscle, strict=True):
                for mass, mass_share in zip(BUILDS, weight, strict=True):
                    name = f"universal-{sex}-{years}-{strength}muscle-{mass}weight"
                    result[name] = sex_share * age_share * strength_share * mass_share
    return {name: float(share) for name, share in result.items() if share > 0.004}


def draw_head(rng: np.random.Generator, wheel: Path, landmarker: Path) -> Head:
    """A head by chance. Same generator state, same head."""
    for _ in range(TRIES - 1):
        try:
            return _draw_head(rng, wheel, landmarker)
        except (KeyError, ValueError):  # so odd a face that eyes, lips or teeth cannot be fitted to it
            continue
    return _draw_head(rng, wheel, landmarker)


def _draw_head(rng: np.random.Generator, wheel: Path, landmarker: Path) -> Head:
    macro = draw_macro(rng)
    source = build_head.read_wheel(wheel, macro)
    reference, occlusion = _reference(wheel)
    apart = np.linalg.norm(_eye(source, "l") - _eye(source, "r")) / np.linalg.norm(
        _eye(reference, "l") - _eye(reference, "r")
    )
    # The shapes keep their size, so the head must be as large as theirs; and its mouth must be where teeth are made.
    teeth = source.groups["helper-lower-teeth"]
    vertices = source.vertices / apart
    vertices = vertices + (reference.vertices[teeth] - vertices[teeth]).mean(axis=0)
    vertices = vertices + _deformation(rng, vertices)
    strengths = np.exp(rng.normal(0, 0.1, len(ARKIT_SHAPES)))
    symmetric = {name: strengths[ARKIT_SHAPES.index(name.replace("Right", "Left"))] for name in ARKIT_SHAPES}
    local = 1 + _field(rng, vertices, 12, 0.03, 0.3) * 0.12
    shapes = {name: delta * symmetric[name] * local[:, None] for name, delta in source.shapes.items()}
    for kept in ("jawOpen", "mouthClose"):  # together they must leave the lips closed
        shapes[kept] = source.shapes[kept] * symmetric["jawOpen"] * local[:, None]
    source = replace(source, vertices=vertices, shapes=shapes)
    head = head_from_arrays(build_head.assemble(source, _canonical(landmarker), occlusion))
    return replace(head, colours=_colours(rng, head))


@cache
def _reference(wheel: Path) -> tuple[build_head.Source, Float[np.ndarray, " V"]]:
    source = build_head.read_wheel(wheel)
    return source, build_head.make_body(source).piece.occlusion


@cache
def _canonical(landmarker: Path) -> Float[np.ndarray, "468 3"]:
    return build_head.read_canonical_face(landmarker)


def _eye(source: build_head.Source, side: str) -> Float[np.ndarray, "3"]:
    return source.vertices[source.groups[f"helper-{side}-eye"]].mean(axis=0)


def _field(
    rng: np.random.Generator, at: Float[np.ndarray, "V 3"], count: int, reach: float, apart: float = 0.0
) -> Float[np.ndarray, " V"]:
    """A smooth random field over the face, of about unit size, alike on both sides but for a share."""
    centres = np.stack([rng.uniform(0, 0.07, count), rng.uniform(-0.09, 0.1, count), rng.uniform(0.03, 0.13, count)], 1)
    result = np.zeros(len(at))
    for centre in centres:
        left, right = rng.normal() + rng.normal(0, 1, 2) * apart
        for side, amount in ((1, left), (-1, right)):
            square = ((at - centre * [side, 1, 1]) ** 2).sum(axis=1)
            result += amount * np.exp(-square / (2 * reach**2))
    return result


def _deformation(rng: np.random.Generator, at: Float[np.ndarray, "V 3"]) -> Float[np.ndarray, "V 3"]:
    """Noses, chins and mouths that the macro targets do not have, m."""
    size = rng.uniform(0.0004, 0.0016)
    result = np.stack([_field(rng, at, 14, rng.uniform(0.014, 0.026)) * size for _ in range(3)], axis=1)
    result[:, 0] *= np.tanh(at[:, 0] / 0.02)  # alike on both sides
    return result


def _colours(rng: np.random.Generator, head: Head) -> Float[np.ndarray, "V 4"]:
    colours = head.colours.copy()
    tone = rng.uniform(0, len(TONES) - 1)
    low = min(int(tone), len(TONES) - 2)
    skin = TONES[low] + (tone - low) * (TONES[low + 1] - TONES[low]) + rng.normal(0, 0.02, 3)
    lips = skin * rng.uniform((0.68, 0.42, 0.45), (1.0, 0.85, 0.9))
    if rng.random() < 0.15:  # lipstick
        lips = np.array([rng.uniform(0.5, 0.8), rng.uniform(0.08, 0.35), rng.uniform(0.1, 0.4)])
    old_skin, old_lips = (np.array(colour) / 255 for colour in (build_head.SKIN, build_head.LIPS))
    chosen = head.part_vertices("skin")
    way = old_lips - old_skin
    redness = np.clip((colours[chosen, :3] - old_skin) @ way / (way @ way), 0, 1)[:, None]
    at = head.neutral[chosen]
    patches = 1 + 0.05 * _field(rng, at, 20, 0.012, 0.5)[:, None] * [0.7, 1, 1]
    surface = skin * np.clip(patches, 0.7, 1.3)
    hair = np.array([(24, 18, 16), (58, 38, 26), (110, 76, 46), (170, 140, 98), (150, 148, 146)])[rng.integers(5)] / 255
    landmarks = head.landmark_positions(head.neutral)
    if rng.random() < 0.85:  # hair, painted on the scalp
        line = landmarks[10] + [0, rng.uniform(-0.012, 0.02), 0]
        behind = build_head.smooth_step(
            np.maximum(at[:, 1] - line[1], (landmarks[234, 2] + 0.03 - at[:, 2]) * (at[:, 1] > -0.06)), 0.0, 0.008
        )
        surface = surface + behind[:, None] * (hair * rng.uniform(0.7, 1.2) - surface)
    if rng.random() < 0.22:  # a beard, or stubble
        below = build_head.smooth_step(landmarks[2, 1] - 0.004 - at[:, 1], 0, 0.008)
        front = build_head.smooth_step(at[:, 1], landmarks[152, 1] - 0.025, landmarks[152, 1] - 0.01)
        surface = surface + (below * front * rng.uniform(0.2, 0.9))[:, None] * (hair * 0.8 - surface)
    colours[chosen, :3] = np.clip(surface * (1 - redness) + lips * redness, 0, 1)
    brows = head.part_vertices("brow_left", "brow_right")
    colours[brows, :3] = np.clip(hair * rng.uniform(0.6, 1.1), 0, 1)
    colours[brows, 3] *= rng.uniform(0.4, 1.0)
    for eye in ("eye_left", "eye_right"):
        rows = head.part_vertices(eye)
        blue = np.ptp(colours[rows, :3], axis=1) > 0.05
        colours[rows[blue], :3] *= 0.8  # irises
    teeth = head.part_vertices("teeth_upper", "teeth_lower")
    colours[teeth, :3] *= rng.uniform((0.8, 0.78, 0.7), 1.0)
    return colours


# --- pictures ---


class Studio(render.Renderer):
    """Draws a head under lights, with a lens, and before a background that are drawn by chance."""

    def __init__(self, head: Head, shot: Shot, rng: np.random.Generator) -> None:
        self.distance = float(np.exp(rng.uniform(np.log(0.45), np.log(3.0))))  # m from the lens to the neck
        self.shown = FACE_WIDTH * shot.size[1] / shot.face * self.distance / (self.distance - 0.06)
        self.centre = rng.normal(0, 0.06, 2) * self.shown + [0, rng.normal(-0.01, 0.01)]
        self._rng = rng
        super().__init__(*shot.size, head=head, lights=_draw_lights(rng))

    def _set_camera(self) -> None:
        width, height = self.size
        scale = 2 * self.distance / self.shown
        near, far = self.distance - 0.4, self.distance + 0.4
        near = max(near, 0.05)
        projection = np.array(
            [
                [scale * height / width, 0, 0, 0],
                [0, scale, 0, 0],
                [0, 0, -(far + near) / (far - near), -2 * far * near / (far - near)],
                [0, 0, -1, 0],
            ]
        )
        view = np.eye(4)
        view[:3, 3] = *-self.centre, -self.distance
        for program in self._programs:
            program["projection"].write((projection @ view).T.astype("f4").tobytes())
            program["camera"].value = (*(float(x) for x in self.centre), self.distance)

    def _make_backdrop(self, edge: tuple[float, float, float], middle: tuple[float, float, float]):
        """Smooth patches of colour, in place of the backdrop's two."""
        side = 24
        u, w = np.meshgrid(np.linspace(0, 1, side + 1), np.linspace(0, 1, side + 1))
        noise = self._rng.normal(size=(side + 1, side + 1, 3))
        smooth = gaussian_filter(noise, (s := self._rng.uniform(1, 5), s, 0))
        grey = self._rng.uniform(0.05, 0.9)
        colour = grey + self._rng.normal(0, 0.12, 3) + self._rng.uniform(0.03, 0.15) * smooth / smooth.std()
        vertices = np.concatenate([2 * u[..., None] - 1, 2 * w[..., None] - 1, np.clip(colour, 0, 1)], axis=-1)
        corner = (np.arange(side)[:, None] * (side + 1) + np.arange(side)).reshape(-1)
        right, above = corner + 1, corner + side + 1
        order = np.concatenate([np.stack([corner, right, above + 1], 1), np.stack([corner, above + 1, above], 1)])
        context = self._context
        return context.vertex_array(
            context.program(render.BACKDROP_VERTEX_SHADER, render.FRAGMENT_SHADER),
            [(context.buffer(vertices.astype("f4").tobytes()), "2f 3f", "at", "tint")],
            context.buffer(order.astype("i4").tobytes()),
        )


def _draw_lights(rng: np.random.Generator) -> str:
    """The renderer's lights, with other directions, strengths and colours."""

    def vector(values: Float[np.ndarray, "3"]) -> str:
        return "vec3(" + ", ".join(f"{value:.4f}" for value in values) + ")"

    key = np.array([rng.uniform(-1, 1), rng.uniform(-0.1, 1.0), rng.uniform(0.35, 1)])
    fill = np.array([-np.sign(key[0]) * rng.uniform(0.2, 1), rng.uniform(-0.4, 0.5), rng.uniform(0.3, 1)])
    warm = np.array([1.0, 0.95, 0.88]) * np.exp(rng.normal(0, 0.06, 3))
    ambient = rng.uniform(0.2, 0.6)
    consts = {
        "KEY": f"normalize({vector(key)})",
        "FILL": f"normalize({vector(fill)})",
        "KEY_COLOUR": vector(warm * rng.uniform(0.3, 1.1)),
        "FILL_COLOUR": vector(np.array([0.8, 0.9, 1.0]) * rng.uniform(0.05, 0.5)),
        "RIM_COLOUR": vector(np.ones(3) * rng.uniform(0, 0.6)),
        "SKY": vector(np.array([0.92, 0.95, 1.0]) * ambient),
        "GROUND": vector(np.array([0.85, 0.68, 0.6]) * ambient * rng.uniform(0.3, 0.9)),
    }
    text = render.LIGHTS
    for name, value in consts.items():
        text = re.sub(rf"const vec3 {name} = .*;", f"const vec3 {name} = {value};", text)
    return text


def draw_poses(rng: np.random.Generator, times: Float[np.ndarray, " T"]) -> Float[np.ndarray, "T 6"]:
    """Rotation vector, rad, and translation, m, of a head that is turned by up to 35° and moves a little."""
    rest = np.clip(rng.normal(0, (8, 14, 5)), -30, 30)
    moving = smooth_noise(rng, times, 6, rng.uniform(0.5, 1.4)) * rng.uniform(0, 1) * [3.5, 5, 3, 0.006, 0.006, 0.008]
    angles = np.radians(np.clip(rest + moving[:, :3], -35, 35))
    return np.concatenate([Rotation.from_euler("xyz", angles).as_rotvec(), moving[:, 3:]], axis=1)


def smooth_noise(
    rng: np.random.Generator, times: Float[np.ndarray, " T"], channels: int, frequency: float
) -> Float[np.ndarray, "T C"]:
    """Noise of unit deviation with nothing much above a frequency, Hz."""
    step = float(times[1] - times[0])
    width = 0.25 / frequency / step
    noise = gaussian_filter(rng.normal(size=(len(times) + int(8 * width), channels)), (width, 0))
    noise = noise[int(4 * width) :][: len(times)]
    return noise * np.sqrt(2 * np.sqrt(np.pi) * max(width, 0.3))


def film(
    head: Head,
    expression: Float[np.ndarray, "T 51"],
    poses: Float[np.ndarray, "T 6"],
    shot: Shot,
    rng: np.random.Generator,
    path: Path,
) -> None:
    """Draw a moving head, spoil the pictures as a camera does, and write them as H.264."""
    before: Float[np.ndarray, "H W 3"] | None = None
    with Studio(head, shot, rng) as studio, av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=shot.rate)
        stream.width, stream.height = shot.size
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": str(shot.quality), "preset": "veryfast", "threads": "1"}
        grain = rng.normal(0, shot.noise, (2 * shot.size[1], 2 * shot.size[0], 1)).astype(np.float32)
        for start in range(0, len(expression), render.BLOCK):
            block = slice(start, start + render.BLOCK)
            for vertices, pose in zip(head.vertices(expression[block]), poses[block], strict=True):
                picture = _spoiled(studio.draw(vertices, pose), before, shot, rng)
                before = picture
                top, side = rng.integers(shot.size[1]), rng.integers(shot.size[0])
                noisy = picture + grain[top : top + shot.size[1], side : side + shot.size[0]]
                pixels = np.clip(noisy, 0, 255).astype(np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())


def _spoiled(
    picture: UInt8[np.ndarray, "H W 3"],
    before: Float[np.ndarray, "H W 3"] | None,
    shot: Shot,
    rng: np.random.Generator,
) -> Float[np.ndarray, "H W 3"]:
    levels: Int[np.ndarray, "256"] = np.arange(256) / 255
    curve = 255 * np.clip(levels[:, None] ** shot.gamma * shot.exposure, 0, 1)
    result = np.take_along_axis(curve.astype(np.float32), picture.reshape(-1, 3).astype(np.intp), axis=0)
    result = result.reshape(picture.shape)
    if shot.blur > 0.1:
        result = cv2.GaussianBlur(result, (0, 0), shot.blur)
    if before is not None and shot.smear:
        result += shot.smear * (before - result)
    return result
