"""The scripts for Blender and Maya.

Maya cannot be had here: its script runs against a small stand-in for the part of ``maya.cmds`` that it uses, which
keeps to Maya's documented order of a joint's rotations. Blender's script runs against a stand-in for ``bpy`` too, and
in a real Blender where KSDIFF_BPY_PYTHON names a Python that has the package bpy.
"""

import ast
import json
import os
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from support.synthetic import synthetic_motion

from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT
from ksdiff.output.avatar import NECK_SHARE
from ksdiff.output.import_scripts import PROGRAMS, write_import_script
from ksdiff.output.import_scripts.reading import head_turn, last_word, matching, part

BPY = os.environ.get("KSDIFF_BPY_PYTHON")
FPS, SCENE_RATE = 30.0, 24.0  # of the motion, and of the scene
TO_BLENDER = Rotation.from_euler("x", 90, degrees=True)  # y up to z up


@pytest.fixture(scope="module")
def motion() -> Motion:
    return synthetic_motion(seconds=0.5, fps=FPS)


def run(path: Path, modules: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    names: dict[str, Any] = {"__name__": "script"}
    exec(compile(path.read_text("utf-8"), str(path), "exec"), names)
    return names


@pytest.mark.parametrize("program", PROGRAMS)
def test_scripts_stand_alone_and_know_their_motion(tmp_path: Path, motion: Motion, program: str) -> None:
    folder = tmp_path / "it's a ü"
    folder.mkdir()
    write_import_script(motion, folder / "script.py", program)
    assert {path.name for path in folder.iterdir()} == {"script.py", "arkit.csv"}
    text = (folder / "script.py").read_text("utf-8")
    tree = ast.parse(text, feature_version=(3, 7))  # the Python of Maya 2022
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} | {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    assert imported <= {"bpy", "csv", "math", "maya", "re"}
    values = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id in ("FILE", "FPS")
    }
    assert values == {"FILE": str(folder / "arkit.csv"), "FPS": FPS}
    assert ast.get_docstring(tree).startswith("Puts a ksdiff motion")


def test_names_are_found() -> None:
    names = [
        "Basis",
        "jawOpen",
        "Face_Jaw_Open.001",
        "eyeBlink_L",
        "eyeBlink_R",
        "blendShape1.EYEBLINKLEFT",
        "jawOpener",
    ]
    assert matching("JawOpen", names) == ["jawOpen", "Face_Jaw_Open.001"]
    assert matching("EyeBlinkLeft", names) == ["eyeBlink_L", "blendShape1.EYEBLINKLEFT"]
    assert matching("JawLeft", names) == []
    words = [last_word(name) for name in ("mixamorig:Head", "neck_01", "|root|J_Bip_C_Head", "HeadTop_End", "")]
    assert words == ["head", "neck", "head", "end", ""]


def test_rotations_are_those_of_the_motion(motion: Motion) -> None:
    for vector in [*motion.head[:, :3], np.zeros(3), np.array([0, 3.0, 0])]:
        turn = Rotation.from_rotvec(vector)
        yaw, pitch, roll = turn.as_euler("YXZ")
        np.testing.assert_allclose(head_turn((yaw, -pitch, roll), False), turn.as_matrix(), atol=1e-9)
        z_up = (TO_BLENDER * turn * TO_BLENDER.inv()).as_matrix()
        np.testing.assert_allclose(head_turn((yaw, -pitch, roll), True), z_up, atol=1e-9)
        half = Rotation.from_rotvec(vector * 0.5).as_matrix()
        np.testing.assert_allclose(part(turn.as_matrix().tolist(), 0.5), half, atol=1e-9)


class Maya:
    """As much of ``maya.cmds`` as the script uses: one mesh with a blend shape, a neck and a head."""

    def __init__(self, orders: tuple[int, int]) -> None:
        self.targets = ["Face_jawOpen", "eyeBlink_L", "smirk"]
        self.orders = dict(zip(("|Root|Neck", "|Root|Neck|Head"), orders, strict=True))
        self.attributes: dict[str, Any] = {}
        for joint, order in self.orders.items():
            size = len(joint)
            self.attributes |= {
                f"{joint}.rotateOrder": order,
                f"{joint}.jointOrient": [(10.0, 80.0 + size, -30.0)],
                f"{joint}.rotateAxis": [(5.0, 0.0, size)],
                f"{joint}.rotate": [(3.0, -7.0, 12.0)],
            }
        self.keys: dict[str, dict[float, float]] = {}
        self.range = {"minTime": 101.0, "maxTime": 105.0}

    def world(self, joint: str, frame: float | None = None) -> Rotation:
        """Rotation of a joint: rotateAxis first, then rotate, jointOrient, and the parent's."""
        if joint not in self.orders:
            return Rotation.from_euler("xyz", [0, 40, 0], degrees=True)

        def angles(name: str) -> Any:
            return self.attributes[f"{joint}.{name}"][0]

        order = ("xyz", "yzx", "zxy", "xzy", "yxz", "zyx")[self.orders[joint]]
        rotate = angles("rotate")
        if frame is not None:
            rotate = [self.keys[f"{joint}.rotate{axis}"][frame] for axis in "XYZ"]
        own = Rotation.from_euler(order, [rotate["xyz".index(axis)] for axis in order], degrees=True)
        orient, axis = (
            Rotation.from_euler("xyz", angles(name), degrees=True) for name in ("jointOrient", "rotateAxis")
        )
        return self.world(joint.rpartition("|")[0], frame) * orient * own * axis

    def ls(self, items: Any = None, selection: bool = False, **flags: Any) -> list[str]:
        items = ["|Face", "|Root|Neck|Head"] if selection else items
        kinds = {"|Face": "transform", "blend": "blendShape", **dict.fromkeys(self.orders, "joint")}
        return [item for item in items if flags.get("type") in (None, kinds[item])]

    def listHistory(self, item: str) -> list[str]:  # noqa: N802
        return ["blend", item] if item == "|Face" else [item]

    def listRelatives(self, item: str, **flags: Any) -> list[str] | None:  # noqa: N802
        return [item.rpartition("|")[0]]

    def aliasAttr(self, blend: str, query: bool) -> list[str]:  # noqa: N802
        return [word for index, name in enumerate(self.targets) for word in (name, f"weight[{index}]")]

    def cutKey(self, attribute: str, clear: bool) -> None:  # noqa: N802
        self.keys.pop(attribute, None)

    def setKeyframe(self, attribute: str, time: float, value: float, **tangents: str) -> None:  # noqa: N802
        assert set(tangents.values()) == {"linear"}
        self.keys.setdefault(attribute, {})[time] = value

    def getAttr(self, attribute: str) -> Any:  # noqa: N802
        if attribute.endswith(".parentMatrix[0]"):
            parent = np.eye(4)
            parent[:3, :3] = 2 * self.world(attribute.split(".")[0].rpartition("|")[0]).as_matrix()
            return parent.T.ravel().tolist()
        return self.attributes[attribute]

    def attributeQuery(self, name: str, node: str, exists: bool) -> bool:  # noqa: N802
        return f"{node}.{name}" in self.attributes

    def addAttr(self, node: str, longName: str, dataType: str) -> None:  # noqa: N802, N803
        self.attributes[f"{node}.{longName}"] = ""

    def setAttr(self, attribute: str, value: Any, **flags: Any) -> None:  # noqa: N802
        if attribute[:-1].endswith(".rotate"):
            angles = list(self.attributes[attribute[:-1]][0])
            angles["XYZ".index(attribute[-1])] = value
            attribute, value = attribute[:-1], [tuple(angles)]
        self.attributes[attribute] = value

    def playbackOptions(self, query: bool = False, **flags: Any) -> Any:  # noqa: N802
        if query:
            return self.range[next(iter(flags))]
        return self.range.update(flags)

    def upAxis(self, query: bool, axis: bool) -> str:  # noqa: N802
        return "y"


@pytest.mark.parametrize("orders", [(0, 0), (1, 4), (2, 3), (5, 1)])
def test_maya(tmp_path: Path, motion: Motion, orders: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    write_import_script(motion, tmp_path / "ksdiff_maya.py", "maya")
    scene = Maya(orders)
    package = types.ModuleType("maya")
    package.cmds, package.mel = scene, types.SimpleNamespace(eval=lambda _: SCENE_RATE)
    names = run(tmp_path / "ksdiff_maya.py", {"maya": package}, monkeypatch)
    neck, head = scene.orders
    before = {joint: scene.world(joint) for joint in scene.orders}
    for _ in range(2):
        found = names["main"]()
        for joint in scene.orders:  # the second time, joints stand as the first key has them
            scene.attributes[f"{joint}.rotate"] = [tuple(scene.keys[f"{joint}.rotate{axis}"][101.0] for axis in "XYZ")]
    assert found == {
        "EyeBlinkLeft": ["blend.eyeBlink_L"], "JawOpen": ["blend.Face_jawOpen"], "Head": [head], "Neck": [neck],
    }  # fmt: skip
    frames = 101 + motion.times * SCENE_RATE
    np.testing.assert_allclose(list(scene.keys["blend.Face_jawOpen"]), frames)
    np.testing.assert_allclose(list(scene.keys["blend.Face_jawOpen"].values()), motion.channel("jawOpen"), atol=1e-9)
    assert "blend.smirk" not in scene.keys
    assert scene.range["maxTime"] == np.ceil(frames[-1])
    for index in (0, 6, len(motion) - 1):
        frame = list(scene.keys[f"{head}.rotateX"])[index]
        for joint, share in ((head, 1.0), (neck, NECK_SHARE)):
            turn = Rotation.from_rotvec(share * motion.head[index, :3])
            assert (scene.world(joint, frame) * (turn * before[joint]).inv()).magnitude() < 1e-6


class Curve:
    """A stand-in for an F-curve and its keyframe points."""

    def __init__(self) -> None:
        self.keyframe_points, self.values, self.updated = self, [], False

    def clear(self) -> None:
        self.values = []

    def add(self, count: int) -> None:
        self.values = [types.SimpleNamespace(co=None, interpolation="BEZIER") for _ in range(count)]

    def foreach_set(self, name: str, flat: list[float]) -> None:
        assert len(flat) == 2 * len(self.values)
        for index, point in enumerate(self.values):
            setattr(point, name, (flat[2 * index], flat[2 * index + 1]))

    def __iter__(self) -> Any:
        return iter(self.values)

    def update(self) -> None:
        self.updated = True


class Animated:
    """A stand-in for a thing with animation data; with the curves of Blender 5 or those before."""

    def __init__(self, new: bool, **attributes: Any) -> None:
        self.__dict__.update(attributes)
        self.curves: dict[tuple[str, int], Curve] = {}
        action = types.SimpleNamespace()
        if new:
            action.fcurve_ensure_for_datablock = lambda owner, path, index=0: self.curves.setdefault(
                (path, index), Curve()
            )
        else:
            action.fcurves = types.SimpleNamespace(
                find=lambda path, index=0: self.curves.get((path, index)),
                new=lambda path, index=0: self.curves.setdefault((path, index), Curve()),
            )
        self.animation = types.SimpleNamespace(action=action)

    def animation_data_create(self) -> Any:
        return self.animation


@pytest.mark.parametrize("new", [True, False])
def test_blender_with_a_stand_in(tmp_path: Path, motion: Motion, new: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    write_import_script(motion, tmp_path / "ksdiff_blender.py", "blender")
    blocks = [types.SimpleNamespace(name=name) for name in ("Basis", "jawOpen", "eyeBlink_L", "smirk")]
    keys = Animated(new, key_blocks=blocks)
    face = types.SimpleNamespace(type="MESH", name="Face", data=types.SimpleNamespace(shape_keys=keys))
    rests = {"Neck": Rotation.from_rotvec([1.2, 0.3, -2]), "Head": Rotation.from_rotvec([0.5, 1, 0.1])}

    def bone(name: str, above: list[Any]) -> Any:
        local = types.SimpleNamespace(matrix_local=rests[name].as_matrix().tolist())
        return types.SimpleNamespace(name=name, bone=local, parent_recursive=above, rotation_mode="XYZ")

    neck = bone("Neck", [])
    head = bone("Head", [neck])
    world = Rotation.from_rotvec([0, 0.2, 0.4])
    rig = Animated(
        new, type="ARMATURE", name="Rig", matrix_world=(3 * world.as_matrix()).tolist(),
        pose=types.SimpleNamespace(bones=[neck, head]),
    )  # fmt: skip
    scene = types.SimpleNamespace(
        frame_start=1, frame_end=5, render=types.SimpleNamespace(fps=24, fps_base=1.0),
    )  # fmt: skip
    bpy = types.ModuleType("bpy")
    bpy.context = types.SimpleNamespace(scene=scene, selected_objects=[face, rig])
    bpy.path = types.SimpleNamespace(abspath=lambda path: path)
    bpy.utils = types.SimpleNamespace(escape_identifier=lambda name: name)
    names = run(tmp_path / "ksdiff_blender.py", {"bpy": bpy}, monkeypatch)
    for _ in range(2):
        found = names["main"]()
    assert found == {
        "EyeBlinkLeft": ["Face.eyeBlink_L"], "JawOpen": ["Face.jawOpen"], "Head": ["Head"], "Neck": ["Neck"],
    }  # fmt: skip
    jaw = keys.curves['key_blocks["jawOpen"].value', 0]
    times, values = zip(*(point.co for point in jaw), strict=True)
    np.testing.assert_allclose(times, 1 + motion.times * 24)
    np.testing.assert_allclose(values, motion.channel("jawOpen"), atol=1e-9)
    assert {point.interpolation for point in jaw} == {"LINEAR"}
    assert scene.frame_end == np.ceil(times[-1])
    for frame in (0, 8):
        turned = {}
        for name in rests:
            path = f'pose.bones["{name}"].rotation_quaternion'
            w, x, y, z = (rig.curves[path, index].values[frame].co[1] for index in range(4))
            turned[name] = Rotation.from_quat([x, y, z, w])
        turn = TO_BLENDER * Rotation.from_rotvec(motion.head[frame, :3]) * TO_BLENDER.inv()
        # The head's own rotation is carried on by that of the neck.
        neck_turn = world * rests["Neck"] * turned["Neck"] * (world * rests["Neck"]).inv()
        head_turned = neck_turn * world * rests["Head"] * turned["Head"] * (world * rests["Head"]).inv()
        assert (head_turned * turn.inv()).magnitude() < 1e-6
        assert neck_turn.magnitude() == pytest.approx(NECK_SHARE * turn.magnitude(), abs=1e-9)


REAL = """
import json, sys, bpy
from mathutils import Euler, Vector
script, out = sys.argv[1:]
for thing in list(bpy.data.objects): bpy.data.objects.remove(thing)
mesh = bpy.data.meshes.new("m")
mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
face = bpy.data.objects.new("Face", mesh)
bpy.context.collection.objects.link(face)
for name in ("Basis", "Face_jawOpen", "eyeBlink_L", 'odd "name" browInnerUp'): face.shape_key_add(name=name)
rig = bpy.data.objects.new("Rig", bpy.data.armatures.new("a"))
bpy.context.collection.objects.link(rig)
bpy.context.view_layer.objects.active = rig
rig.rotation_euler = Euler((0.1, 0.2, 0.3))
bpy.ops.object.mode_set(mode="EDIT")
parent = None
for name, tail in (("neck_01", (0.1, 0.2, 1)), ("mixamorig:Head", (0, 0.1, 2))):
    bone = rig.data.edit_bones.new(name)
    bone.head = parent.tail if parent else Vector((0, 0, 0))
    bone.tail, bone.parent, bone.roll = tail, parent, 0.4
    parent = bone
bpy.ops.object.mode_set(mode="OBJECT")
face.select_set(True)
rig.select_set(True)
scene = bpy.context.scene
scene.frame_start, scene.frame_end, scene.render.fps, scene.render.fps_base = 11, 12, 30, 1.001
bpy.context.view_layer.update()
def turned(): return {b.name: [list(row)[:3] for row in list(rig.matrix_world @ b.matrix)[:3]] for b in rig.pose.bones}
rest = turned()
names = {"__name__": "script"}
exec(compile(open(script, encoding="utf-8").read(), script, "exec"), names)
found = names["main"]()
found = names["main"]()
frames = []
for frame in range(11, 22):
    scene.frame_set(frame)
    frames.append({
        "weights": {block.name: block.value for block in mesh.shape_keys.key_blocks}, "bones": turned(),
    })
json.dump({"found": found, "rest": rest, "frames": frames, "end": scene.frame_end}, open(out, "w"))
"""


@pytest.mark.skipif(BPY is None, reason="KSDIFF_BPY_PYTHON does not name a Python that has the package bpy")
def test_a_real_blender_plays_the_motion(tmp_path: Path) -> None:
    rate = 30 / 1.001
    motion = synthetic_motion(seconds=0.5, fps=rate)
    write_import_script(motion, tmp_path / "ksdiff_blender.py", "blender")
    (tmp_path / "real.py").write_text(REAL)
    command = [str(BPY), str(tmp_path / "real.py"), str(tmp_path / "ksdiff_blender.py"), str(tmp_path / "out.json")]
    subprocess.run(command, check=True, timeout=200, capture_output=True)
    played = json.loads((tmp_path / "out.json").read_text())
    assert set(played["found"]) == {"EyeBlinkLeft", "JawOpen", "BrowInnerUp", "Head", "Neck"}
    assert played["end"] == 11 + len(motion) - 1
    for index, frame in enumerate(played["frames"]):
        for name, channel in (("Face_jawOpen", "jawOpen"), ("eyeBlink_L", "eyeBlinkLeft")):
            assert frame["weights"][name] == pytest.approx(motion.expression[index, ARKIT.index(channel)], abs=1e-5)
        turn = TO_BLENDER * Rotation.from_rotvec(motion.head[index, :3]) * TO_BLENDER.inv()
        for bone, share in (("mixamorig:Head", 1.0), ("neck_01", NECK_SHARE)):
            moved = Rotation.from_matrix(frame["bones"][bone]) * Rotation.from_matrix(played["rest"][bone]).inv()
            expected = Rotation.from_rotvec(share * turn.as_rotvec())
            assert (moved * expected.inv()).magnitude() < 1e-4
