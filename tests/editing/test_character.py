"""The user's own character in a project: kept, edited, undone, exported."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.avatars import FACE, HEAD, avatar, glb_bytes, write_glb_avatar
from support.files import PROJECT_V1
from support.synthetic import synthetic_sound

from ksdiff.cli import main
from ksdiff.editing import Character, Edit, History, Project, SetCharacter, apply, archive, create, project_file
from ksdiff.editing import character as character_module
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.output.avatar import read_avatar
from ksdiff.output.retarget import retarget

NAMES = ("jawOpen", "Joy", "Fcl_EYE_Close_L", "eyeBlinkLeft")
SMILE = SetCharacter({"Joy": {"mouthSmileLeft": 0.5, "mouthSmileRight": 0.25}})


@pytest.fixture(scope="module")
def project() -> Project:
    return Project.load(PROJECT_V1)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_glb_avatar(tmp_path / "me.glb", NAMES)


def weights_of(path: Path) -> np.ndarray:
    """Morph weights of the last animation of a file, [T, M]."""
    file = read_avatar(path).file
    animation = file.content["animations"][-1]
    (channel,) = (c for c in animation["channels"] if c["target"] == {"node": FACE, "path": "weights"})
    accessor = file.content["accessors"][animation["samplers"][channel["sampler"]]["output"]]
    at = file.content["bufferViews"][accessor["bufferView"]]["byteOffset"]
    return np.frombuffer(bytes(file.binary), "<f4", accessor["count"], at).reshape(-1, len(NAMES))


def test_a_character_is_kept_with_its_map(project: Project, source: Path, tmp_path: Path) -> None:
    own = project.with_character(Character.read(source))
    assert own.character is not None
    assert own.character.shapes["eyeBlinkLeft"] == {"eyeBlinkLeft": 1.0}
    assert own.character.shapes["Fcl_EYE_Close_L"] == own.character.shapes["Joy"] == {}
    edited = apply(apply(own, SMILE), SetCharacter(head_node="Neck"))
    edited.save(tmp_path / "p.ksd")
    again = Project.load(tmp_path / "p.ksd")
    assert again == edited != own
    assert again.character is not None
    assert again.character.data == source.read_bytes()
    assert again.character.shapes["Joy"] == SMILE.shapes["Joy"]
    assert again.character.avatar().bones["head"].label == "Neck"
    assert again.motion.expression.tobytes() == project.motion.expression.tobytes()
    assert set(zipfile.ZipFile(tmp_path / "p.ksd").namelist()) > {"character"}
    edited.save(tmp_path / "small.ksd", carry=False)
    reference = Project.load(tmp_path / "small.ksd")
    assert reference == edited  # the digest stands for the file
    assert reference.character is not None
    assert reference.character.data is None
    with pytest.raises(InputError, match=r"me\.glb \(0 MiB\) is not in the project: give it again"):
        reference.character.avatar()
    with pytest.raises(InputError, match="not the file of the character"):
        reference.character.with_data(b"another")


def test_an_edited_map_is_undone_and_proposed_again(project: Project, source: Path) -> None:
    history = History(project)
    history = history.push(history.present.with_character(Character.read(source)))
    history = history.push(apply(history.present, SMILE))
    assert history.present.character is not None
    assert history.present.character.shapes["Joy"]
    undone = history.undo()
    assert undone.present.character is not None
    assert not undone.present.character.shapes["Joy"]
    assert undone.undo().present.character is None
    assert undone.redo().present == history.present
    again = apply(history.present, SetCharacter(proposed=True, head_node=""))
    assert again.character == undone.present.character
    assert again.with_character(None).character is None


def test_a_new_version_of_a_character_keeps_the_map(project: Project, source: Path, tmp_path: Path) -> None:
    own = apply(project.with_character(Character.read(source)), SMILE)
    own = apply(own, SetCharacter(head_node="Neck"))
    content, binary = avatar(NAMES, asset={"version": "2.0", "generator": "a later exporter"})
    newer = tmp_path / "newer.glb"
    newer.write_bytes(glb_bytes(content, binary))
    replaced = own.with_character(Character.read(newer))
    assert replaced.character is not None
    assert own.character is not None
    assert replaced.character.shapes == own.character.shapes
    assert replaced.character.head_node == "Neck"
    content["nodes"][1]["name"] = "Hals"
    newer.write_bytes(glb_bytes(content, binary))
    replaced = own.with_character(Character.read(newer))
    assert replaced.character is not None
    assert replaced.character.shapes == own.character.shapes
    assert replaced.character.head_node is None
    other = own.with_character(Character.read(write_glb_avatar(tmp_path / "other.glb", ("jawOpen", "Joy"))))
    assert other.character is not None
    assert other.character.shapes == {"jawOpen": {"jawOpen": 1.0}, "Joy": {}}


def test_edits_that_do_not_fit_are_told(project: Project, source: Path) -> None:
    with pytest.raises(InputError, match="has no character"):
        apply(project, SMILE)
    own = project.with_character(Character.read(source))
    for edit, message in (
        (SetCharacter({"Yoy": {}}), "no shape 'Yoy': did you mean 'Joy'"),
        (SetCharacter({"Joy": {"smile": 1.0}}), "follows 'smile', which is not known"),
        (SetCharacter({"Joy": {"jawOpen": 2.5}}), "weight 2.5; it must be -2 to 2"),
        (SetCharacter(head_node="Haed"), "no node 'Haed': did you mean 'Head'"),
    ):
        with pytest.raises(InputError, match=message):
            apply(own, edit)
    for entry, message in (
        ({"shapes": {"Joy": {"jawOpen": float("nan")}}}, "Joy.jawOpen"),
        ({"shapes": {"Joy": {str(n): 1 for n in range(99)}}}, "at most 60"),
        ({"shapes": {"Joy": 1}}, "Joy"),
        ({"file": "/etc/passwd"}, "has no 'file'"),
    ):
        with pytest.raises(InputError, match=message):
            Edit.from_json({"edit": "set_character", **entry})


def test_characters_that_cannot_be_used_are_told(tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content, message in (
        ("a.fbx", b"x", "must end in"),
        ("a.glb", b"", "is empty"),
        ("a.glb", b"glTF, but nothing else", r"not a glTF 2\.0 file"),
        ("a.glb", glb_bytes(*avatar(("one", "two"))), "no shape that is known"),
        ("a.glb", glb_bytes(*avatar(tuple(f"m{n}" for n in range(5001)))), "no shape that is known"),
        ("a.glb", glb_bytes(*avatar(("jawOpen", *(f"m{n}" for n in range(5000))))), "5001 shapes, and up to 5000"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=message):
            Character.read(tmp_path / name)
    with pytest.raises(InputError, match="cannot read"):
        Character.read(tmp_path / "missing.glb")
    monkeypatch.setattr(character_module, "MAX_CHARACTER", 1000)
    with pytest.raises(InputError, match="a character up to"):
        Character.read(source)


def test_a_gltf_with_its_files_becomes_one_file(tmp_path: Path) -> None:
    content, binary = avatar(NAMES)
    content["buffers"][0]["uri"] = "data.bin"
    (tmp_path / "data.bin").write_bytes(binary)
    (tmp_path / "me.gltf").write_text(json.dumps(content))
    character = Character.read(tmp_path / "me.gltf")
    assert character.name == "me.glb"
    assert set(character.avatar().shapes) == set(NAMES)
    with pytest.raises(InputError, match="not in its folder"):
        Character.of((tmp_path / "me.gltf").read_bytes(), "me.gltf")


def test_large_characters_are_referred_to(
    project: Project, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_file, "MAX_CARRIED", 100)
    own = apply(project.with_character(Character.read(source)), SMILE)
    own.save(tmp_path / "p.ksd")
    again = Project.load(tmp_path / "p.ksd")
    assert again.character is not None
    assert again.character.data is None
    # Given again, the character has its map again.
    assert again.with_character(Character.read(source)) == own
    monkeypatch.undo()
    own.save(tmp_path / "p.ksd")
    monkeypatch.setitem(archive.MAX_BYTES, "character", 100)
    with pytest.raises(InputError, match="character unpacks to more than"):
        Project.load(tmp_path / "p.ksd")


def _entry(name: str, value: Any) -> Any:
    return lambda content: content["character"].update({name: value})


@pytest.mark.parametrize(
    "change",
    [
        _entry("digest", "0" * 64),
        _entry("digest", "me"),
        _entry("size", -1),
        _entry("name", "../me.glb"),
        _entry("name", "me.exe"),
        _entry("shapes", {"Joy": {"jawOpen": 9.0}}),
        _entry("shapes", {"Joy": {"no": 1.0}}),
        _entry("shapes", [1]),
        _entry("head_node", 3),
    ],
)
def test_forged_characters_are_refused(project: Project, source: Path, tmp_path: Path, change: Any) -> None:
    path = tmp_path / "p.ksd"
    project.with_character(Character.read(source)).save(path)
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    content = json.loads(parts["project.json"])
    change(content)
    with zipfile.ZipFile(path, "w") as file:
        for name, data in {**parts, "project.json": json.dumps(content).encode()}.items():
            file.writestr(name, data)
    with pytest.raises(InputError):
        Project.load(path)


def test_the_command_line_gives_and_animates_a_character(
    checkpoint: Checkpoint, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "p.ksd", tmp_path / "out"
    create(synthetic_sound(1.0), model=checkpoint).save(path)
    main(["edit", "apply", str(path), "--character", str(source)])
    with_map = apply(Project.load(path), SMILE)
    with_map.save(path)
    main(["edit", "show", str(path)])
    assert "character me.glb: 3 of 4 shapes follow" in capsys.readouterr().out
    main(["edit", "export", str(path), "--out", str(out), "--formats", "npz"])
    assert "mouthSmileRight -> Joy" in capsys.readouterr().out
    assert {file.name for file in out.iterdir()} == {"motion.npz", "me_speech.glb"}
    weights = weights_of(out / "me_speech.glb")
    retarget(with_map.motion, read_avatar(source), tmp_path / "same.glb", with_map.character.shapes)
    np.testing.assert_array_equal(weights, weights_of(tmp_path / "same.glb"))
    assert weights[:, 1].max() > 0.05
    assert read_avatar(out / "me_speech.glb").bones["head"].node == HEAD
    # Another file with the same shapes takes the map; the project's character can be left out.
    newer = write_glb_avatar(tmp_path / "newer.glb", NAMES)
    main(["edit", "export", str(path), "--out", str(out), "--formats", "npz", "--onto", str(newer)])
    np.testing.assert_array_equal(weights, weights_of(out / "newer_speech.glb"))
    (out / "me_speech.glb").unlink()
    main(["edit", "export", str(path), "--out", str(out), "--formats", "npz", "--no-character"])
    assert not (out / "me_speech.glb").exists()
    Project.load(path).save(path, carry=False)
    capsys.readouterr()
    main(["edit", "export", str(path), "--out", str(out), "--formats", "npz"])
    printed = capsys.readouterr()
    assert "give it with --onto" in " ".join((printed.out + printed.err).split())
    with pytest.raises(SystemExit) as exit_info:
        main(
            [
                "edit",
                "export",
                str(path),
                "--out",
                str(tmp_path),
                "--formats",
                "npz",
                "--onto",
                str(tmp_path / "no.vrm"),
            ]
        )
    assert exit_info.value.code == 2
    main(["edit", "apply", str(path), "--remove-character"])
    assert Project.load(path).character is None
