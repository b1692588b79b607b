"""Projects on this computer: each in a folder of its own, saved after every edit before anybody is told of it."""

import json
import secrets
import shutil
import threading
import time
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ksdiff.editing.edits import Edit, SetWords, apply
from ksdiff.editing.project import History, Project
from ksdiff.editing.render import render
from ksdiff.editing.session import Session, create, regenerate
from ksdiff.errors import InputError
from ksdiff.files import atomic_write, make_folder
from ksdiff.model.checkpoint import Checkpoint, load_model
from ksdiff.motion import MOTION_RATE, Motion
from ksdiff.output.avatar import read_avatar
from ksdiff.output.formats import Sound, check_formats, write_outputs
from ksdiff.output.gltf_file import SUFFIXES
from ksdiff.output.retarget import retarget
from ksdiff.output.timecode import frame_number
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.transcript import transcribe
from ksdiff.studio.description import describe, steps
from ksdiff.studio.uploads import Decoder, clean_name, without_suffix

Progress = Callable[[str, float], None]
OPEN_AT_ONCE = 4  # projects kept in memory
KEPT_EXPORTS = 3  # per project
HEARD_AT_ONCE = 200  # frames, 8 s: who wants to regenerate meanwhile waits no longer than for these
_PROJECT, _VOICE, _REFERENCE, _ABOUT = "project.ksd", "voice", "reference", "about.json"
_EXPORTS, _AVATARS = "exports", "avatars"


@dataclass(frozen=True)
class About:
    """What the list of projects says of one, without opening it.

    Attributes:
        name: As people read it.
        duration: Of the sound, s; 0 until it is known.
        changed: When it was last changed, s since 1970.
        reference: Media type of the video beside the voice; None if there is none.
        avatar: Name of the head of the user's own that motion is put onto; None if there is none.
    """

    name: str
    duration: float = 0.0
    changed: float = 0.0
    reference: str | None = None
    avatar: str | None = None


@dataclass(frozen=True)
class Export:
    """What to write.

    Attributes:
        formats: Names of formats.
        fps: Frames per second.
        take: One take alone; None for the finished motion.
        timecode: Of the first frame, ``HH:MM:SS:FF``; None for 0.
        avatar: Put the motion onto the project's avatar too.
        head_node: Name of the avatar's node that turns the head, if it is not found.
        neck_node: The same for the neck.
    """

    formats: tuple[str, ...]
    fps: float
    take: str | None = None
    timecode: str | None = None
    avatar: bool = False
    head_node: str | None = None
    neck_node: str | None = None


@dataclass(frozen=True)
class Exported:
    """What came of an export.

    Attributes:
        id: Of the zip.
        missing: For each format that could not be made why.
        report: What became of the motion on the avatar, line by line.
    """

    id: str
    missing: dict[str, str]
    report: tuple[str, ...] = ()


class NotFoundError(InputError):
    """There is no project with this id."""


class Desk:
    """One open project: its history, its folder, and who listens to what happens to it."""

    def __init__(self, folder: Path, about: About) -> None:
        self.folder = folder
        self.about = about
        self.opened: History | None = None
        self.failure: str | None = None
        self.progress = ("sound", 0.0)
        self.lock = threading.RLock()
        # Greater than any before a restart, so that a page which was open all along sees that something changed.
        self.version = time.time_ns() // 1_000_000
        self.listeners: set[Callable[[str, dict[str, Any]], None]] = set()

    @property
    def id(self) -> str:
        """Names the project in addresses."""
        return self.folder.name

    @property
    def history(self) -> History:
        """The project as it is, as it was, and as it would be again.

        Raises:
            InputError: Its first motion is not there yet, or could not be made.
        """
        if self.opened is None:
            raise InputError(self.failure or "the first motion of this project is still being made: wait a little")
        return self.opened

    @property
    def project(self) -> Project:
        """The project as it is; see `history`."""
        return self.history.present

    def describe(self) -> dict[str, Any]:
        """What the page is told."""
        with self.lock:
            history = self.history
            return {
                "id": self.id,
                "name": self.about.name,
                "version": self.version,
                "reference": self.about.reference is not None,
                "avatar": self.about.avatar,
                **steps(history),
                **describe(history.present),
            }

    def tell(self, event: str, **data: Any) -> None:
        """Tell all who listen."""
        for listener in tuple(self.listeners):
            listener(event, data)

    def report(self, stage: str, done: float) -> None:
        """Tell how far work is."""
        self.progress = (stage, done)
        self.tell("progress", stage=stage, done=done)

    def commit(self, history: History) -> None:
        """Save, then let the change be seen: what a page has seen survives a crash."""
        if self.opened is None or history.present is not self.opened.present:
            history.present.save(self.folder / _PROJECT)
        self.set_about(duration=history.present.frames / MOTION_RATE, changed=time.time())
        self.opened = history
        self.version += 1
        self.tell("changed", version=self.version)

    def set_about(self, **changes: Any) -> None:
        """Change what the list of projects says."""
        self.about = replace(self.about, **changes)
        with atomic_write(self.folder / _ABOUT) as file:
            file.write_text(json.dumps(vars(self.about), ensure_ascii=False), encoding="utf-8")


class Workspace:
    """All projects, and the model that performs them.

    Args:
        folder: Where projects are kept.
        model: Weights: a name or a file.
    """

    def __init__(self, folder: Path, model: str) -> None:
        self.folder = make_folder(folder)
        self.decoder = Decoder()
        self._model_name = model
        self._checkpoint: Checkpoint | None = None
        self._desks: OrderedDict[str, Desk] = OrderedDict()
        self._lock = threading.Lock()
        self._performing = threading.Lock()  # one performance at a time: two would only wait for each other

    def farewell(self) -> None:
        """Tell all pages that the studio ends."""
        for desk in tuple(self._desks.values()):
            desk.tell("farewell")

    def close(self) -> None:
        """End what runs beside."""
        self.decoder.close()

    def warm_up(self) -> None:
        """Load all that a first performance needs, so that it does not have to wait."""
        with self._performing:
            create(np.zeros(SAMPLE_RATE, np.float32), model=self._model())

    def listed(self) -> list[dict[str, Any]]:
        """Projects, the latest first."""
        found = []
        for folder in self.folder.iterdir():
            about = _read_about(folder)
            if about is not None:
                found.append({"id": folder.name, **vars(about)})
        return sorted(found, key=lambda each: -each["changed"])

    def desk(self, id: str) -> Desk:
        """A project by its id, from memory or from its folder.

        Raises:
            NotFoundError: There is none.
            InputError: Its file is damaged.
        """
        with self._lock:
            if id in self._desks:
                self._desks.move_to_end(id)
                return self._desks[id]
            folder = next((each for each in self.folder.iterdir() if each.name == id), None)
            about = None if folder is None else _read_about(folder)
            if folder is None or about is None:
                raise NotFoundError("there is no such project; it may have been deleted")
            desk = Desk(folder, about)
            if (folder / _PROJECT).exists():
                desk.opened = History(Project.load(folder / _PROJECT))
                self._hear_ahead(desk)
            elif (folder / _VOICE).exists():  # the studio ended before the first motion was there
                self._begin(desk, about.name)
            self._keep(desk)
            return desk

    def new_folder(self, name: str) -> tuple[Path, About]:
        """A folder for a new project, and what is known about it."""
        folder = self.folder / secrets.token_hex(8)
        folder.mkdir()
        return folder, About(clean_name(name), changed=time.time())

    def create(self, folder: Path, about: About) -> Desk:
        """Begin to perform the file ``voice`` of a new folder. What comes of it is told to who listens."""
        desk = Desk(folder, replace(about, name=without_suffix(about.name)))
        desk.set_about()
        with self._lock:
            self._keep(desk)
        self._begin(desk, about.name)
        return desk

    def open(self, folder: Path, about: About) -> Desk:
        """Take over a project file that was given, as the file ``project.ksd`` of a new folder.

        Raises:
            InputError: It is no project; the folder is gone then.
        """
        file = folder / _PROJECT
        try:
            project = Project.load(file)
        except InputError as error:
            shutil.rmtree(folder)
            raise InputError(str(error).replace(str(file), about.name)) from error
        desk = Desk(folder, replace(about, name=without_suffix(about.name)))
        desk.commit(History(project))
        with self._lock:
            self._keep(desk)
        self._hear_ahead(desk)
        return desk

    def remove(self, id: str) -> None:
        """Delete a project for good.

        Raises:
            NotFoundError: There is none.
        """
        desk = self.desk(id)
        with desk.lock, self._lock:
            self._desks.pop(id, None)
            shutil.rmtree(desk.folder, ignore_errors=True)

    def edit(self, desk: Desk, edits: Sequence[Edit]) -> None:
        """Apply edits as one step of undo.

        Raises:
            InputError: One does not fit; then none is applied.
        """
        with desk.lock:
            project = desk.project
            for edit in edits:
                project = apply(project, edit)
            desk.commit(desk.history.push(project))

    def undo(self, desk: Desk) -> None:
        """Take back the last step."""
        with desk.lock:
            desk.commit(desk.history.undo())

    def redo(self, desk: Desk) -> None:
        """Do again what was undone."""
        with desk.lock:
            desk.commit(desk.history.redo())

    def regenerate(self, desk: Desk) -> None:
        """Make anew what edits reach. It is no step of its own: to undo the edit undoes its motion too."""
        with desk.lock:
            project = desk.project
            if not project.stale:
                return
            with self._performing:
                made = regenerate(project, model=self._own_model(project), progress=desk.report)
            assert made.motion  # rendered while somebody waits anyway
            desk.commit(replace(desk.history, present=made))

    def find_words(self, desk: Desk, text: str | None) -> None:
        """Find out what is said, or time what somebody typed.

        Raises:
            InputError: No words are found.
        """
        with desk.lock:
            samples = desk.project.voice.samples
            desk.report("transcript", 0.0)
            transcript = transcribe(samples, text)
            if not transcript.words:
                raise InputError("no words were found in this voice: type what is said, and re-time it")
            self.edit(desk, [SetWords(transcript.words, transcript.phones)])

    def motion(self, desk: Desk, take: str | None) -> Motion:
        """The finished motion, or that of one take alone.

        Raises:
            InputError: There is no such take.
        """
        project = desk.project
        return project.motion if take is None else render(project, take=take)

    def export(self, desk: Desk, wanted: Export) -> Exported:
        """Write a project in several formats, as a zip.

        Raises:
            InputError: No format could be made, or what is wanted does not exist.
        """
        check_formats(wanted.formats)
        if not wanted.formats and not wanted.avatar:
            raise InputError("nothing is chosen: choose a format")
        if wanted.timecode is not None:
            frame_number(wanted.timecode, wanted.fps)
        project = desk.project
        motion = render(project, wanted.fps, wanted.take)
        info = {"audio": desk.about.name} | ({} if wanted.timecode is None else {"timecode": wanted.timecode})
        motion = replace(motion, info={**motion.info, **info})
        voice = desk.folder / _VOICE
        sound = Sound(voice if voice.exists() else None, project.voice.samples)
        folder = desk.folder / _EXPORTS
        folder.mkdir(exist_ok=True)
        id, missing, report = secrets.token_hex(8), {}, ()
        work = folder / id
        work.mkdir()
        try:
            for index, name in enumerate(wanted.formats):

                def progress(file: str, done: float, index: int = index) -> None:
                    desk.report(file, (index + done) / len(wanted.formats))

                try:
                    write_outputs(motion, work, sound, [name], progress)
                except InputError as error:
                    missing[name] = str(error).replace(f"{work}/", "")
            if wanted.avatar:
                try:
                    report = self._retarget(desk, motion, work, wanted)
                except InputError as error:
                    missing["avatar"] = str(error).replace(f"{work}/", "")
            written = sorted(path for path in work.rglob("*") if path.is_file())  # a sequence of pictures is a folder
            if not written:
                raise InputError(" ".join(f"{name}: {reason}." for name, reason in missing.items()))
            with atomic_write(folder / f"{id}.zip") as temporary, zipfile.ZipFile(temporary, "w") as archive:
                for file in written:
                    archive.write(file, file.relative_to(work), zipfile.ZIP_DEFLATED)
        finally:
            shutil.rmtree(work)
        zips = sorted(folder.glob("*.zip"), key=lambda file: file.stat().st_mtime)
        for old in zips[:-KEPT_EXPORTS]:
            old.unlink()
        return Exported(id, missing, report)

    def _retarget(self, desk: Desk, motion: Motion, work: Path, wanted: Export) -> tuple[str, ...]:
        """Write the motion on the project's avatar, and a report of what it shows."""
        heads = sorted((desk.folder / _AVATARS).glob("*/*"))
        if desk.about.avatar is None or not heads:
            raise InputError("there is no head to put the motion onto: choose a .glb, .vrm or .gltf")
        try:
            avatar = read_avatar(heads[-1], wanted.head_node, wanted.neck_node)
        except InputError as error:
            raise InputError(str(error).replace(str(heads[-1]), desk.about.avatar)) from error
        lines = tuple(retarget(motion, avatar, work / f"avatar{heads[-1].suffix}").lines())
        (work / "avatar.txt").write_text("\n".join((desk.about.avatar, *lines, "")), encoding="utf-8")
        return lines

    def new_avatar(self, desk: Desk, name: str) -> Path:
        """Where to put a head of the user's own: in a folder by itself, since a .gltf may name other files beside it.

        Raises:
            InputError: It is not named as a head.
        """
        suffix = Path(clean_name(name)).suffix.lower()
        if suffix not in SUFFIXES:
            raise InputError(f"{clean_name(name)} is no head that can be moved: give a file in {', '.join(SUFFIXES)}")
        folder = desk.folder / _AVATARS / secrets.token_hex(8)
        folder.mkdir(parents=True)
        return folder / f"avatar{SUFFIXES[SUFFIXES.index(suffix)]}"

    def take_avatar(self, desk: Desk, file: Path, name: str) -> None:
        """Keep a head that was given, in place of an earlier one.

        Raises:
            InputError: It cannot be read, or has no shape that is known; its folder is gone then.
        """
        name = clean_name(name)
        try:
            read_avatar(file)
        except InputError as error:
            shutil.rmtree(file.parent)
            raise InputError(str(error).replace(str(file), name)) from error
        with desk.lock:
            for other in (desk.folder / _AVATARS).iterdir():
                if other != file.parent:
                    shutil.rmtree(other)
            desk.set_about(avatar=name)
            desk.version += 1

    def exported(self, desk: Desk, id: str) -> Path:
        """The zip of an export.

        Raises:
            NotFoundError: There is none of this id.
        """
        for file in (desk.folder / _EXPORTS).glob("*.zip"):
            if file.stem == id:
                return file
        raise NotFoundError("this export is gone: export again")

    def reference(self, desk: Desk) -> tuple[Path, str]:
        """The video beside the voice, and its media type.

        Raises:
            NotFoundError: There is none.
        """
        if desk.about.reference is None:
            raise NotFoundError("this project has no reference video")
        given = desk.folder / _REFERENCE
        return (given if given.exists() else desk.folder / _VOICE), desk.about.reference

    def take_reference(self, desk: Desk, file: Path) -> None:
        """Lay a video beside the voice; it moves into the project's folder.

        Raises:
            InputError: No browser plays it.
        """
        try:
            kind = self.decoder.video_type(file, "the video")
            if kind is None:
                raise InputError("browsers do not play this video: convert it to MP4 with H.264, or to WebM")
        except InputError:
            file.unlink()
            raise
        with desk.lock:
            file.replace(desk.folder / _REFERENCE)
            desk.set_about(reference=kind)
            desk.version += 1

    def rename(self, desk: Desk, name: str) -> None:
        """Call a project otherwise."""
        with desk.lock:
            desk.set_about(name=clean_name(name))
            desk.version += 1

    def _begin(self, desk: Desk, name: str) -> None:
        """Perform the voice of a desk, beside all else; ``name`` is what messages call the file."""

        def work() -> None:
            voice = desk.folder / _VOICE
            try:
                desk.report("sound", 0.0)
                samples, video = self.decoder.load(voice, name)
                desk.set_about(reference=video)
                desk.report("model", 0.0)
                with self._performing:
                    project = create(samples, model=self._model(), progress=desk.report)
                assert project.motion
                with desk.lock:
                    desk.commit(History(project))
            except InputError as error:
                desk.failure = str(error)  # the desk stays a while, to tell who comes late
                shutil.rmtree(desk.folder, ignore_errors=True)
                desk.tell("failed", message=desk.failure)
            except Exception:
                desk.failure = "the studio could not perform this voice; its terminal says why"
                desk.tell("failed", message=desk.failure)
                raise

        threading.Thread(target=work, name=f"perform-{desk.id}", daemon=True).start()

    def _hear_ahead(self, desk: Desk) -> None:
        """Listen to the voice of a project that was opened, beside all else, so that regenerating need not wait for it.

        Piece by piece: who regenerates meanwhile waits for one piece at most, and nothing is heard twice.
        """
        project = desk.project

        def work() -> None:
            # Weights that cannot be loaded are complained about when somebody regenerates.
            with suppress(InputError):
                for first in range(0, project.frames, HEARD_AT_ONCE):
                    if not desk.folder.exists():
                        return
                    with self._performing:
                        session = Session.of(project, self._own_model(project))
                        stop = min(first + HEARD_AT_ONCE, project.frames)
                        session.speech(project.words, project.frames, first, stop, lambda stage, done: None)
                    time.sleep(0.01)  # a lock does not heed who came first

        threading.Thread(target=work, name=f"hear-{desk.id}", daemon=True).start()

    def _keep(self, desk: Desk) -> None:
        """Hold a desk in memory; the one longest unused leaves, unless somebody looks at it."""
        self._desks[desk.id] = desk
        for id, old in tuple(self._desks.items()):
            if len(self._desks) <= OPEN_AT_ONCE:
                break
            if old is not desk and not old.listeners and (old.opened or old.failure):
                del self._desks[id]

    def _model(self) -> Checkpoint:
        if self._checkpoint is None:
            self._checkpoint = load_model(self._model_name)
        return self._checkpoint

    def _own_model(self, project: Project) -> Checkpoint | None:
        """The model at hand if it is the project's; None lets the project load its own."""
        model = self._model()
        return model if model.name == project.model else None


def _read_about(folder: Path) -> About | None:
    try:
        data = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        return About(
            str(data["name"]), float(data["duration"]), float(data["changed"]), data["reference"], data.get("avatar")
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # not a project, or one that is just being made
