"""What every kind of recording offers to `ksdiff.corpus.pipeline`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.corpus.av_offset import AvOffset
from ksdiff.corpus.format import LeftOut
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.errors import InputError
from ksdiff.motion.space import MotionSpace

Progress = Callable[[str, int, int, str], None]
Phones = Sequence[Sequence[Any]]  # label, start and end, s

MIN_TRACKED = 0.5  # share of a recording's frames
MIN_SECONDS = 1.0  # of usable face


@dataclass(frozen=True)
class Recording:
    """A video or take that becomes a clip.

    Attributes:
        id: Name of the clip.
        path: The file.
        name: As listed: relative to the folder that was given.
        speaker: Who speaks.
        language: Which language.
        sound: The file with its sound, if that is another.
        sha256: Hash of its files, once they have been read.
    """

    id: str
    path: Path
    name: str
    speaker: str
    language: str
    sound: Path | None = None
    sha256: str = ""


@dataclass
class Log:
    """Where a run reports what it does and what it leaves out.

    Attributes:
        progress: Called with a stage, how much of it is done, how much there is, and what is worked on.
        left_out: Recordings that cannot be used.
    """

    progress: Progress
    left_out: list[LeftOut] = field(default_factory=list)

    def leave_out(self, recording: Recording, reason: InputError | str) -> None:
        """Note that a recording cannot be used."""
        self.left_out.append(LeftOut(source=recording.name, reason=str(reason)))


@dataclass(frozen=True, eq=False)
class ObservedMotion:
    """Motion of one recording at the motion frames. Axes as in `ksdiff.corpus.format.Clip`.

    Attributes:
        expression: Absolute.
        head: Relative to the neutral pose.
        mask_expression: Where the expression is known.
        mask_head: Where the head is known.
        channel_mask: About which channels the source says something.
        quality: Figures for the clip's record.
        opening: Distance of the inner lips, in any unit, if it was seen.
    """

    expression: Float[np.ndarray, "T E"]
    head: Float[np.ndarray, "T H"]
    mask_expression: Bool[np.ndarray, " T"]
    mask_head: Bool[np.ndarray, " T"]
    channel_mask: Bool[np.ndarray, " E"]
    quality: dict[str, Any]
    opening: Float[np.ndarray, " T"] | None = None


@runtime_checkable
class Observation(Protocol):
    """What was seen in one recording."""

    @property
    def sha256(self) -> str:
        """Hash of all that decides the motion."""
        ...

    def av_offset(self, sound: Float[np.ndarray, " N"]) -> AvOffset:
        """How late the picture is, given the 16 kHz sound."""
        ...

    def motion(self, instants: Float[np.ndarray, " T"], settings: PrepareSettings, phones: Phones) -> ObservedMotion:
        """Motion at given instants of the picture's clock; after `Source.solve`.

        Args:
            instants: Where to read, s.
            settings: How clips are made.
            phones: What is said, on the clock of the sound; none where there is no alignment.
        """
        ...


Seen = TypeVar("Seen", bound=Observation)


@runtime_checkable
class Source(Protocol[Seen]):
    """One kind of recordings, and how motion is found in them."""

    @property
    def space(self) -> MotionSpace:
        """What the motion channels are."""
        ...

    @property
    def provenance(self) -> str:
        """Where the motion comes from, for the clip's record."""
        ...

    def find(self, settings: PrepareSettings) -> list[Recording]:
        """The recordings, sorted by name.

        Raises:
            InputError: There are none.
        """
        ...

    def check(self, recordings: Sequence[Recording]) -> None:
        """See, before the work, that this machine can do it.

        Raises:
            InputError: It lacks something.
        """
        ...

    def track(self, recording: Recording) -> None:
        """Do what takes long and is kept for the next run.

        Raises:
            InputError: The recording cannot be used.
        """
        ...

    def group(self, recording: Recording) -> str:
        """Recordings of the same group share a neutral face."""
        ...

    def observe(self, recording: Recording) -> Seen:
        """What was seen in a recording.

        Raises:
            InputError: It cannot be used.
        """
        ...

    def solve(self, group: Sequence[Seen], settings: PrepareSettings) -> Float[np.ndarray, " E"]:
        """Do what needs all observations of a group; returns their neutral face."""
        ...


def check_usable(share: float, seconds: float) -> None:
    """Check that there is enough of a face.

    Args:
        share: Of the frames, how many can be used.
        seconds: How much time these show.

    Raises:
        InputError: There is not.
    """
    if share < MIN_TRACKED or seconds < MIN_SECONDS:
        raise InputError(
            f"a face was usable in only {share:.0%} of its frames ({seconds:.1f} s); "
            f"at least {MIN_TRACKED:.0%} and {MIN_SECONDS:.0f} s are needed"
        )
