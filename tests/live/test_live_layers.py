"""Eyes, rest and running statistics, without the model."""

import numpy as np

from ksdiff.layers.eyes import NATURAL
from ksdiff.live.eyes import CausalEyes
from ksdiff.live.hearing import Quiet
from ksdiff.live.rest import CausalRest
from ksdiff.live.running import RunningLevels, RunningPitch
from ksdiff.motion.space import ARKIT

BLINKS = [ARKIT.index("eyeBlinkLeft"), ARKIT.index("eyeBlinkRight")]
JAW = ARKIT.index("jawOpen")


def eyes(seed: int = 0) -> CausalEyes:
    return CausalEyes(seed, NATURAL, 25.0, np.full(2, 0.05))


def run(one: CausalEyes, frames: int, hop: int) -> np.ndarray:
    t = np.arange(frames) / 25
    head = np.zeros((frames, 6))
    head[:, 1] = 0.1 * np.sin(t)
    quiet = np.sin(t / 3) > 0
    made = [
        one.apply(first, np.zeros((hop, 51)), head[first : first + hop], quiet[first : first + hop])
        for first in range(0, frames, hop)
    ]
    return np.concatenate(made)


def test_blinks_come_as_often_as_they_should():
    closed = run(eyes(), 7500, 10)[:, BLINKS[0]] > 0.5
    assert 13 < np.count_nonzero(np.diff(closed.astype(int)) == 1) / 5 < 24  # 18 a minute


def test_eyes_do_not_depend_on_the_hop():
    assert np.allclose(run(eyes(), 1500, 3), run(eyes(), 1500, 5), atol=1e-12)


def test_eyes_look_against_the_head():
    made = run(eyes(), 1500, 3)
    leftward = made[:, ARKIT.index("eyeLookOutLeft")] - made[:, ARKIT.index("eyeLookInLeft")]
    assert np.corrcoef(leftward, np.sin(np.arange(1500) / 25))[0, 1] < -0.5


def quiet_at(silent: list[bool]) -> Quiet:
    now = np.array(silent)
    until = np.array([next((k for k in range(len(now) - i) if not now[i + k]), np.inf) / 25 for i in range(len(now))])
    return Quiet(now, until)


def test_lips_close_in_a_pause_and_open_before_speech():
    neutral = np.zeros(51)
    rest = CausalRest(ARKIT, neutral)
    expression = np.full((50, 51), 0.4)
    made = rest.apply(expression, quiet_at([False] * 10 + [True] * 30 + [False] * 10))[:, JAW]
    assert np.allclose(made[:10], 0.4)
    assert made[28] < 0.02  # 0.7 s into the pause
    assert made[39] > 0.3  # they open before the first sound
    assert np.abs(np.diff(made)).max() < 0.2
    assert np.allclose(rest.apply(expression, quiet_at([False] * 50))[:, ARKIT.index("browInnerUp")], 0.4)


def test_a_cut_closes_the_lips_at_once():
    rest = CausalRest(ARKIT, np.zeros(51))
    rest.apply(np.full((10, 51), 0.4), quiet_at([False] * 10))
    rest.cut()
    made = rest.apply(np.full((6, 51), 0.4), quiet_at([True] * 6))[:, JAW]
    assert made[1] < 0.05
    assert made[2] < 1e-9


def test_running_statistics_come_near_those_of_the_whole():
    random = np.random.default_rng(0)
    levels, pitch = RunningLevels(0.024), RunningPitch(0.024)
    loudness, logarithm = random.normal(-38, 5, 800), random.normal(np.log(210), 0.15, 800)
    for at in range(0, 800, 5):
        levels.add(loudness[at : at + 5], np.ones(5, dtype=bool))
        pitch.add(logarithm[at : at + 5], np.ones(5, dtype=bool))
    assert abs(levels.loudest - np.percentile(loudness, 95)) < 1.5
    assert abs(levels.scale.mean - loudness.mean()) < 1
    assert abs(levels.scale.spread - 5) < 1
    assert abs(pitch.scale.mean - np.log(210)) < 0.02
    assert abs(pitch.scale.spread - 0.15) < 0.03


def test_noise_before_the_voice_is_no_voice():
    levels = RunningLevels(0.024)
    levels.add(np.full(500, -20.0), np.zeros(500, dtype=bool))
    assert levels.loudest < -20
    assert levels.loudest == RunningLevels(0.024).loudest
