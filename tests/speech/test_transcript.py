"""Transcript: text from speech, and words and phones in time."""

from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from support.files import SPEECH_VIDEO

from ksdiff.errors import InputError
from ksdiff.speech import forced_alignment, grapheme_to_phoneme, moonshine, transcript, vad
from ksdiff.speech.audio import SAMPLE_RATE, load
from ksdiff.speech.grapheme_to_phoneme import guess_phones
from ksdiff.speech.moonshine import load_recogniser
from ksdiff.speech.text_normalization import spoken_words
from ksdiff.speech.transcript import align, recognise, split, split_words, transcribe

TEXT = "Today, after two years of negotiations, the United States, together with international partners, has achieved"
needs_moonshine = pytest.mark.skipif(find_spec("moonshine_cpp") is None, reason="moonshine-cpp is not installed")
needs_pocketsphinx = pytest.mark.skipif(find_spec("pocketsphinx") is None, reason="pocketsphinx is not installed")


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    return load(SPEECH_VIDEO)


@pytest.fixture
def without_packages(monkeypatch):
    """As if neither the recogniser nor the aligner were installed."""
    for module in (transcript, forced_alignment):
        monkeypatch.setattr(module, "find_spec", lambda name: None)
    monkeypatch.setattr(moonshine, "find_spec", lambda name: None)
    load_recogniser.cache_clear()
    yield
    load_recogniser.cache_clear()


def in_order(words, length: float) -> bool:
    edges = [edge for word in words for edge in (word.start, word.end)]
    return edges == sorted(edges) and edges[0] >= 0 and edges[-1] <= length


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Well, it's 9.5% (or so) -- more…", ["Well", "it's", "9.5%", "or", "so", "more"]),
        ("state-of-the-art either/or", ["state-of-the-art", "either", "or"]),
        ("¿Qué tal? Größe", ["Qué", "tal", "Größe"]),
        ("今天,好 hello", ["今", "天", "好", "hello"]),
        ("Привет, мир!", ["Привет", "мир"]),
        (" … -- !", []),
        ("", []),
    ],
)
def test_split_words(text, words):
    assert split_words(text) == words


@pytest.mark.parametrize(
    ("word", "spoken"),
    [
        ("Don’t", "don't"),
        ("$1,250", "one thousand two hundred fifty dollars"),
        ("2001", "two thousand one"),
        ("1984", "nineteen eighty four"),
        ("1905", "nineteen oh five"),
        ("1900", "nineteen hundred"),
        ("2025", "twenty twenty five"),
        ("3.14", "three point one four"),
        ("50%", "fifty percent"),
        ("007", "zero zero seven"),
        ("1000000", "one million"),
        ("21st", "twenty first"),
        ("100th", "one hundredth"),
        ("state-of-the-art", "state of the art"),
        ("4K", "four k"),
        ("'tis", "tis"),
        ("—", ""),
        ("12345678901234567890", "one two three four five six seven eight nine zero " * 2),
    ],
)
def test_spoken_words(word, spoken):
    assert spoken_words(word) == spoken.split()


@needs_pocketsphinx
def test_guessed_phones_are_known_and_near():
    decoder = forced_alignment._load()
    for word in ["zzyzx", "ksdiff", "a", "x", "o'", "quux", "kubernetes"]:
        phones = guess_phones(word)
        assert phones
        decoder.add_word(f"guessed{word}", " ".join(phones), True)  # refuses phones that it does not know
    for word in ["time", "shop", "thing", "button", "milk", "robot"]:
        truth = decoder.lookup_word(word).split()
        assert len(guess_phones(word)) == pytest.approx(len(truth), abs=1)
        assert guess_phones(word)[0] == truth[0]


def test_every_spelling_is_matched_longest_first():
    letters = list(grapheme_to_phoneme._SPELLINGS)
    assert letters == sorted(letters, key=len, reverse=True)


def test_split_cuts_in_pauses(speech):
    pause = np.zeros(SAMPLE_RATE, np.float32)
    sound = np.concatenate([pause, speech, pause, speech, pause * 3, speech, pause])
    pieces = split(sound)
    assert all(0 < piece.end - piece.start <= transcript.MAX_PIECE for piece in pieces)
    assert all(a.end <= b.start + 1e-6 for a, b in pairwise(pieces))
    covered = np.zeros(len(sound), bool)
    for piece in pieces:
        covered[round(piece.start * SAMPLE_RATE) : round(piece.end * SAMPLE_RATE)] = True
    assert np.abs(sound[~covered]).max() < 0.05 * np.abs(sound).max()
    for piece in pieces[:-1]:  # cut where it is quiet
        at = round(piece.end * SAMPLE_RATE)
        assert np.abs(sound[at - 400 : at + 400]).max() < 0.1 * np.abs(sound).max()


def test_split_sound_without_pauses():
    tone = np.sin(np.arange(50 * SAMPLE_RATE) / 10).astype(np.float32)
    pieces = split(tone)
    assert all(piece.end - piece.start <= transcript.MAX_PIECE for piece in pieces)
    assert sum(piece.end - piece.start for piece in pieces) == pytest.approx(50, abs=0.1)


def test_silence_has_no_pieces():
    assert split(np.zeros(3 * SAMPLE_RATE, np.float32)) == ()


@needs_moonshine
def test_recognise(speech):
    found = recognise(speech)
    for word in split_words(TEXT):
        assert word in split_words(found)


@needs_moonshine
def test_pieces_together_as_alone(speech):
    recogniser = load_recogniser()
    pieces = [speech[:70000], speech, speech[60000:], np.zeros(8000, np.float32)]
    assert recogniser.transcribe(pieces)[:2] == [recogniser.transcribe([piece])[0] for piece in pieces[:2]]


@needs_moonshine
def test_decoder_agrees_with_the_published_graph(speech):
    """The decoder computed here says what onnxruntime makes of the same file."""
    import onnxruntime

    recogniser = load_recogniser()
    folder = Path(find_spec("moonshine_cpp").origin).parent / "models/base-en"
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    published = onnxruntime.InferenceSession(folder / "decoder_model_merged.ort", options)
    hidden = recogniser._encoder.run(None, {"input_values": speech[None, 10000:60000]})[0]
    caches = [value.name for value in published.get_inputs() if value.name.startswith("past")]
    outputs = [value.name for value in published.get_outputs()]
    past = {name: np.zeros((1, 8, 0, 52), np.float32) for name in caches}
    tokens = [1]
    for step in range(8):
        inputs = {
            "input_ids": np.array([tokens[-1:]]),
            "encoder_hidden_states": hidden,
            "use_cache_branch": np.array([step > 0]),
        }
        found = dict(zip(outputs, published.run(None, {**inputs, **past}), strict=True))
        tokens.append(int(found["logits"][0, -1].argmax()))
        for name in caches:
            if step == 0 or "decoder" in name:
                past[name] = found[name.replace("past_key_values", "present")]
    assert recogniser._decoder.greedy([hidden[0]], [8]) == [tokens[1:]]


@needs_moonshine
def test_silence_and_noise_say_little():
    assert recognise(np.zeros(2 * SAMPLE_RATE, np.float32)) == ""
    noise = 0.1 * np.random.default_rng(0).standard_normal(4 * SAMPLE_RATE).astype(np.float32)
    assert len(recognise(noise).split()) <= 32


@pytest.mark.parametrize(
    ("tokens", "period"), [([5, 1, 1, 1, 1], 1), ([9, 1, 2, 1, 2, 1, 2, 1, 2], 2), ([1, 2, 3] * 3, 0), ([1, 1, 1], 0)]
)
def test_loops_are_found(tokens, period):
    assert moonshine._loop(tokens) == period


def test_recogniser_that_is_not_installed(without_packages, speech):
    with pytest.raises(InputError, match=r"ksdiff\[transcribe\]"):
        recognise(speech)


@needs_pocketsphinx
def test_align(speech):
    found = align(speech, TEXT)
    assert [word.text for word in found.words] == split_words(TEXT)
    assert found.text == TEXT
    assert in_order(found.words, len(speech) / SAMPLE_RATE)
    assert in_order(found.phones, len(speech) / SAMPLE_RATE)
    today, after = found.words[:2]
    assert today.start == pytest.approx(1.0, abs=0.06)  # where the sound sets in
    assert after.start - today.end > 0.3  # he pauses
    assert [p.text for p in found.phones if today.start <= p.start < today.end] == ["T", "AH", "D", "EY"]
    for phone in found.phones:
        assert any(word.start <= phone.start and phone.end <= word.end for word in found.words)
    lips = [p for p in found.phones if p.text in ("P", "B", "M")]
    assert lips


@needs_pocketsphinx
def test_times_follow_the_sound(speech):
    later = np.concatenate([np.zeros(round(0.73 * SAMPLE_RATE), np.float32), speech])
    a, b = align(speech, TEXT).words, align(later, TEXT).words
    shifts = [y.start - x.start for x, y in zip(a, b, strict=True)]
    assert np.median(shifts) == pytest.approx(0.73, abs=0.011)
    assert np.mean(np.abs(np.array(shifts) - 0.73) < 0.05) > 0.8


@needs_pocketsphinx
def test_words_that_no_dictionary_has(speech):
    changed = TEXT.replace("negotiations", "negozzhiations").replace("two", "2")
    words = {word.text: word for word in align(speech, changed).words}
    truth = {word.text: word for word in align(speech, TEXT).words}
    assert words["negozzhiations"].start == pytest.approx(truth["negotiations"].start, abs=0.15)
    assert words["2"].start == pytest.approx(truth["two"].start, abs=0.1)
    assert words["United"].start == pytest.approx(truth["United"].start, abs=0.05)
    assert align(speech, changed).phones


@needs_pocketsphinx
@pytest.mark.parametrize("pieces", [True, False])
def test_long_sound_is_aligned_piece_by_piece(speech, monkeypatch, pieces):
    if pieces and find_spec("moonshine_cpp") is None:
        pytest.skip("moonshine-cpp is not installed")
    if not pieces:
        monkeypatch.setattr(transcript, "find_spec", lambda name: None if name == "moonshine_cpp" else object())
    monkeypatch.setattr(transcript, "ALIGNED_AT_ONCE", 10.0)
    period = len(speech) / SAMPLE_RATE
    truth = align(speech, TEXT).words
    found = align(np.tile(speech, 3), " ".join([TEXT] * 3)).words
    assert [word.text for word in found] == split_words(TEXT) * 3
    assert in_order(found, 3 * period)
    errors = [
        abs(word.start - (truth[number % len(truth)].start + number // len(truth) * period))
        for number, word in enumerate(found)
    ]
    assert np.median(errors) < (0.05 if pieces else 1.0)


@needs_pocketsphinx
@needs_moonshine
def test_transcribe_finds_text_and_times(speech):
    found = transcribe(speech)
    truth = {word.text: word.start for word in align(speech, TEXT).words}
    for word in found.words:
        if word.text in truth:
            assert word.start == pytest.approx(truth[word.text], abs=0.1)
    assert len(found.words) > 12
    assert transcribe(speech, "Today").words[0].text == "Today"


CHINESE = "今天天气很好"


@pytest.mark.parametrize(
    "text", [CHINESE, "Сегодня, после двух лет переговоров", "Hoy, después de dos años de negociaciones"]
)
def test_other_languages_are_spread_over_the_voice(speech, text):
    found = align(speech, text)
    assert found.phones == ()
    assert [word.text for word in found.words] == split_words(text)
    assert in_order(found.words, len(speech) / SAMPLE_RATE)
    assert found.words[0].start == pytest.approx(1.0, abs=0.1)  # before it, nobody speaks
    if text == CHINESE:  # words of one sign: the same length, but for the pauses in them
        active = vad.activity(speech)
        spoken = [active[round(w.start * 100) : round(w.end * 100)].sum() for w in found.words]
        assert max(spoken) - min(spoken) <= 2


def test_language_that_is_said(speech):
    text = "La casa es grande y el perro come mucho"  # every word is in the English dictionary, too
    assert align(speech, text, "es").phones == ()
    assert [word.text for word in align(speech, text, "es").words] == split_words(text)
    if find_spec("pocketsphinx") is not None:
        assert align(speech, "Zweitausend Fjorde", "en").phones


def test_english_without_the_aligner(without_packages, speech):
    found = align(speech, TEXT)
    assert [word.text for word in found.words] == split_words(TEXT)
    assert found.phones == ()
    assert in_order(found.words, len(speech) / SAMPLE_RATE)


@pytest.mark.parametrize("text", ["", "  ", "...", "—"])
def test_nothing_said(speech, text):
    found = align(speech, text)
    assert (found.words, found.phones) == ((), ())


def test_text_for_silence():
    found = align(np.zeros(SAMPLE_RATE, np.float32), "Hello there")
    assert [word.text for word in found.words] == ["Hello", "there"]
    assert in_order(found.words, 1.0)


def test_text_that_is_not_said(speech):
    """A text far too long for the sound still gives every word a time."""
    text = " ".join(["completely different words"] * 60)
    found = align(speech, text)
    assert len(found.words) == 180
    assert in_order(found.words, len(speech) / SAMPLE_RATE)


@pytest.mark.parametrize("text", ["word " * 20_000, "9" * 5000])
def test_text_that_nobody_could_say_in_the_time(speech, text):
    with pytest.raises(InputError, match=rf"the text has {len(text)} characters, but the sound lasts only 8\.7 s"):
        align(speech, text)


@pytest.mark.parametrize("digits", ["9" * 5000, "1." + "4" * 5000, "7" * 5000 + "th"])
def test_numbers_of_any_length_can_be_said(digits):
    assert len(spoken_words(digits)) >= 5000


@needs_pocketsphinx
def test_alignments_in_several_threads_do_not_disturb_each_other(speech):
    """Pocketsphinx' decoder holds one sound at a time."""
    parts = [speech[: 4 * SAMPLE_RATE], speech[4 * SAMPLE_RATE :]]
    texts = ["Today after two years of negotiations", "together with international partners has achieved"]
    alone = [align(part, text) for part, text in zip(parts, texts, strict=True)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(align, parts * 4, texts * 4))
    assert together == alone * 4


@needs_pocketsphinx
def test_what_was_aligned_before_does_not_make_words_english(speech):
    text = "vsqxa zplkrt wqanf"
    before = align(speech, text)
    assert align(speech, text, "en").phones  # guesses their pronunciation
    assert align(speech, text) == before
    assert not before.phones
