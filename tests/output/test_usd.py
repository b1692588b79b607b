"""USD, opened again with usd-core: what it plays back is the motion."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from support.synthetic import synthetic_motion

from ksdiff.errors import InputError
from ksdiff.face.head import load_head
from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT, ARKIT_SHAPES, get_space
from ksdiff.output.usd import write_usd

pytest.importorskip("pxr.Usd", reason="usd-core is not installed: pip install 'ksdiff[usd]'")
from pxr import Gf, Usd, UsdGeom, UsdShade, UsdSkel

FPS = 29.97


@pytest.fixture(scope="module")
def motion() -> Motion:
    motion = synthetic_motion(seconds=0.5, fps=FPS)
    motion.info["timecode"] = "01:00:00:00"
    return motion


@pytest.fixture(scope="module")
def path(motion: Motion, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("usd") / "ein Kopf ü.usd"
    write_usd(motion, path)
    return path


def queries(stage: Any) -> tuple[Any, Any]:
    """Of the mesh's skinning, and of the animation."""
    cache = UsdSkel.Cache()
    root = UsdSkel.Root(stage.GetPrimAtPath("/Head"))
    assert cache.Populate(root, Usd.PrimDefaultPredicate)
    mesh = stage.GetPrimAtPath("/Head/Face")
    skeleton = UsdSkel.BindingAPI(mesh).GetInheritedSkeleton()
    return cache.GetSkinningQuery(mesh), cache.GetSkelQuery(skeleton).GetAnimQuery()


def test_rate_and_timecode(path: Path, motion: Motion) -> None:
    stage = Usd.Stage.Open(str(path))
    assert stage.GetTimeCodesPerSecond() == stage.GetFramesPerSecond() == FPS
    assert stage.GetStartTimeCode() == 107892  # an hour of drop-frame
    assert stage.GetEndTimeCode() == 107892 + len(motion) - 1
    assert stage.GetRootLayer().customLayerData == {"timecode": "01:00:00:00"}
    assert stage.GetDefaultPrim().GetName() == "Head"
    assert UsdGeom.GetStageUpAxis(stage) == "Y"
    assert UsdGeom.GetStageMetersPerUnit(stage) == 1


def test_the_same_weights_and_pose_are_played_back(path: Path, motion: Motion) -> None:
    stage = Usd.Stage.Open(str(path))
    skinning, animation = queries(stage)
    assert list(skinning.GetBlendShapeOrder()) == list(ARKIT_SHAPES)
    assert list(animation.GetBlendShapeOrder()) == list(ARKIT.expression)
    start = 107892
    for frame in range(len(motion)):
        weights = np.array(animation.ComputeBlendShapeWeights(start + frame))
        np.testing.assert_array_equal(weights, motion.expression[frame])
    between = np.array(animation.ComputeBlendShapeWeights(start + 3.5))
    np.testing.assert_allclose(between, motion.expression[3:5].mean(axis=0), atol=1e-6)
    translations, rotations, _ = animation.ComputeJointLocalTransformComponents(start + 7)
    np.testing.assert_allclose(np.array(translations), [[0, 0, 0], motion.head[7, 3:]], atol=1e-7)
    w, (x, y, z) = rotations[1].GetReal(), rotations[1].GetImaginary()
    turn = Rotation.from_quat([x, y, z, w]).inv() * Rotation.from_rotvec(motion.head[7, :3])
    assert turn.magnitude() < 1e-6
    assert rotations[0].GetReal() == 1


def test_skinned_by_usd_it_is_our_own_head(path: Path, motion: Motion) -> None:
    stage = Usd.Stage.Open(str(path))
    frame, head = 9, load_head()
    assert UsdSkel.BakeSkinning(UsdSkel.Root(stage.GetPrimAtPath("/Head")), Gf.Interval(107892 + frame))
    baked = UsdGeom.Mesh(stage.GetPrimAtPath("/Head/Face")).GetPointsAttr().Get(107892 + frame)
    one = slice(frame, frame + 1)
    expected = head.posed(head.vertices(motion.expression[one]), motion.head[one])[0]
    np.testing.assert_allclose(np.array(baked), expected, atol=1e-5)  # displacements below 2 µm are left out


def test_every_face_has_a_material_and_the_validators_find_nothing(path: Path) -> None:
    stage = Usd.Stage.Open(str(path))
    mesh = UsdGeom.Mesh(stage.GetPrimAtPath("/Head/Face"))
    subsets = UsdGeom.Subset.GetAllGeomSubsets(mesh)
    faces = np.concatenate([np.array(subset.GetIndicesAttr().Get()) for subset in subsets])
    np.testing.assert_array_equal(np.sort(faces), np.arange(len(load_head().triangles)))
    for subset in subsets:
        material, _ = UsdShade.MaterialBindingAPI(subset.GetPrim()).ComputeBoundMaterial()
        assert material.GetPrim().GetName() == subset.GetPrim().GetName()
    validation = pytest.importorskip("pxr.UsdValidation", reason="this usd-core has no validators for Python")
    validators = validation.ValidationRegistry().GetOrLoadAllValidators()
    found = validation.ValidationContext(validators).Validate(stage)
    assert [error.GetMessage() for error in found] == []


@pytest.mark.parametrize(("suffix", "start"), [(".usd", b"PXR-USDC"), (".usdc", b"PXR-USDC"), (".usda", b"#usda 1.")])
def test_binary_and_text(tmp_path: Path, suffix: str, start: bytes) -> None:
    target = tmp_path / f"head{suffix}"
    motion = synthetic_motion(seconds=0.04)
    write_usd(motion, target)
    assert target.read_bytes().startswith(start)
    assert list(tmp_path.iterdir()) == [target]
    stage = Usd.Stage.Open(str(target))
    _, animation = queries(stage)
    np.testing.assert_allclose(np.array(animation.ComputeBlendShapeWeights(0)), motion.expression[0], atol=1e-7)


def test_what_cannot_be_written(tmp_path: Path, motion: Motion) -> None:
    with pytest.raises(InputError, match=r"must end in \.usd"):
        write_usd(motion, tmp_path / "head.abc")
    space = get_space("flame")
    other = Motion(
        np.zeros((2, len(space.expression))), np.zeros((2, len(space.head))), np.zeros(2), np.zeros(2), space=space
    )
    with pytest.raises(InputError, match="'flame'"):
        write_usd(other, tmp_path / "head.usd")
    with pytest.raises(InputError, match="cannot write"):
        write_usd(motion, tmp_path / "no folder" / "head.usd")
    assert list(tmp_path.iterdir()) == []
