"""``ksdiff edit``: projects, see docs/editing.md."""

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import tyro

from ksdiff.cli.console import Positional, note, say, stages
from ksdiff.errors import InputError
from ksdiff.strict_json import parse_json

if TYPE_CHECKING:
    from ksdiff.editing.edits import Edit as OneEdit
    from ksdiff.editing.project import Project


@dataclass
class New:
    """Animate a voice, as a project."""

    audio: Positional
    """Any file with sound."""
    out: Path
    """The project file to write (.ksd)."""
    text: str | None = None
    """What is said."""
    text_file: Path | None = None
    """File with what is said."""
    transcribe: bool = False
    """Find out what is said, if no text is given."""
    model: str = "base"
    """Weights: a name or a .safetensors file."""
    style: str = "neutral"
    """A training speaker's style, or neutral for the average."""
    seed: int = 0
    """Seed of everything random."""
    head_seed: int | None = None
    """Seed of the head motion, if another."""
    expression_seed: int | None = None
    """Seed of the expression, if another."""
    guidance: float | None = None
    """How strongly speech drives the motion."""
    plan: Literal["none", "grid", "keyframes"] | None = None
    """Draw poses first, on a grid or at the keyframes, and the motion through them."""

    def run(self) -> None:
        """Animate and save."""
        from ksdiff.animator import AnimateOptions
        from ksdiff.editing.workflow import create
        from ksdiff.files import read_text, refuse_overwriting

        if self.text is not None and self.text_file is not None:
            raise InputError("--text and --text-file are both given: give one of them")
        text = read_text(self.text_file) if self.text_file else self.text
        refuse_overwriting((self.audio, self.text_file, self.model), (self.out,))
        options = AnimateOptions(
            style=self.style, seed=self.seed, head_seed=self.head_seed, expression_seed=self.expression_seed,
            guidance=self.guidance, plan=self.plan,
        )  # fmt: skip
        with stages() as stage:
            project = create(self.audio, text, self.transcribe, self.model, options, stage)
        project.save(self.out)
        say(f"{self.out}: {project.motion.duration:.2f} s, {_counted(project)}")


@dataclass
class Show:
    """List takes, keyframes, pins, layers and edits."""

    project: Positional
    """A project file."""
    edits: bool = False
    """Write the edits so far as JSON instead; `apply` reads it."""

    def run(self) -> None:
        """Print."""
        from ksdiff.editing.layers import Layers
        from ksdiff.editing.project import Project
        from ksdiff.editing.schema import to_json
        from ksdiff.motion import MOTION_RATE
        from ksdiff.motion.space import PATHS

        project = Project.load(self.project)
        if self.edits:
            say(json.dumps([edit.to_json() for edit in project.edits], ensure_ascii=False, indent=1))
            return
        lines = [
            f"{project.voice.name or 'voice'}: {project.frames / MOTION_RATE:.2f} s, model {project.model}, style "
            f"{project.style}, {len(project.words)} words, {len(project.edits)} edits"
        ]
        for take in project.takes:
            lines.append(f"take {take.name}" + ("" if take.made else " (still to be generated)"))
            for path in PATHS:
                seed = getattr(take.sampling, f"{path}_seed")
                lines.append(f"  {path}, seed {seed}")
                for keyframe in take.keyframes[path]:
                    pose = " ".join(f"{name}={value:.3g}" for name, value in keyframe.pose.items())
                    lengths = (
                        f"{name} {getattr(keyframe, name) / MOTION_RATE:g} s"
                        for name in ("attack", "hold", "release")
                        if getattr(keyframe, name)
                    )
                    ease = [keyframe.ease] if keyframe.ease != "smooth" else []
                    what = " ".join([keyframe.gesture or pose, *lengths, *ease])
                    lines.append(f"    {keyframe.frame / MOTION_RATE:6.2f} s  strength {keyframe.strength:.2f}  {what}")
                for one in take.variations:
                    if one.path == path:
                        given = {n: getattr(one, n) for n in ("seed", "temperature", "guidance")}
                        changed = " ".join(f"{name} {value:g}" for name, value in given.items() if value is not None)
                        lines.append(f"    {_range(one.start, one.stop)}: {changed or 'regenerated'}")
        for choice in project.choices:
            lines.append(f"{_range(choice.start, choice.stop)}: {choice.path} of take {choice.take}")
        for pin in project.pins:
            lines.append(f"{_range(pin.start, pin.stop)}: {pin.path} pinned")
        for one in project.layers.emotions:
            what = one.emotion or f"valence {one.valence or 0:g}, arousal {one.arousal or 0:g}"
            lines.append(f"{one.start:.2f} to {one.end:.2f} s: {what}, intensity {one.intensity:g}")
        for one in project.layers.vocalizations:
            lines.append(f"{one.start:.2f} to {one.end:.2f} s: {one.sound}, intensity {one.intensity:g}")
        for one in project.layers.ranges:
            given = {name: value for name, value in to_json(one).items() if value not in (None, {})}
            span = f"{given.pop('start'):.2f} to {given.pop('end'):.2f} s"
            lines.append(f"{span}: layers {json.dumps(given)}")
        for one in project.layers.gaze:
            at = f"yaw {one.yaw or 0:g}, pitch {one.pitch or 0:g} rad" if one.position is None else f"{one.position} m"
            lines.append(f"{one.start:.2f} to {one.end:.2f} s: look at {at}, head {one.head:g}")
        for one in project.layers.articulation:
            lines.append(f"{one.start:.2f} to {one.end:.2f} s: jaw {one.jaw:g}, lips {one.lips:g}")
        for one in project.layers.curves:
            what = f"curve of {one.channel}, {one.mode}, {len(one.keys)} keys"
            lines.append(f"{one.start:.2f} to {one.end:.2f} s: {what}")
        if (character := project.character) is not None:
            where = "" if character.data is not None else ", its file is not in the project"
            lines.append(
                f"character {character.name}: {character.following} of {len(character.shapes)} shapes follow{where}"
            )
            for name, value in (("head", character.head_node), ("neck", character.neck_node)):
                if value is not None:
                    lines.append(f"  {name} node {value}")
        plain = to_json(Layers())
        for name, value in to_json(project.layers).items():
            if value != plain[name] and name not in (
                "articulation",
                "curves",
                "emotions",
                "gaze",
                "ranges",
                "vocalizations",
            ):
                lines.append(f"layer {name}: {json.dumps(value)}")
        say("\n".join(line.rstrip() for line in lines))


@dataclass
class Apply:
    """Apply edits and regenerate the affected frames.

    An edit is its name and values: "move_keyframe path=head time=2.4 to=2.8"; dots lead into what has parts:
    "set_pose path=head time=2 pose.rotationY=0.2", "set_pose time=3 pose=smile hold=2" (`ksdiff edit poses` lists the
    names), "set_gesture path=head time=4 gesture=nod", "set_layers changes.gains.brows=1.5", "set_emotion word=fellow
    emotion=happy intensity=0.8".
    """

    project: Positional
    """A project file."""
    file: Annotated[Path | None, tyro.conf.Positional] = None
    """JSON file with a list of edits."""
    edit: tuple[str, ...] = ()
    """Edits, each in quotes; after those of the file."""
    poses: Path | None = None
    """File with poses of your own, for edits that name them."""
    text: str | None = None
    """Set what is said; its words are timed again."""
    character: Path | None = None
    """Set the character that `export` animates: a .glb, .vrm or .gltf. One with the shapes of the present one keeps its
    map; "set_character" edits that."""
    remove_character: bool = False
    """Take the project's character out."""
    out: Path | None = None
    """Project file to write; the same if not given."""
    model: str | None = None
    """Other weights than the project's."""

    def run(self) -> None:
        """Apply and save."""
        from ksdiff.editing.character import Character
        from ksdiff.editing.edits import Edit, read_edits
        from ksdiff.editing.pose_library import read_poses, with_named_poses
        from ksdiff.editing.project import Project
        from ksdiff.editing.workflow import edits_of_text, regenerate
        from ksdiff.files import read_text, refuse_overwriting

        refuse_overwriting((self.file, self.poses, self.model, self.character), (self.out or self.project,))
        project = Project.load(self.project)
        if self.character is not None:
            project = project.with_character(Character.read(self.character))
        elif self.remove_character:
            project = project.with_character(None)
        edits: list[OneEdit] = []
        if self.text is not None:
            words, sounds = edits_of_text(project, self.text)
            edits += [words, *sounds]
        if self.file is not None:
            edits += read_edits(read_text(self.file), str(self.file))
        poses = read_poses(self.poses) if self.poses else ()
        edits += [Edit.from_json(with_named_poses(parse_edit(one), poses)) for one in self.edit]
        if not edits and not project.stale and self.character is None and not self.remove_character:
            raise InputError(
                "there is nothing to do: give a file of edits, --edit, --text, --character or --remove-character"
            )
        began = time.monotonic()
        with stages() as stage:
            project = regenerate(project, edits, self.model, stage)
        seconds = time.monotonic() - began
        project.save(self.out or self.project)
        say(f"{self.out or self.project}: {len(edits)} edits in {seconds:.1f} s, now {_counted(project)}")


@dataclass
class Poses:
    """List the poses that edits can name: those that come with ksdiff, and your own.

    To keep one, write it into a JSON file as docs/editing.md shows, or save it in the studio.
    """

    file: Annotated[Path | None, tyro.conf.Positional] = None
    """File with poses of your own."""

    def run(self) -> None:
        """Print."""
        from ksdiff.editing.pose_library import BUILT_IN, read_poses

        own = read_poses(self.file) if self.file else ()
        for pose in (*BUILT_IN, *own):
            values = " ".join(f"{name}={value:.3g}" for name, value in pose.pose.items())
            say(f"{pose.name:14} {pose.path:10} {values}")


@dataclass
class Export:
    """Write the finished motion, in the formats of ``ksdiff animate``."""

    project: Positional
    """A project file."""
    out: Path
    """Folder for the results."""
    formats: tuple[str, ...] | None = None
    """Formats to write: npz csv glb timeline html keyframes mp4 ...; all that can be made here if not given."""
    fps: float = 25.0
    """Frame rate of the results: 24, 25, 29.97, 30, 60, ..."""
    take: str | None = None
    """One take alone, instead of what was chosen of each."""
    audio: Path | None = None
    """The voice in full quality, for films and pages; the project's own 16 kHz sound if not given."""
    size: str = "512"
    """Of videos and image sequences, pixels: 720, or 1920x1080."""
    onto: Path | None = None
    """Avatar (.glb, .vrm, .gltf) to animate too, instead of the project's character; with its map if the shapes are the
    same."""
    character: bool = True
    """Animate the project's character too, where there is one."""

    def run(self) -> None:
        """Write."""
        from ksdiff.editing.character import Character
        from ksdiff.editing.project import Project
        from ksdiff.editing.render import render
        from ksdiff.files import check_folder, make_folder, refuse_overwriting
        from ksdiff.output.formats import Sound, check_formats, output_files, parse_size, write_outputs
        from ksdiff.output.picture import Picture
        from ksdiff.output.retarget import retarget

        check_formats(self.formats or ())
        size = parse_size(self.size)
        check_folder(self.out)
        project = Project.load(self.project)
        if self.onto is not None:
            project = project.with_character(Character.read(self.onto))
        character = project.character if self.character else None
        outputs = output_files(self.out, self.formats)
        if character is not None:
            outputs.append(self.out / f"{Path(character.name).stem}_speech{Path(character.name).suffix}")
        refuse_overwriting((self.project, self.audio, self.onto), outputs)
        avatar = None if character is None or character.data is None else character.avatar()
        motion = render(project, self.fps, self.take)
        motion = replace(motion, info={**motion.info, "audio": project.voice.name or self.project.name})
        if self.audio is not None and not self.audio.is_file():
            raise InputError(f"there is no sound {self.audio}")
        make_folder(self.out)
        with stages() as stage:
            sound = Sound(self.audio, project.voice.samples)
            written, missing = write_outputs(motion, self.out, sound, self.formats, stage, Picture(*size))
        if character is not None and avatar is not None:
            written.append(outputs[-1])
            say("\n".join(retarget(motion, avatar, outputs[-1], character.shapes).lines()))
        elif character is not None:
            note(f"{character.name} was not animated:", "its file is not in the project; give it with --onto")
        for name, reason in missing.items():
            note(f"{name} was not made:", reason)
        say(f"{', '.join(path.name for path in written)} in {self.out}")


@dataclass
class Edit:
    """Direct a performance: keep it as a project, edit it, and regenerate only the affected frames."""

    do: (
        Annotated[New, tyro.conf.subcommand("new")]
        | Annotated[Show, tyro.conf.subcommand("show")]
        | Annotated[Apply, tyro.conf.subcommand("apply")]
        | Annotated[Poses, tyro.conf.subcommand("poses")]
        | Annotated[Export, tyro.conf.subcommand("export")]
    )

    def run(self) -> None:
        """Do it."""
        self.do.run()


def parse_edit(text: str) -> dict[str, Any]:
    """An edit as JSON has it, from its short form: ``kind name=value part.name=value``.

    Raises:
        InputError: A value has no name.
    """
    kind, *values = text.split() or [""]
    result: dict[str, Any] = {"edit": kind}
    for each in values:
        name, equals, value = each.partition("=")
        if not equals:
            raise InputError(f"{each!r} in the edit {text!r} has no value: write name=value")
        *parents, last = name.split(".")
        place = result
        for parent in parents:
            inner: Any = place.setdefault(parent, {})
            if not isinstance(inner, dict):
                raise InputError(f"{parent!r} in the edit {text!r} has a value already, and so no parts")
            place = cast("dict[str, Any]", inner)
        try:
            place[last] = parse_json(value)
        except ValueError:
            place[last] = value
    return result


def _range(start: int, stop: int) -> str:
    from ksdiff.motion import MOTION_RATE

    return f"{start / MOTION_RATE:.2f} to {stop / MOTION_RATE:.2f} s"


def _counted(project: "Project") -> str:
    first = project.takes[0]
    keyframes = ", ".join(f"{len(track)} {path}" for path, track in first.keyframes.items())
    return f"keyframes of take {first.name}: {keyframes}; {len(project.takes)} takes, {len(project.edits)} edits"
