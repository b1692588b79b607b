"""A photo that speaks as glTF 2.0 binary: for browsers, and as a character for the studio and other programs.

Its shapes, joints and animation are those of the head's own file (`ksdiff.output.gltf`); the photo is its texture,
unlit. A camera shows what the photo shows.
"""

import io
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int, UInt8

from ksdiff.extras import require
from ksdiff.files import atomic_write
from ksdiff.layers.photo_limits import bearable
from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT_SHAPES
from ksdiff.numerics.rotation import Rotation
from ksdiff.output.avatar import PHOTO
from ksdiff.output.gltf_file import ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER, GltfFile
from ksdiff.output.head_look import MIN_MOVE
from ksdiff.output.render import check_space
from ksdiff.photo.draw import EYE_DEPTH, INSIDE, MOUTH_DEPTH, mouth_colours, visible_triangles
from ksdiff.photo.fit import DISTANCE
from ksdiff.photo.prepare import Portrait
from ksdiff.photo.resample import Rectangle
from ksdiff.photo.surface import Surface
from ksdiff.photo.video import STATEMENT

_FACE, _BODY, _HEAD, _BACKGROUND, _CAMERA = range(5)  # nodes
BACKGROUND_DEPTH = -0.25  # m: where the background stands
JPEG_QUALITY = 92
MOUTH_LIT = 0.75  # how brightly the mouth's inside is lit, since it cannot depend on how far it is open


def write_portrait_glb(portrait: Portrait, path: Path | str, motion: Motion | None = None) -> None:
    """Write a photo as a head with the 52 shapes, and a motion if there is one.

    Raises:
        InputError: The motion is not of the ``arkit`` space, or the folder cannot be written.
    """
    content = portrait_glb(portrait, motion)
    with atomic_write(Path(path)) as temporary:
        temporary.write_bytes(content)


def portrait_glb(portrait: Portrait, motion: Motion | None = None) -> bytes:
    """The content of the file that `write_portrait_glb` writes.

    Raises:
        InputError: The motion is not of the ``arkit`` space.
    """
    surface, layers = portrait.surface, portrait.layers
    file = GltfFile(_scene(portrait))
    person = layers.person
    left, top, right, bottom = layers.rectangle
    at = (surface.seen - (left, top)) / (right - left, bottom - top)
    at[len(surface.fitted.rest) :] = np.clip(at, *_inner(layers.frame, layers.rectangle))[len(surface.fitted.rest) :]
    mesh = surface.fitted.mesh
    face = np.zeros(len(surface.rest), bool)
    face[mesh.skin] = True
    sheet = np.concatenate([surface.still, visible_triangles(layers, surface)])
    on_face = face[sheet].all(axis=1)
    images = [
        _image(file, person[..., :3]),
        _image(file, layers.eyes),
        _image(file, person),
        _image(file, layers.background),
    ]
    inside = np.concatenate([mesh.parts[name] for name in INSIDE])
    eyes = np.concatenate([mesh.parts["eye_left"], mesh.parts["eye_right"]])
    colours = np.clip(mouth_colours(mesh, layers) * MOUTH_LIT, 0, 1)
    primitives = [
        _primitive(file, surface, eyes, EYE_DEPTH, at=at),
        _primitive(file, surface, inside, MOUTH_DEPTH, colours=colours),
        _primitive(file, surface, sheet[on_face], 0.0, at=at),
        _primitive(file, surface, sheet[~on_face], 0.0, at=at, within=layers.frame),
    ]
    for number, primitive in enumerate(primitives):
        primitive["material"] = number
    materials = [_material("eyes", images[1]), _material("mouth"), _material("face", images[0])]
    hair = _material("person", images[2]) | {"alphaMode": "BLEND"}
    file.content |= {
        "meshes": [
            {
                "name": "Face",
                "primitives": primitives,
                "weights": [0.0] * len(ARKIT_SHAPES),
                "extras": {"targetNames": list(ARKIT_SHAPES)},
            },
            {"name": "Background", "primitives": [_background(file, portrait) | {"material": 4}]},
        ],
        "materials": [*materials, hair, _material("background", images[3])],
    }
    if motion is not None:
        _animate(file, motion)
    return file.glb()


def _scene(portrait: Portrait) -> dict[str, Any]:
    """Nodes, joints and the camera."""
    surface, frame = portrait.surface, portrait.layers.frame
    camera = surface.fitted.camera
    axes = surface.fitted.rotation
    height, width = ((frame[3] - frame[1]) / camera.scale, (frame[2] - frame[0]) / camera.scale)
    middle = (frame[0] + frame[2]) / 2 - camera.middle[0], camera.middle[1] - (frame[1] + frame[3]) / 2
    place = [middle[0] / camera.scale, middle[1] / camera.scale, DISTANCE]
    upright = {"rotation": [float(value) for value in Rotation.from_matrix(axes).as_quat()]}
    return {
        "asset": {"version": "2.0", "generator": "ksdiff", "copyright": STATEMENT, "extras": {PHOTO: True}},
        "extensionsUsed": ["KHR_materials_unlit"],
        "scene": 0,
        "scenes": [{"name": "Scene", "nodes": [_FACE, _BODY, _BACKGROUND, _CAMERA]}],
        "nodes": [
            {"name": "Face", "mesh": 0, "skin": 0},
            {"name": "Body", "children": [_HEAD], **upright},  # stands still; the head turns in its own axes
            {"name": "Head"},
            {"name": "Background", "mesh": 1},
            {
                "name": "Camera",
                "camera": 0,
                "translation": place,
            },
        ],
        "cameras": [
            {
                "type": "perspective",
                "perspective": {
                    "yfov": float(2 * np.arctan(height / 2 / DISTANCE)),
                    "aspectRatio": float(width / height),
                    "znear": 0.05,
                    "zfar": 20.0,
                },
            }
        ],
    }


def _primitive(
    file: GltfFile,
    surface: Surface,
    triangles: Int[np.ndarray, "F 3"],
    back: float,
    at: "Float[np.ndarray, 'N 2'] | None" = None,
    colours: "Float[np.ndarray, 'M 3'] | None" = None,
    within: Rectangle | None = None,
) -> dict[str, Any]:
    """Triangles with shapes, joints, and a place in the texture or a colour; moved back along the line of sight."""
    if "skins" not in file.content:
        turned = np.eye(4, dtype=np.float32)
        turned[:3, :3] = surface.fitted.rotation.T
        inverse = np.stack([turned.T, turned.T]).reshape(2, 16)  # by columns
        file.content["skins"] = [
            {
                "name": "Head",
                "joints": [_BODY, _HEAD],
                "skeleton": _BODY,
                "inverseBindMatrices": file.accessor(inverse),
            }
        ]
    used, corners = np.unique(triangles, return_inverse=True)
    rest = surface.rest[used] if within is None else _held(surface, used, within)
    further = (DISTANCE - rest[:, 2:] + back) / (DISTANCE - rest[:, 2:])
    rest = np.concatenate([rest[:, :2] * further, rest[:, 2:] - back], axis=1)
    follow = np.round(surface.follow[used] * 255).astype(np.uint8)
    weights, joints = np.zeros((len(used), 4), np.uint8), np.zeros((len(used), 4), np.uint8)
    weights[:, 0], weights[:, 1] = 255 - follow, follow
    joints[:, 1] = follow > 0  # an unused joint must be 0
    attributes = {
        "POSITION": file.accessor(rest.astype(np.float32), ARRAY_BUFFER, bounds=True),
        "JOINTS_0": file.accessor(joints, ARRAY_BUFFER),
        "WEIGHTS_0": file.accessor(weights, ARRAY_BUFFER, normalized=True),
    }
    if at is not None:
        attributes["TEXCOORD_0"] = file.accessor(at[used].astype(np.float32), ARRAY_BUFFER)
    if colours is not None:
        opaque = np.concatenate([colours[used], np.ones((len(used), 1))], axis=1)
        attributes["COLOR_0"] = file.accessor(np.round(opaque * 65535).astype(np.uint16), ARRAY_BUFFER, normalized=True)
    kind = np.uint16 if len(used) < 65535 else np.uint32
    elements = file.accessor(corners.reshape(-1).astype(kind), ELEMENT_ARRAY_BUFFER)
    indices, moved = bytearray(), bytearray()
    targets = [
        {"POSITION": file.sparse(delta[used].astype(np.float32), MIN_MOVE, indices, moved)} for delta in surface.deltas
    ]
    if indices:
        file.view(bytes(indices))
        file.view(bytes(moved))
    return {"attributes": attributes, "indices": elements, "targets": targets}


def _inner(frame: Rectangle, rectangle: Rectangle) -> Float[np.ndarray, "2 2"]:
    """Least and greatest place in the texture that the frame shows."""
    left, top, right, bottom = rectangle
    return (np.array(frame).reshape(2, 2) - (left, top)) / (right - left, bottom - top)


def _held(surface: Surface, used: Int[np.ndarray, " M"], frame: Rectangle) -> Float[np.ndarray, "M 3"]:
    """Vertices at rest, those beyond the frame brought to its edge."""
    rest, seen = surface.rest[used], surface.seen[used]
    held = np.clip(seen, frame[:2], frame[2:])
    outside = (held != seen).any(axis=1)
    rest[outside] = surface.fitted.camera.lift(held[outside], rest[outside, 2])
    return rest


def _background(file: GltfFile, portrait: Portrait) -> dict[str, Any]:
    """A rectangle behind the person, as large as it must be to look as in the photo."""
    left, top, right, bottom = portrait.layers.frame
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    places = portrait.surface.fitted.camera.lift(corners, np.full(4, BACKGROUND_DEPTH))
    texture = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    return {
        "attributes": {
            "POSITION": file.accessor(places.astype(np.float32), ARRAY_BUFFER, bounds=True),
            "TEXCOORD_0": file.accessor(texture, ARRAY_BUFFER),
        },
        "indices": file.accessor(np.array([0, 3, 1, 1, 3, 2], np.uint16), ELEMENT_ARRAY_BUFFER),
    }


def _image(file: GltfFile, pixels: UInt8[np.ndarray, "H W C"]) -> int:
    """Embed a picture: JPEG, or PNG where it has opacity. Its texture's number."""
    stream = io.BytesIO()
    picture = require("PIL.Image", "portrait").fromarray(np.ascontiguousarray(pixels))
    transparent = pixels.shape[2] == 4
    picture.save(stream, "PNG" if transparent else "JPEG", **({} if transparent else {"quality": JPEG_QUALITY}))
    images = file.content.setdefault("images", [])
    media_type = "image/png" if transparent else "image/jpeg"
    images.append({"bufferView": file.view(stream.getvalue()), "mimeType": media_type})
    file.content.setdefault("samplers", [{"magFilter": 9729, "minFilter": 9987, "wrapS": 33071, "wrapT": 33071}])
    file.content.setdefault("textures", []).append({"source": len(images) - 1, "sampler": 0})
    return len(images) - 1


def _material(name: str, texture: int | None = None) -> dict[str, Any]:
    colour: dict[str, Any] = {"metallicFactor": 0.0, "roughnessFactor": 1.0}
    if texture is not None:
        colour["baseColorTexture"] = {"index": texture}
    return {
        "name": name,
        "pbrMetallicRoughness": colour,
        "extensions": {"KHR_materials_unlit": {}},
        "doubleSided": name != "background",
    }


def _animate(file: GltfFile, motion: Motion) -> None:
    check_space(motion)
    weights = np.zeros((len(motion), len(ARKIT_SHAPES)), np.float32)
    weights[:, [ARKIT_SHAPES.index(shape) for shape in motion.space.expression]] = motion.expression
    held = [bearable(head.astype(np.float64)) for head in motion.head]
    rotation = Rotation.from_matrix(np.stack([turn for turn, _ in held])).as_quat()
    signs = np.sign((rotation[1:] * rotation[:-1]).sum(axis=1))  # neighbours on the same side, for interpolation
    rotation[1:] *= np.cumprod(np.where(signs == 0, 1, signs))[:, None]
    curves = {
        (_HEAD, "rotation"): rotation.astype(np.float32),
        (_HEAD, "translation"): np.stack([shift for _, shift in held]).astype(np.float32),
        (_FACE, "weights"): weights.reshape(-1),
    }
    file.animation("Speech", motion.times, curves)
