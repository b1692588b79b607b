"""Where projects are kept: one folder each, in a folder that one studio at a time may use."""

import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ksdiff.editing.character import Character
from ksdiff.errors import InputError
from ksdiff.files import atomic_write, make_folder
from ksdiff.studio.answers import ProjectSummary
from ksdiff.studio.refusals import NotFoundError

_ID = re.compile(r"[0-9a-f]{16}")
_LOCK = ".lock"
_MAX_ABOUT = 100_000  # bytes
_NAMES = ("voice", "about.json", "sound.wav", "wishes.json")  # what a folder holds whose first motion is not there yet


class About(BaseModel):
    """What the list of projects says of one, without opening it.

    Attributes:
        name: As people read it.
        duration: Of the sound, s; 0 until it is known.
        changed: When it was last changed, s since 1970.
        reference: Media type of the video beside the voice; None if there is none.
        character: Name of the user's own character; None if there is none.
        source: Name of the list that it came with; None if it came alone.
        failure: Why there is no first motion; None where it is there or may still come.
        cancelled: Whether its first motion was cancelled.
    """

    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)
    name: str = Field(min_length=1, max_length=1000)
    duration: float = Field(default=0.0, ge=0, le=1e6)
    changed: float = Field(default=0.0, ge=0, le=1e12)
    reference: str | None = Field(default=None, max_length=1000)
    character: str | None = Field(default=None, max_length=1000)
    source: str | None = Field(default=None, max_length=1000)
    failure: str | None = Field(default=None, max_length=20_000)
    cancelled: bool = False


class ProjectFolder:
    """The folder of one project; nothing in it is named by a browser."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = path.name
        self.project = path / "project.ksd"
        self.voice = path / "voice"
        self.sound = path / "sound.wav"
        self.reference = path / "reference"
        self.new_reference = path / "reference.new"
        self.exports = path / "exports"
        self.new_character = path / "character.new"
        self.wishes = path / "wishes.json"
        self.thumbnail = path / "thumbnail"
        self._about = path / "about.json"

    @property
    def exists(self) -> bool:
        """Whether it was not deleted."""
        return self.path.is_dir()

    def read_about(self) -> About | None:
        """What is known about the project; None if it is none, or is just being made.

        Where it cannot be read, but there is a project, it gets a name of its own.
        """
        try:
            with self._about.open("rb") as file:
                return About.model_validate_json(file.read(_MAX_ABOUT))
        except FileNotFoundError:
            kept = self.project
        except (OSError, ValidationError):
            kept = self.project if self.project.exists() else self.voice
        with suppress(OSError):
            return About(name="Recovered", changed=kept.stat().st_mtime)
        return None

    def summary(self, about: About) -> ProjectSummary:
        """What the list of projects says, as far as that is kept."""
        state = "ready" if self.project.exists() else "failed" if about.failure else "waiting"
        if state == "waiting" and about.cancelled:
            state = "cancelled"
        return ProjectSummary(
            id=self.id,
            state=state,
            **about.model_dump(exclude={"cancelled"}),
        )

    def write_about(self, about: About) -> None:
        """Set what the list of projects says.

        Raises:
            InputError: It cannot be written.
        """
        with atomic_write(self._about) as file:
            file.write_text(about.model_dump_json(), encoding="utf-8")

    def new_download(self) -> Path:
        """Where to write what is sent and then deleted."""
        return self.path / f".{secrets.token_hex(8)}.partial.ksd"

    def character(self, digest: str) -> Path:
        """Where the file of the character of this digest lies."""
        return self.path / f"character-{digest}"

    def keep_character(self, character: Character | None) -> None:
        """Write the file of a character, if there is one and it does not lie there yet.

        Raises:
            InputError: It cannot be written.
        """
        if character is not None and character.data is not None and not self.character(character.digest).exists():
            with atomic_write(self.character(character.digest)) as temporary:
                temporary.write_bytes(character.data)

    def forget_other_characters(self, character: Character | None) -> None:
        """Delete the files of all characters but one."""
        for file in self.path.glob("character-*"):
            if character is None or file != self.character(character.digest):
                file.unlink(missing_ok=True)

    def delete(self) -> None:
        """Delete the project for good."""
        shutil.rmtree(self.path, ignore_errors=True)

    def tidy(self) -> None:
        """Delete what an earlier studio left half done when it was killed."""
        about = self.read_about()
        if about is None:
            if all(each.name in _NAMES or ".partial" in each.name for each in self.path.iterdir()):
                self.delete()
            return
        for file in self.path.glob(".*.partial*"):
            file.unlink(missing_ok=True)
        self.new_reference.unlink(missing_ok=True)
        self.new_character.unlink(missing_ok=True)
        for work in self.exports.glob("*"):
            if work.is_dir():
                shutil.rmtree(work, ignore_errors=True)
            elif work.suffix != ".zip" or work.name.startswith("."):
                work.unlink(missing_ok=True)
        shutil.rmtree(self.path / "avatars", ignore_errors=True)  # where earlier studios kept what is a character now


class Storage:
    """All projects of one studio.

    Args:
        folder: Where they are kept.

    Raises:
        InputError: The folder cannot be written, or another studio uses it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = make_folder(folder)
        self._lock = FileLock(folder / _LOCK, thread_local=False)
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise InputError(
                f"another studio uses the projects in {folder}: end it first, or give another --state"
            ) from error
        for each in self._folders():
            each.tidy()

    def close(self) -> None:
        """Let another studio use the folder."""
        self._lock.release()

    def summaries(self) -> list[ProjectSummary]:
        """All projects, the latest first."""
        found = [(folder, folder.read_about()) for folder in self._folders()]
        listed = [folder.summary(about) for folder, about in found if about is not None]
        return sorted(listed, key=lambda each: -each.changed)

    def find(self, id: str) -> tuple[ProjectFolder, About]:
        """A project by its id.

        Raises:
            NotFoundError: There is none.
        """
        folder = next((each for each in self._folders() if each.id == id), None)
        about = None if folder is None else folder.read_about()
        if folder is None or about is None:
            raise NotFoundError("there is no such project; it may have been deleted")
        return folder, about

    @contextmanager
    def new_folder(self) -> Iterator[ProjectFolder]:
        """Give a folder for a new project; it is gone again if the block ends with an error.

        Raises:
            InputError: It cannot be made.
        """
        folder = ProjectFolder(self.folder / secrets.token_hex(8))
        try:
            folder.path.mkdir()
        except OSError as error:
            raise InputError(f"cannot make a folder for the project: {error.strerror}") from error
        try:
            yield folder
        except BaseException:
            folder.delete()
            raise

    def _folders(self) -> list[ProjectFolder]:
        return [ProjectFolder(path) for path in self.folder.iterdir() if _ID.fullmatch(path.name) and path.is_dir()]


def now() -> float:
    """The time as `About` has it."""
    return time.time()
