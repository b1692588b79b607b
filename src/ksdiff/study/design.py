"""Who sees what when: the order of the videos in each rater's session.

Systems come in blocks, each system once a block. The orders of the blocks are rows of a Williams design (Williams,
"Experimental designs balanced for the estimation of residual effects of treatments", 1949): over all rows, each
system stands equally often in each place and after each other system.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random

TRIES = 200  # draws of the clips' order before the best one so far is taken


@dataclass(frozen=True)
class Criterion:
    """What raters are asked about a video, on a scale of 1 to 5.

    Attributes:
        name: In files.
        label: In tables and above the question.
        question: For raters.
    """

    name: str
    label: str
    question: str


CRITERIA = (  # the paper's Table 2
    Criterion("full_face", "Full face", "How natural does the whole face look?"),
    Criterion("lip_sync", "Lip sync", "How well do the lips match the voice?"),
    Criterion("head_motion", "Head motion", "How plausible is the head's motion?"),
    Criterion("fluency", "Fluency", "How smooth and fluent is it overall?"),
)
SCALE = {1: "very poor", 2: "poor", 3: "fair", 4: "good", 5: "excellent"}

Trial = tuple[int, int]  # system, clip


@dataclass(frozen=True)
class Session:
    """What one rater sees, in order.

    Attributes:
        trials: Each clip by each system once.
        repeats: Some of the trials, shown again at the end to see how consistently a rater answers.
    """

    trials: tuple[Trial, ...]
    repeats: tuple[Trial, ...]


def williams_rows(systems: int) -> list[tuple[int, ...]]:
    """The Williams design for a number of systems: as many rows as systems, or twice as many if that is odd."""
    zigzag = [(place + 1) // 2 if place % 2 else -(place // 2) for place in range(systems)]
    rows = [tuple((start + step) % systems for step in zigzag) for start in range(systems)]
    return rows if systems % 2 == 0 else rows + [row[::-1] for row in rows]


def system_order(row: int, systems: int, blocks: int) -> list[int]:
    """The systems in a rater's session, block after block.

    From block to block the step from the last system to the next first one goes through all steps but 0, so that a
    system never follows itself and borders of blocks stay balanced over the rows too.

    Args:
        row: The rater's row of the Williams design; beyond its last row it starts again.
        systems: How many there are, 2 or more.
        blocks: How many times each is shown.
    """
    rows = williams_rows(systems)
    row %= len(rows)
    order = list(rows[row])
    for block in range(1, blocks):
        first = (order[-1] + 1 + (block - 1) % (systems - 1)) % systems
        mirrored = systems * ((row // systems + block) % 2) if systems % 2 else 0
        order += next(row for row in rows[mirrored : mirrored + systems] if row[0] == first)
    return order


def plan_session(
    row: int, systems: int, clips: tuple[int, ...], repeats: int, random: Random, together: bool = False
) -> Session:
    """Draw up one rater's session.

    Repeats are of the first half where that suffices, and over the raters of all systems alike.

    Args:
        row: Number of the session, from 0.
        systems: How many there are, 2 or more.
        clips: The clips of this session.
        repeats: How many trials are shown again; no more than there are.
        random: Draws the clips' order and the repeats.
        together: Show a clip by all systems in a row. Otherwise a clip never follows itself, if there are at least
            three.
    """
    order = system_order(row, systems, len(clips))
    if together:
        shuffled = random.sample(clips, len(clips))
        drawn = [clip for clip in shuffled for _ in range(systems)]
    else:
        drawn = min(_until_perfect(_draw_clips(order, clips, random) for _ in range(TRIES)), key=_back_to_back)
    trials = list(zip(order, drawn, strict=True))
    again: list[Trial] = []
    for number in range(repeats):
        wanted, last = (row * repeats + number) % systems, (trials + again)[-1][1]
        open_trials = [trial for trial in trials if trial not in again]
        early = set(trials[: len(trials) // 2])
        # Ranked by what matters most; random among equals.
        ranks = {trial: (trial[1] == last, trial not in early, trial[0] != wanted) for trial in open_trials}
        again.append(random.choice([trial for trial in open_trials if ranks[trial] == min(ranks.values())]))
    return Session(tuple(trials), tuple(again))


def clips_of_session(row: int, clips: int, per_rater: int) -> tuple[int, ...]:
    """The clips of a rater who does not see all: the next ones in a circle, so that all are seen equally often."""
    return tuple((row * per_rater + number) % clips for number in range(per_rater))


def _draw_clips(order: list[int], clips: tuple[int, ...], random: Random) -> list[int]:
    """A clip for each trial: one that its system has not shown yet, and of these one that was not seen lately."""
    left = {system: set(clips) for system in order}
    drawn: list[int] = []
    for system in order:
        lately = drawn[-(len(clips) // 2) :]
        ranks = {clip: (clip in drawn[-1:], clip in lately, random.random()) for clip in sorted(left[system])}
        drawn.append(min(ranks, key=lambda clip: ranks[clip]))
        left[system].remove(drawn[-1])
    return drawn


def _back_to_back(clips: list[int]) -> int:
    return sum(first == second for first, second in pairwise(clips))


def _until_perfect(draws: Iterable[list[int]]) -> Iterator[list[int]]:
    for draw in draws:
        yield draw
        if _back_to_back(draw) == 0:
            return
