"""The streamer on a real voice: what it makes does not depend on how the sound comes, nor on the future."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from ksdiff.errors import InputError
from ksdiff.live.hearing import Hearing
from ksdiff.live.streamer import Engine, Frames, Streamer, StreamOptions
from ksdiff.motion.space import ARKIT
from ksdiff.speech import encoder, prosody, silero
from ksdiff.speech.audio import SAMPLES_PER_FRAME, load
from ksdiff.speech.streaming_encoder import streaming_encoder_of

JAW = ARKIT.index("jawOpen")
STILL = StreamOptions(eyes=None)
VOICE = Path(__file__).parents[1] / "data/obama_speech.mp4"


def in_pieces(streamer: Streamer, sound: np.ndarray, sizes) -> list[Frames]:
    made, at = [], 0
    for size in sizes:
        made.append(streamer.push(sound[at : at + size]))
        at += size
    made.append(streamer.push(sound[at:]))
    return [frames for frames in made if len(frames)]


def joined(made: list[Frames]) -> np.ndarray:
    numbers = np.concatenate([frames.first + np.arange(len(frames)) for frames in made])
    assert np.array_equal(numbers, np.arange(len(numbers)))  # none is missing, none comes twice
    return np.concatenate([np.concatenate([frames.expression, frames.head], axis=1) for frames in made])


@pytest.fixture(scope="module")
def whole(engine, voice):
    """The voice at once, with its end."""
    streamer = Streamer(engine)
    return joined([streamer.push(voice), streamer.flush()])


def test_pieces_of_any_size_give_the_same_bits(engine, voice, whole):
    sizes = np.random.default_rng(3).integers(1, 4000, 30)
    streamer = Streamer(engine)
    made = in_pieces(streamer, voice, sizes)
    assert np.array_equal(joined([*made, streamer.flush()]), whole)


def test_nothing_is_loaded_when_somebody_begins_to_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    for cached in (encoder._load_encoder, silero._session, prosody._detector):
        cached.cache_clear()
    engine = Engine()
    monkeypatch.setattr(onnxruntime, "InferenceSession", None)
    for style in ("neutral", engine.checkpoint.styles[0]):
        assert len(Streamer(engine, StreamOptions(style=style)).push(np.full(16_000, 0.1, np.float32)))


def test_windows_of_the_whole_sound_give_the_same_bits(engine, voice, whole):
    """The reference has the whole sound at hand, and cuts each window out of it by absolute positions."""
    settings, encoder = engine.settings, engine.encoder
    before = 4 * 16_000
    padded = np.concatenate([np.zeros(before, np.float32), voice, np.zeros(16_000, np.float32)])
    hearing = Hearing(encoder, settings)
    streamer = Streamer(engine)  # its track and layers, without its queues
    context, settle = (round(s * 16_000 / encoder.stride) for s in (settings.context, settings.settle))
    streaming = streaming_encoder_of(encoder)
    assert streaming is not None
    memory = streaming.beginning()
    rows, heard, last = [], 0, -encoder.support // encoder.stride
    first = last + 1 - context  # of the frames that are encoded again

    def encoded() -> np.ndarray:
        nonlocal first, memory
        cut = padded[before + first * encoder.stride : before + last * encoder.stride + encoder.support]
        settled = last + 1 - settle - first
        features, memory = streaming.encode(cut, memory, settled, hearing._phrase_level)
        first += settled
        return features.astype(np.float16).astype(np.float32)

    encoded()  # silence
    while streamer.next_frame * SAMPLES_PER_FRAME < len(voice):
        stop = settings.heard_until(streamer.next_frame)
        hearing.hear(padded[before + heard : before + stop])
        heard = stop
        condition = hearing.condition(streamer.next_frame, streamer.track.style)
        last = (stop - encoder.support) // encoder.stride
        expected = encoded()
        kept = condition.features[0][condition.speech_mask[0]]
        assert np.array_equal(kept[-10:], expected[-10:])
        streamer._hearing = hearing
        generated = engine._generator.make([streamer.track], [condition])[0]
        frames = streamer.finish(generated)
        rows.append(np.concatenate([frames.expression, frames.head], axis=1))
    assert np.array_equal(np.concatenate(rows), whole)


def test_the_future_changes_nothing(engine, voice, whole):
    """Other sound from 1.6 s on: no frame whose look-ahead ends before that is another."""
    cut = round(1.6 * 16_000)
    other = np.concatenate([voice[:cut], 0.5 * np.random.default_rng(0).standard_normal(len(voice) - cut)])
    made = joined([Streamer(engine).push(other.astype(np.float32))])
    delay = engine.settings.heard_until(0)
    same = [
        hop * engine.settings.hop
        for hop in range(len(made) // engine.settings.hop)
        if engine.settings.heard_until(hop * engine.settings.hop) <= cut
    ]
    safe = same[-1] + engine.settings.hop
    assert safe * SAMPLES_PER_FRAME >= cut - delay
    assert np.array_equal(made[:safe], whole[:safe])
    assert not np.allclose(made[safe + 5 :], whole[safe + 5 : len(made)], atol=0.01)


def test_the_look_ahead_is_within_240_ms(engine, voice):
    assert engine.settings.delay <= 0.24
    streamer = Streamer(engine)
    needed = round(0.24 * 16_000)
    assert len(streamer.push(voice[: needed - 1])) == 0
    frames = streamer.push(voice[needed - 1 : needed])
    assert frames.first == 0
    assert len(frames) == engine.settings.hop


def test_the_motion_is_that_of_the_voice(voice, whole):
    """It opens the jaw about as the whole sound's motion does, and not by chance."""
    import ksdiff

    offline = ksdiff.animate(voice)
    jaw = offline.expression[:, JAW]
    frames = min(len(jaw), len(whole))
    assert np.corrcoef(jaw[:frames], whole[:frames, JAW])[0, 1] > 0.7
    assert 0.5 < whole[:, JAW].std() / jaw.std() < 1.5


def test_hops_do_not_stutter(engine):
    """The head turns no more suddenly where one hop follows another than within them."""
    speech = np.array(load(VOICE))
    turning = []
    for seed in range(2):
        rotation = Streamer(engine, StreamOptions(seed=seed)).push(speech).head[:, ARKIT.rotation]
        turning.append(np.linalg.norm(np.diff(rotation, 2, axis=0), axis=1))
    by_place = [np.concatenate([one[place :: engine.settings.hop] for one in turning]).mean() for place in range(4)]
    assert max(by_place) < 1.3 * np.mean(sorted(by_place)[:3])


def test_a_phrase_far_quieter_than_the_voice_so_far_is_heard_like_others(engine):
    """Else the model is given features that it has never heard, and the head leaps."""
    speech = np.array(load(VOICE))[8_000:72_000]

    def features(gain: float) -> np.ndarray:
        hearing = Hearing(engine.encoder, engine.settings)
        sound = speech * np.where(np.arange(len(speech)) < 40_000, 1, gain).astype(np.float32)
        for block in np.split(sound, range(1600, len(sound), 1600)):
            hearing.hear(block)
        condition = hearing.condition(hearing.heard // SAMPLES_PER_FRAME - engine.settings.lookahead, 0)
        return condition.features[condition.speech_mask][-30:]

    usual, quiet = features(1.0), features(10 ** (-35 / 20))
    assert np.mean((quiet - usual) ** 2 / usual.var(axis=0)) < 1  # as great as the features' own variance


def test_flush_gives_all_frames_and_the_time_goes_on(engine, voice):
    streamer = Streamer(engine, STILL)
    made = [streamer.push(voice[:20_000])]
    made.append(streamer.flush())
    assert streamer.next_frame * SAMPLES_PER_FRAME >= 20_000
    assert len(streamer.flush()) == 0
    assert streamer.position >= streamer.next_frame / 25
    made.append(streamer.push(voice[20_000:]))
    joined(made)


def test_seeds(engine, voice, whole):
    other = joined([Streamer(engine, StreamOptions(seed=1)).push(voice)])
    assert not np.allclose(other[:, 51:], whole[: len(other), 51:], atol=0.005)
    with pytest.raises(InputError, match="seed is -1"):
        StreamOptions(seed=-1)


def test_sessions_in_a_batch_are_as_alone(engine, voice, whole):
    """To the last digits: sums of a batch are made in another order."""
    streamers = [Streamer(engine), Streamer(engine, StreamOptions(seed=5)), Streamer(engine)]
    for streamer, sound in zip(streamers, (voice, voice[::-1].copy(), voice), strict=True):
        streamer.feed(sound)
    made = []
    while all(streamer.ready for streamer in streamers):
        made.append(engine.advance(streamers))
    first, other, last = (joined([hop[index] for hop in made]) for index in range(3))
    np.testing.assert_allclose(first, whole[: len(first)], atol=2e-3)
    np.testing.assert_allclose(first, last, atol=2e-3)
    assert not np.allclose(first, other, atol=0.05)


class TestInterrupt:
    def test_closes_the_lips_and_forgets_what_waits(self, engine, voice):
        streamer = Streamer(engine, STILL)
        before = streamer.push(voice[:26_000])
        assert before.expression[-3:, JAW].max() > 0.05
        streamer.feed(voice[:3000])
        frames = streamer.interrupt()
        assert frames.first == before.first + len(before)
        after = [frames]
        while len(after) < 3:  # silence follows
            after.append(streamer.push(np.zeros(640 * engine.settings.hop, np.float32)))
        jaw = np.concatenate([part.expression[:, JAW] for part in after])
        rest = streamer._neutral[JAW]
        open_before = abs(before.expression[-1, JAW] - rest)
        assert abs(jaw[2] - rest) <= max(0.25 * open_before, 0.02)  # at most 120 ms later
        assert np.abs(jaw[3:] - rest).max() < 0.02

    def test_goes_back_to_what_was_shown(self, engine, voice):
        streamer = Streamer(engine, STILL)
        made = streamer.push(voice)
        frames = streamer.interrupt(shown=1.0)
        assert 25 < frames.first <= 25 + engine.settings.hop + 1
        assert streamer.next_frame == frames.first + len(frames)
        jump = np.abs(frames.head[0] - made.head[frames.first - 1]).max()
        assert jump < 0.03  # the head goes on from the pose that was shown
        again = streamer.push(voice[:16_000])
        assert again.first == frames.first + len(frames)


def test_silence_keeps_the_lips_closed_and_the_head_alive(engine):
    streamer = Streamer(engine, STILL)
    frames = streamer.push(np.zeros(16_000 * 6, np.float32))
    assert np.abs(frames.expression[:, JAW] - streamer._neutral[JAW]).max() < 1e-3
    assert frames.head[50:, :3].std(axis=0).max() > 0.005
    assert np.abs(np.diff(frames.head[:, :3], axis=0)).max() < 0.02


@pytest.mark.parametrize(("quieter", "speaks"), [(35.0, True), (50.0, False)])
def test_a_murmur_after_a_shout_moves_the_lips(engine, voice, quieter, speaks):
    """As soon as it shows to be speech, and not where it is so quiet that it may come from elsewhere."""
    shout = voice / np.abs(voice).max() * np.float32(0.9)
    murmur = shout * np.float32(10 ** (-quieter / 20))
    streamer = Streamer(engine, STILL)
    jaw = streamer.push(np.concatenate([shout, np.zeros(9600, np.float32), murmur])).expression[:, JAW]
    begins = round((len(shout) + 9600) / SAMPLES_PER_FRAME)
    moves = np.abs(jaw - streamer._neutral[JAW])[begins + 15 :] > 0.01
    assert moves.mean() > 0.6 if speaks else not moves.any()


@pytest.mark.slow
def test_memory_does_not_grow(engine, voice):
    streamer = Streamer(engine)

    def size() -> int:
        hearing = streamer._hearing
        arrays = [value.nbytes for value in vars(hearing).values() if isinstance(value, np.ndarray)]
        return sum(arrays) + len(streamer.track.noise) + sum(len(piece) for piece in streamer._waiting)

    for _ in range(3):  # more than the encoder remembers
        streamer.push(voice)
    before = size()
    streamer.push(voice)
    assert size() <= before + 4 * 600
    assert streamer._moments.maxlen is not None


class TestSound:
    @pytest.mark.parametrize("rate", [8000, 24_000, 44_100, 48_000])
    def test_rates_and_types(self, engine, voice, whole, rate):
        from scipy.signal import resample_poly

        sound = np.clip(resample_poly(voice, rate // 100, 160), -1, 1)
        streamer = Streamer(engine, rate=rate)
        made = joined(in_pieces(streamer, (sound * 32767).astype(np.int16), [rate // 50] * 100))
        assert abs(len(made) - len(whole)) <= 12
        frames = min(len(made), len(whole))
        assert np.corrcoef(made[:frames, JAW], whole[:frames, JAW])[0, 1] > (0.75 if rate == 8000 else 0.95)

    def test_pieces_are_resampled_as_the_whole(self):
        from ksdiff.live.sound_input import SoundInput

        sound = np.random.default_rng(0).uniform(-1, 1, 44_100).astype(np.float32)
        whole = SoundInput(44_100).take(sound)
        one = SoundInput(44_100)
        parts = np.concatenate([one.take(sound[at : at + 441]) for at in range(0, len(sound), 441)])
        assert np.array_equal(parts, whole)

    @pytest.mark.parametrize(
        ("sound", "message"),
        [
            (np.zeros((2, 10), np.float32), "one row"),
            ([0.0, 1.0], "list"),
            (np.zeros(10, np.int32), "int32"),
            (np.array([0.0, np.nan]), "not finite"),
        ],
    )
    def test_what_is_no_sound(self, engine, sound, message):
        with pytest.raises(InputError, match=message):
            Streamer(engine).push(sound)

    def test_rates_that_are_none(self, engine):
        with pytest.raises(InputError, match="96000 samples/s; it must have 8000 to 48000"):
            Streamer(engine, rate=96_000)

    def test_loud_floats_are_clipped(self, engine):
        assert len(Streamer(engine).push(np.full(8000, 3.0))) > 0


def test_an_unknown_style(engine):
    with pytest.raises(InputError, match="unknown style"):
        Streamer(engine, StreamOptions(style="nobody"))


def test_settings():
    from ksdiff.live.settings import StreamSettings

    with pytest.raises(InputError, match="window is 10"):
        StreamSettings(window=10)
    assert Engine  # the default settings are those of the tests above
