"""Clips for the report's players."""

from collections.abc import Sequence

from ksdiff.corpus.dataset import Corpus
from ksdiff.evaluation.report_page import Player
from ksdiff.evaluation.scored import Scored
from ksdiff.motion.space import ARKIT


def players_of(corpus: Corpus, scored: Sequence[Scored], count: int) -> list[Player]:
    """The first clip of each of ``count`` speakers as each system performed it; none in spaces without a head."""
    if scored[0].performances[0].space != ARKIT:
        return []
    first = list({p.speaker: index for index, p in reversed(list(enumerate(scored[0].performances)))}.values())
    clips = {clip.name: clip for clip in corpus.clips}
    players = []
    for index in sorted(first)[:count]:
        clip = scored[0].performances[index].clip
        takes = {one.name: one.performances[index].motion() for one in scored}
        players.append(Player(clip, corpus.sound(clips[clip]), takes))
    return players
