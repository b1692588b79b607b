"""USD: the head as a skinned mesh with blend shapes (UsdSkel), and the motion as its animation.

Metres, y up. Time codes are frames, at the motion's rate, and start at its timecode. The same joints as in `head.glb`:
``Neck`` stands still, ``Head`` turns and moves. https://openusd.org/release/api/usd_skel_page_front.html
"""

from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.extras import require
from ksdiff.face.head import Head, load_head
from ksdiff.files import atomic_write
from ksdiff.motion import Motion
from ksdiff.motion.rotation import quaternions
from ksdiff.motion.space import ARKIT, ARKIT_SHAPES
from ksdiff.output.head_look import MIN_MOVE, MIN_TURN, Material, head_materials, painted_colours
from ksdiff.output.timecode import start_frame, timecode

SUFFIXES = (".usd", ".usda", ".usdc")
JOINTS = ("Neck", "Neck/Head")


def write_usd(motion: Motion, path: Path | str) -> None:
    """Write the head performing a motion as a USD stage.

    Args:
        motion: Of the arkit space.
        path: Ends in .usd or .usdc (binary), or .usda (text).

    Raises:
        InputError: The motion is of another space, the name ends otherwise, usd-core is not installed, or the file
            cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path} must end in {', '.join(SUFFIXES)}")
    if motion.space != ARKIT:
        raise InputError(f"head.usd needs motion of the space 'arkit', but this is {motion.space.name!r}")
    stage = _stage(motion)
    with atomic_write(path) as temporary:
        temporary.touch()  # Export would make a folder that is not there
        try:
            stage.GetRootLayer().Export(str(temporary))
        except require("pxr.Tf", "usd").ErrorException as error:
            raise InputError(f"cannot write {path}: choose a folder that you may write, with room left") from error


def _stage(motion: Motion) -> Any:
    usd, geometry, skeletons = (require(f"pxr.{name}", "usd") for name in ("Usd", "UsdGeom", "UsdSkel"))
    stage = usd.Stage.CreateInMemory()
    geometry.SetStageUpAxis(stage, geometry.Tokens.y)
    geometry.SetStageMetersPerUnit(stage, 1.0)
    start = start_frame(motion)
    stage.SetTimeCodesPerSecond(motion.fps)
    stage.SetFramesPerSecond(motion.fps)
    stage.SetStartTimeCode(start)
    stage.SetEndTimeCode(start + len(motion) - 1)
    stage.GetRootLayer().customLayerData = {"timecode": timecode(start, motion.fps)}
    root = skeletons.Root.Define(stage, "/Head")
    stage.SetDefaultPrim(root.GetPrim())
    head = load_head()
    mesh = _mesh(stage, head)
    skeleton = _skeleton(stage)
    shapes = _blend_shapes(stage, mesh, head)
    animation = _animation(stage, motion, start)
    binding = skeletons.BindingAPI.Apply(mesh.GetPrim())
    binding.CreateSkeletonRel().SetTargets([skeleton.GetPath()])
    follow = head.neck_weights[:, None]
    joints = np.tile(np.array([0, 1], np.int32), len(follow))
    binding.CreateJointIndicesPrimvar(False, 2).Set(joints)
    binding.CreateJointWeightsPrimvar(False, 2).Set(np.concatenate([1 - follow, follow], axis=1).ravel())
    binding.CreateBlendShapesAttr().Set(list(ARKIT_SHAPES))
    binding.CreateBlendShapeTargetsRel().SetTargets(shapes)
    skeletons.BindingAPI.Apply(skeleton.GetPrim()).CreateAnimationSourceRel().SetTargets([animation.GetPath()])
    return stage


def _vectors(values: Float[np.ndarray, "N 3"]) -> Any:
    return require("pxr.Vt", "usd").Vec3fArray.FromNumpy(np.ascontiguousarray(values, np.float32))


def _mesh(stage: Any, head: Head) -> Any:
    geometry = require("pxr.UsdGeom", "usd")
    mesh = geometry.Mesh.Define(stage, "/Head/Face")
    mesh.CreateSubdivisionSchemeAttr().Set(geometry.Tokens.none)  # else normals are not used
    mesh.CreatePointsAttr().Set(_vectors(head.neutral))
    mesh.CreateExtentAttr().Set(_vectors(np.stack([head.neutral.min(axis=0), head.neutral.max(axis=0)])))
    mesh.CreateFaceVertexCountsAttr().Set(np.full(len(head.triangles), 3, np.int32))
    mesh.CreateFaceVertexIndicesAttr().Set(np.ascontiguousarray(head.triangles.ravel(), np.int32))
    mesh.CreateNormalsAttr().Set(_vectors(head.normals(head.neutral)))
    mesh.SetNormalsInterpolation(geometry.Tokens.vertex)
    colours = painted_colours(head).astype(np.float32)
    mesh.CreateDisplayColorPrimvar(geometry.Tokens.vertex).Set(_vectors(colours[:, :3]))
    mesh.CreateDisplayOpacityPrimvar(geometry.Tokens.vertex).Set(np.ascontiguousarray(colours[:, 3]))
    shading = require("pxr.UsdShade", "usd")
    shading.MaterialBindingAPI.Apply(mesh.GetPrim())
    for material in head_materials(head):
        ranges = [np.arange(head.parts[p].start, head.parts[p].stop, dtype=np.int32) for p in material.parts]
        faces = require("pxr.Vt", "usd").IntArray.FromNumpy(np.concatenate(ranges))
        subset = geometry.Subset.CreateGeomSubset(
            mesh, material.name, geometry.Tokens.face, faces, "materialBind", geometry.Tokens.nonOverlapping
        )
        shading.MaterialBindingAPI.Apply(subset.GetPrim()).Bind(_material(stage, material))
    return mesh


def _material(stage: Any, look: Material) -> Any:
    """A material whose colour is that of the vertices."""
    shading, sdf = require("pxr.UsdShade", "usd"), require("pxr.Sdf", "usd")
    types = sdf.ValueTypeNames
    path = f"/Head/Materials/{look.name}"
    stage.DefinePrim("/Head/Materials", "Scope")
    material = shading.Material.Define(stage, path)
    surface = shading.Shader.Define(stage, f"{path}/Surface")
    surface.CreateIdAttr("UsdPreviewSurface")
    surface.CreateInput("roughness", types.Float).Set(look.roughness)
    wanted = [("diffuseColor", "displayColor", "float3", types.Color3f, types.Float3)]
    if not look.opaque:
        wanted.append(("opacity", "displayOpacity", "float", types.Float, types.Float))
    for name, primvar, reader_type, input_type, output_type in wanted:
        reader = shading.Shader.Define(stage, f"{path}/{primvar}")
        reader.CreateIdAttr(f"UsdPrimvarReader_{reader_type}")
        reader.CreateInput("varname", types.String).Set(primvar)
        reader.CreateOutput("result", output_type)
        surface.CreateInput(name, input_type).ConnectToSource(reader.ConnectableAPI(), "result")
    surface.CreateOutput("surface", types.Token)
    material.CreateSurfaceOutput().ConnectToSource(surface.ConnectableAPI(), "surface")
    return material


def _skeleton(stage: Any) -> Any:
    skeleton = require("pxr.UsdSkel", "usd").Skeleton.Define(stage, "/Head/Skeleton")
    skeleton.CreateJointsAttr().Set(list(JOINTS))
    still = require("pxr.Vt", "usd").Matrix4dArray(len(JOINTS), require("pxr.Gf", "usd").Matrix4d(1))
    skeleton.CreateBindTransformsAttr().Set(still)
    skeleton.CreateRestTransformsAttr().Set(still)
    return skeleton


def _blend_shapes(stage: Any, mesh: Any, head: Head) -> list[Any]:
    """Paths of the blend shapes; each names the points that it moves, or whose normal it turns."""
    skeletons = require("pxr.UsdSkel", "usd")
    normals, paths = head.normals(head.neutral), []
    for name, delta in zip(ARKIT_SHAPES, head.deltas, strict=True):
        turn = head.normals(head.neutral + delta) - normals
        moved = (np.linalg.norm(delta, axis=1) > MIN_MOVE) | (np.linalg.norm(turn, axis=1) > MIN_TURN)
        at = np.flatnonzero(moved)
        shape = skeletons.BlendShape.Define(stage, mesh.GetPath().AppendChild(name))
        shape.CreateOffsetsAttr().Set(_vectors(delta[at]))
        shape.CreateNormalOffsetsAttr().Set(_vectors(turn[at]))
        shape.CreatePointIndicesAttr().Set(at.astype(np.int32))
        paths.append(shape.GetPath())
    return paths


def _animation(stage: Any, motion: Motion, start: int) -> Any:
    maths, values = require("pxr.Gf", "usd"), require("pxr.Vt", "usd")
    animation = require("pxr.UsdSkel", "usd").Animation.Define(stage, "/Head/Animation")
    animation.CreateJointsAttr().Set(list(JOINTS))
    animation.CreateBlendShapesAttr().Set(list(ARKIT.expression))
    animation.CreateScalesAttr().Set(values.Vec3hArray(len(JOINTS), maths.Vec3h(1)))
    turns = quaternions(motion.head[:, ARKIT.rotation])
    rotations, translations, weights = (
        animation.CreateRotationsAttr(), animation.CreateTranslationsAttr(), animation.CreateBlendShapeWeightsAttr(),
    )  # fmt: skip
    still = np.zeros(3)
    for frame, (x, y, z, w) in enumerate(turns.tolist()):
        at = start + frame
        rotations.Set(values.QuatfArray([maths.Quatf(1), maths.Quatf(w, x, y, z)]), at)
        translations.Set(_vectors(np.stack([still, motion.head[frame, 3:]])), at)
        weights.Set(np.ascontiguousarray(motion.expression[frame], np.float32), at)
    return animation
