"""What a list wishes of the first motion of a project, kept beside its voice until that is there."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ksdiff.animator import AnimateOptions
from ksdiff.batch.read import Row
from ksdiff.errors import InputError
from ksdiff.files import atomic_write
from ksdiff.layers.emotion import EmotionRange
from ksdiff.layers.emotion_file import parse_emotion, parse_emotions
from ksdiff.layers.emotion_words import EmotionOnWord
from ksdiff.model.checkpoint import NEUTRAL_STYLE, Checkpoint
from ksdiff.speech.sound_tags import split_tags

MAX_BYTES = 40_000_000
_Text = Annotated[str, Field(max_length=8_000_000)]
_Seed = Annotated[int, Field(ge=0, lt=2**63)]


class Wishes(BaseModel):
    """How the first take of a project is made.

    Attributes:
        text: What is said, if known.
        style: A training speaker, or ``neutral``.
        seed: Of everything random.
        head_seed: Of the head path; the seed if None.
        expression_seed: Of the expression path; the seed if None.
        emotion: Of the whole sound, as ``--emotion`` takes it, without ``auto``.
        emotion_file: Name and content of a file of emotions over time.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    text: Annotated[str, Field(max_length=100_000)] | None = None
    style: Annotated[str, Field(max_length=200)] = NEUTRAL_STYLE
    seed: _Seed = 0
    head_seed: _Seed | None = None
    expression_seed: _Seed | None = None
    emotion: Annotated[str, Field(max_length=200)] | None = None
    emotion_file: tuple[_Text, _Text] | None = None

    @staticmethod
    def of(row: Row, text: str | None, emotion_file: tuple[str, str] | None) -> "Wishes":
        """What a line of a list wishes.

        Args:
            row: The line.
            text: What is said: that of the line, or of its file.
            emotion_file: Name and content of its emotion file.
        """
        names = ("style", "seed", "head_seed", "expression_seed", "emotion")
        given = {name: value for name in names if (value := getattr(row, name)) is not None}
        return Wishes(text=text, emotion_file=emotion_file, **given)

    def options(self) -> AnimateOptions:
        """The same, as the engine takes it.

        Raises:
            InputError: An emotion does not exist, or is ``auto``.
        """
        emotions: tuple[EmotionRange | EmotionOnWord, ...] = ()
        if self.emotion == "auto":
            raise InputError("the studio does not guess emotions: name one, or leave it out and add them later")
        if self.emotion is not None:
            emotions = (parse_emotion(self.emotion),)
        if self.emotion_file is not None:
            name, content = self.emotion_file
            emotions = (*emotions, *parse_emotions(content, Path(name)))
        return AnimateOptions(
            style=self.style, seed=self.seed, head_seed=self.head_seed, expression_seed=self.expression_seed,
            emotions=emotions,
        )  # fmt: skip

    def check(self, checkpoint: Checkpoint) -> None:
        """See, before the work, that it can be done.

        Raises:
            InputError: It cannot.
        """
        options = self.options()
        checkpoint.style(options.style)
        options.sampling(checkpoint)
        split_tags(self.text or "")


def read_wishes(path: Path) -> Wishes:
    """Those that were kept; none where nothing was, or it is damaged."""
    try:
        with path.open("rb") as file:
            return Wishes.model_validate_json(file.read(MAX_BYTES))
    except (OSError, ValidationError):
        return Wishes()


def write_wishes(path: Path, wishes: Wishes) -> None:
    """Keep them.

    Raises:
        InputError: They cannot be written.
    """
    with atomic_write(path) as temporary:
        temporary.write_text(wishes.model_dump_json(), encoding="utf-8")
