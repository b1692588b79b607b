"""The user study: balance and blindness of what raters get, and known answers of the analysis."""

import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise, permutations
from pathlib import Path
from random import Random

import av
import numpy as np
import pytest
from scipy.stats import wilcoxon
from support.videos import NAMES, SYSTEMS, folders, write_clip

from ksdiff.cli import main
from ksdiff.errors import InputError
from ksdiff.study.agreement import intraclass_correlation, krippendorff_alpha
from ksdiff.study.analysis import analyse, holm, signed_rank_p
from ksdiff.study.clips import copy_anonymously, find_clips
from ksdiff.study.design import CRITERIA, clips_of_session, plan_session, system_order, williams_rows
from ksdiff.study.page import KEY_FORMAT, RESULT_FORMAT, VERSION, StudyOptions, make_study
from ksdiff.study.report import page, table, write_report
from ksdiff.study.results import Key, read_key, read_results

CLIPS = ("wordbread", "wordmarmot")


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("given")
    for shade, system in zip((60, 160), SYSTEMS, strict=True):
        for number, clip in enumerate(CLIPS):
            write_clip(root / system / f"{clip}.mp4", shade + 20 * number)
    return root


@pytest.fixture(scope="module")
def study(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made")
    options = StudyOptions(repeats=1, raters=4, title="Faces </script> & more", seed=5)
    make_study(folders(videos), out / "page", out / "key.json", options)
    return out


# Order


@pytest.mark.parametrize("systems", range(2, 10))
def test_williams_design_is_balanced(systems: int) -> None:
    rows = williams_rows(systems)
    assert len(rows) == systems * (1 if systems % 2 == 0 else 2)
    for place in range(systems):
        assert set(Counter(row[place] for row in rows).values()) == {len(rows) // systems}
    after = Counter(pair for row in rows for pair in pairwise(row))
    assert after == dict.fromkeys(permutations(range(systems), 2), len(rows) // systems)


@pytest.mark.parametrize("systems", range(2, 9))
def test_whole_sessions_stay_balanced(systems: int) -> None:
    """Every place of the session has every system equally often; so has every step, over a full round of blocks."""
    rows, blocks = len(williams_rows(systems)), systems
    orders = [system_order(row, systems, blocks) for row in range(rows)]
    for place in range(systems * blocks):
        assert set(Counter(order[place] for order in orders).values()) == {rows // systems}
    after = Counter(pair for order in orders for pair in pairwise(order))
    assert set(after) == set(permutations(range(systems), 2))
    assert len(set(after.values())) == 1
    for order in orders:
        for start in range(0, len(order), systems):
            assert sorted(order[start : start + systems]) == list(range(systems))
    assert system_order(rows, systems, blocks) == orders[0]


@pytest.mark.parametrize(("systems", "clips"), [(2, 3), (3, 3), (4, 10), (7, 4), (8, 3), (6, 8)])
def test_a_clip_never_follows_itself(systems: int, clips: int) -> None:
    for row in range(2 * systems):
        plan = plan_session(row, systems, tuple(range(clips)), 3, Random(row))
        assert set(plan.trials) == {(s, c) for s in range(systems) for c in range(clips)}
        assert len(plan.trials) == systems * clips
        shown = plan.trials + plan.repeats
        assert all(first[1] != second[1] for first, second in pairwise(shown))
        assert len(set(plan.repeats)) == 3
        assert set(plan.repeats) <= set(plan.trials[: len(plan.trials) // 2])


def test_repeats_are_of_all_systems_alike() -> None:
    repeats = [
        system for row in range(8) for system, _ in plan_session(row, 4, tuple(range(8)), 2, Random(row)).repeats
    ]
    assert Counter(repeats) == dict.fromkeys(range(4), 4)


def test_clips_together() -> None:
    plan = plan_session(0, 3, (0, 1, 2, 3), 0, Random(0), together=True)
    clips = [clip for _, clip in plan.trials]
    assert [len(set(clips[at : at + 3])) for at in range(0, 12, 3)] == [1] * 4
    assert set(plan.trials) == {(s, c) for s in range(3) for c in range(4)}


def test_raters_who_see_some_clips_cover_all_alike() -> None:
    seen = Counter(clip for row in range(10) for clip in clips_of_session(row, 5, 2))
    assert seen == dict.fromkeys(range(5), 4)


# The page


def test_nothing_public_names_a_system_or_clip(study: Path) -> None:
    public = [path for path in (study / "page").rglob("*") if path.is_file()]
    assert len(public) == len(SYSTEMS) * len(CLIPS) + 1
    for path in public:
        content = (path.name.encode() + path.read_bytes()).lower()
        for word in (*SYSTEMS, *CLIPS):
            assert word.lower().encode() not in content, path
    assert "</script> &" not in (study / "page" / "index.html").read_text(encoding="utf-8")


def test_all_videos_are_encoded_alike_and_keep_their_pictures(study: Path, videos: Path) -> None:
    key = read_key(study / "key.json")
    kinds = set()
    for video, system in key.systems_of.items():
        with av.open(study / "page" / f"{video}.mp4") as copy:
            stream = copy.streams.video[0]
            kinds.add((stream.codec_context.name, stream.width, stream.height, stream.average_rate))
            assert copy.streams.audio[0].codec_context.name == "aac"
            shown = [frame.to_ndarray(format="gray") for frame in copy.decode(video=0)]
        with av.open(videos / system / f"{key.clips_of[video]}.mp4") as source:
            given = [frame.to_ndarray(format="gray") for frame in source.decode(video=0)]
        assert len(shown) == len(given) == 10
        assert max(np.abs(a.astype(int) - b).max() for a, b in zip(shown, given, strict=True)) <= 3
    assert kinds == {("h264", 64, 48, 25)}


def test_names_follow_the_seed_and_are_secret_without_one(videos: Path, study: Path, tmp_path: Path) -> None:
    options = StudyOptions(repeats=1, raters=4, seed=5)
    again, secret = tmp_path / "again.json", tmp_path / "secret.json"
    make_study(folders(videos), tmp_path / "a", again, options)
    make_study(folders(videos), tmp_path / "b", secret, replace(options, seed=None))
    first = read_key(study / "key.json")
    assert read_key(again).systems_of == first.systems_of
    assert not set(read_key(secret).systems_of) & set(first.systems_of)


def test_page_and_key_agree(study: Path) -> None:
    text = (study / "page" / "index.html").read_text(encoding="utf-8")
    start = text.index('id="config">') + len('id="config">')
    config = json.loads(text[start : text.index("</script>", start)])
    key = read_key(study / "key.json")
    assert config["study"] == key.study
    assert [tuple(config["videos"][n] for n in session) for session in config["sessions"]] == list(key.sessions)
    assert {f"{video}.mp4" for video in config["videos"]} == {p.name for p in (study / "page").glob("*.mp4")}
    assert len(key.sessions) == 4
    assert all(len(session) == 5 for session in key.sessions)
    assert [criterion["name"] for criterion in config["criteria"]] == list(NAMES)
    assert "http" not in text.replace("http-equiv", "")  # no address of anything outside


@pytest.mark.parametrize("codec", ["libx264rgb", "ffv1", "mpeg4"])
def test_copies_of_other_encodings(tmp_path: Path, codec: str) -> None:
    source = tmp_path / "a.mkv"
    with av.open(str(source), "w") as container:
        picture = container.add_stream(codec, rate=30)
        picture.width, picture.height = 65 if codec != "mpeg4" else 66, 49 if codec != "mpeg4" else 50
        picture.pix_fmt = {"libx264rgb": "rgb24", "ffv1": "yuv444p", "mpeg4": "yuv420p"}[codec]
        voice = container.add_stream("pcm_s16le", rate=8000, layout="stereo")
        colour = np.zeros((picture.height, picture.width, 3), np.uint8) + np.array([200, 120, 40], np.uint8)
        for number in range(9):
            frame = av.VideoFrame.from_ndarray(colour, format="rgb24")
            frame.pts = number
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        block = av.AudioFrame.from_ndarray(np.zeros((1, 4800), np.int16), format="s16", layout="stereo")
        block.sample_rate, block.pts = 8000, 0
        container.mux(voice.encode(block))
    assert copy_anonymously(source, tmp_path / "b.mp4") == pytest.approx(0.3, abs=0.01)
    with av.open(tmp_path / "b.mp4") as copy:
        frames = list(copy.decode(video=0))
        standard = "ITU709" if codec == "libx264rgb" else "ITU601"
        middle = frames[4].to_ndarray(format="rgb24", src_colorspace=standard)[20:28, 24:40].mean(axis=(0, 1))
    assert len(frames) == 9
    assert (frames[0].width, frames[0].height) in ((64, 48), (66, 50))
    np.testing.assert_allclose(middle, [200, 120, 40], atol=5)


def test_bad_videos(videos: Path, tmp_path: Path) -> None:
    given = {"a": tmp_path / "a", "b": tmp_path / "b"}
    with pytest.raises(InputError, match="no folder"):
        find_clips(given)
    for folder in given.values():
        folder.mkdir()
    with pytest.raises(InputError, match="has no videos"):
        find_clips(given)
    for name in ("a/one.mp4", "a/two.mp4", "b/one.webm", "b/three.mov"):
        (tmp_path / name).write_bytes(b"no video")
    with pytest.raises(InputError, match=r"a \(.*\) lacks three; b \(.*\) lacks two"):
        find_clips(given)
    assert find_clips(given, common=True) == ["one"]
    with pytest.raises(InputError, match=r"one\.(mp4|webm) cannot be copied"):
        make_study(given, tmp_path / "page", tmp_path / "key.json", StudyOptions(repeats=0), common=True)
    assert not (tmp_path / "key.json").exists()
    (tmp_path / "b" / "one.mp4").write_bytes(b"")
    with pytest.raises(InputError, match="both the clip 'one'"):
        find_clips(given, common=True)
    with pytest.raises(InputError, match="has no sound"):
        copy_anonymously(write_clip(tmp_path / "silent.mp4", sound=False), tmp_path / "copy.mp4")
    assert not (tmp_path / "copy.mp4").exists()


def test_nothing_is_overwritten(videos: Path, study: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lies in the raters' folder"):
        make_study(folders(videos), tmp_path / "page", tmp_path / "page" / "key.json")
    for out, key in ((study / "page", tmp_path / "key.json"), (tmp_path / "page", study / "key.json")):
        with pytest.raises(InputError, match="is there already"):
            make_study(folders(videos), out, key)


def test_options_that_cannot_be(videos: Path, tmp_path: Path) -> None:
    where = (folders(videos), tmp_path / "page", tmp_path / "key.json")
    with pytest.raises(InputError, match="two systems"):
        make_study({SYSTEMS[0]: videos / SYSTEMS[0]}, *where[1:])
    for wrong, message in (({"clips": 3}, "only 2 clips"), ({"repeats": 5}, "only 4 videos")):
        with pytest.raises(InputError, match=message):
            make_study(*where, StudyOptions(**wrong))
    with pytest.raises(InputError, match="raters is 0"):
        StudyOptions(raters=0)
    assert not (tmp_path / "page").exists()


def test_different_lengths_are_pointed_out(tmp_path: Path) -> None:
    given = {name: write_clip(tmp_path / name / "c.mp4", seconds=s).parent for name, s in (("a", 0.4), ("b", 1.2))}
    made = make_study(given, tmp_path / "page", tmp_path / "key.json", StudyOptions(repeats=0, raters=1))
    assert made.notes == ("c has different lengths: a 0.4 s, b 1.2 s",)
    assert made.sessions == 2
    assert made.trials == 2


# Analysis


def synthetic_key(systems: int = 3, clips: int = 6, repeats: int = 2, sessions: int = 12) -> Key:
    names = tuple(f"system{number}" for number in range(systems))
    trials = [(s, c) for s in range(systems) for c in range(clips)]
    plans = [plan_session(row, systems, tuple(range(clips)), repeats, Random(row)) for row in range(sessions)]
    return Key(
        "abc", "Made up", names,
        {f"v{s}-{c}": names[s] for s, c in trials}, {f"v{s}-{c}": f"clip{c}" for s, c in trials},
        tuple(tuple(f"v{s}-{c}" for s, c in plan.trials + plan.repeats) for plan in plans), repeats,
    )  # fmt: skip


def result(key: Key, session: int, mark, identity: str | None = None) -> dict:
    """What a rater sends who gives mark(video, criterion, whether it is a repeat)."""
    videos = key.sessions[session]
    first = len(videos) - key.repeats
    return {
        "format": RESULT_FORMAT, "version": VERSION, "study": key.study, "id": identity or f"id{session}",
        "rater": str(session + 1), "session": session, "started": "", "finished": "", "practised": True,
        "trials": [
            {
                "video": video, "repeat": place >= first, "seconds": 9.0, "plays": 1,
                "ratings": {name: mark(video, name, place >= first) for name in NAMES},
            }
            for place, video in enumerate(videos)
        ],
    }  # fmt: skip


def send(folder: Path, *results: dict) -> Path:
    folder.mkdir(exist_ok=True)
    for number, content in enumerate(results):
        (folder / f"rater{number:02d}.json").write_text(json.dumps(content))
    return folder


def synthetic_raters(key: Key, seed: int, effect: tuple[float, ...], noise: float) -> list[dict]:
    """Raters with their own strictness, to whom system s is better by effect[s] in lip sync and all else is alike."""
    random = np.random.default_rng(seed)

    def rater(session: int) -> dict:
        strictness = random.normal(0, 0.3)

        def mark(video: str, name: str, repeat: bool) -> int:
            gain = effect[key.systems.index(key.systems_of[video])] if name == "lip_sync" else 0.0
            return int(np.clip(round(3 + strictness + gain + random.normal(0, noise)), 1, 5))

        return result(key, session, mark)

    return [rater(session) for session in range(len(key.sessions))]


def test_a_known_effect_is_found_and_no_other(tmp_path: Path) -> None:
    key = synthetic_key()
    raters = send(tmp_path / "sent", *synthetic_raters(key, 1, (0.0, 0.0, 1.0), 0.6))
    analysis = analyse(read_results([raters], key, 2.0), key)
    by_name = {one.criterion.name: one for one in analysis.criteria}
    lips = by_name["lip_sync"]
    assert len(analysis.raters) == 12
    assert analysis.ratings == dict.fromkeys(key.systems, 72)
    for pair in lips.comparisons:
        if pair.second == "system2":
            assert pair.difference.value == pytest.approx(-1.0, abs=0.25)  # marks end at 5
            assert pair.difference.high < -0.5
            assert pair.p_holm < 0.01
        else:
            assert pair.difference.low < 0 < pair.difference.high
            assert pair.p_holm > 0.05
    for name in ("full_face", "head_motion", "fluency"):
        assert all(pair.p_holm > 0.05 for pair in by_name[name].comparisons)
    assert lips.alpha > by_name["fluency"].alpha + 0.1
    assert lips.means["system2"].low > lips.means["system0"].high


def test_means_by_hand(tmp_path: Path) -> None:
    """Two raters, marks that depend on the system alone: means are those marks, and agreement is perfect."""
    key = synthetic_key(repeats=2)
    marks = {"system0": 2, "system1": 3, "system2": 5}
    sent = send(
        tmp_path / "sent", *(result(key, session, lambda v, n, r: marks[key.systems_of[v]]) for session in range(2))
    )
    analysis = analyse(read_results([sent], key), key)
    for one in analysis.criteria:
        assert {system: mean.value for system, mean in one.means.items()} == marks
        assert all(mean.low == mean.high == mean.value for mean in one.means.values())
        assert one.alpha == pytest.approx(1)
        assert one.icc == pytest.approx(1)
        assert (one.repeat_difference, one.repeat_same) == (0, 1)
        # Two raters cannot show more than this: 2 of 4 signs are as extreme.
        assert all(pair.p == 0.5 for pair in one.comparisons)
    assert analysis.systems[0] == "system2"


def test_krippendorff_alpha_of_the_literature() -> None:
    """Krippendorff 2011, section D: four observers, twelve units, values missing. Ordinal alpha is 0.815."""
    missing = np.nan
    marks = np.array([
        [1, 2, 3, 3, 2, 1, 4, 1, 2, missing, missing, missing],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, missing, 3],
        [missing, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, missing],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, missing],
    ])  # fmt: skip
    assert krippendorff_alpha(marks) == pytest.approx(0.815, abs=5e-4)
    assert krippendorff_alpha(marks[:, ::-1]) == pytest.approx(krippendorff_alpha(marks))
    assert krippendorff_alpha(marks**3) == pytest.approx(krippendorff_alpha(marks))  # only the order of marks counts


def test_krippendorff_alpha_at_its_ends() -> None:
    assert krippendorff_alpha(np.tile([1.0, 2, 3, 4, 5], (3, 1))) == 1
    assert np.isnan(krippendorff_alpha(np.full((3, 4), 2.0)))
    assert np.isnan(krippendorff_alpha(np.array([[1.0, 2, np.nan], [np.nan, np.nan, 3]])))
    chance = np.random.default_rng(0).integers(1, 6, (6, 2000)).astype(float)
    assert abs(krippendorff_alpha(chance)) < 0.02
    assert krippendorff_alpha(np.array([[1.0, 5], [5, 1]])) < 0


def test_intraclass_correlation_of_the_literature() -> None:
    """Shrout & Fleiss 1979, table 2: six targets, four judges; ICC(2,4) is 0.62."""
    marks = np.array([[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]], dtype=float)
    assert intraclass_correlation(marks) == pytest.approx(0.62, abs=5e-3)
    marks[0, 0] = np.nan
    assert np.isnan(intraclass_correlation(marks))


def test_corrections_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.5]) == [1.0, 1.0]
    assert signed_rank_p(np.zeros(6)) == 1
    assert signed_rank_p(np.array([1.0, 2, 3, 4, 5, 6])) == pytest.approx(2 / 64)  # one of 64 ways of signs, twice
    assert signed_rank_p(np.array([1.0, 1, 1, -1])) == pytest.approx(2 * 5 / 16)  # none or one of four is positive
    values = np.random.default_rng(3).normal(0.2, 1, 20)
    assert signed_rank_p(values) == pytest.approx(wilcoxon(values, method="exact")[1])
    assert signed_rank_p(np.append(values, 0)) == signed_rank_p(values)


def test_raters_are_left_out_for_a_reason(tmp_path: Path) -> None:
    key = synthetic_key()

    def careful(video: str, name: str, repeat: bool) -> int:
        return 1 + (len(name) + int(video[1]) + int(video[3])) % 5

    good = [result(key, session, careful) for session in range(3)]
    half = result(key, 3, careful)
    half["trials"] = half["trials"][:7]
    far = result(key, 4, lambda v, n, r: 5 if r else 1 + (v == "v0-0"))
    wrong_mark = result(key, 5, lambda v, n, r: 7)
    true_mark = result(key, 5, lambda v, n, r: True)
    other_order = result(key, 6, careful)
    other_order["trials"] = other_order["trials"][::-1]
    bad = {
        "half": (half, "rated 7 of 20 videos"),
        "same": (result(key, 7, lambda v, n, r: 3), "gave everything the rating 3"),
        "far": (far, "rated repeated videos differently, by"),
        "twice": (good[0], "is the same as rater00.json"),
        "mark": (wrong_mark, "has the rating 7"),
        "truth": (true_mark, "has the rating True"),
        "order": (other_order, "in another order"),
        "study": (result(replace(key, study="xyz"), 8, careful), "of another study"),
        "newer": (good[1] | {"version": VERSION + 1}, "its version is 2"),
        "page": ({"format": KEY_FORMAT}, "format"),
        "bare": ({"format": RESULT_FORMAT, "version": 1, "study": "abc"}, "is damaged"),
        "session": (good[1] | {"session": 99}, "is damaged"),
        "last": (good[1] | {"session": -1}, "is damaged"),
        "long": (good[1] | {"session": 10**400}, "is damaged"),
        "list": ([1], "is damaged"),
    }
    sent = send(tmp_path / "sent", *good)
    for name, (content, _) in bad.items():
        (sent / f"x_{name}.json").write_text(json.dumps(content))
    (sent / "x_torn.json").write_text(json.dumps(good[0])[:300])
    (sent / "x_deep.json").write_text("[" * 100_000)
    results = read_results([sent, sent / "rater00.json"], key)
    assert [rater.name for rater in results.raters] == ["rater00", "rater01", "rater02"]
    reasons = {one.name: one.reason for one in results.excluded}
    assert set(reasons) == {f"x_{name}" for name in (*bad, "torn", "deep")}
    for name, (_, reason) in bad.items():
        assert reason in reasons[f"x_{name}"], name
    assert "is damaged" in reasons["x_torn"]
    assert "is damaged" in reasons["x_deep"]


def test_too_few_raters(tmp_path: Path) -> None:
    key = synthetic_key()
    sent = send(tmp_path / "sent", result(key, 0, lambda v, n, r: 3))
    with pytest.raises(InputError, match="but 0 can be used; rater00 gave everything the rating 3"):
        read_results([sent], key)
    with pytest.raises(InputError, match=r"no file or folder .*nowhere"):
        read_results([tmp_path / "nowhere"], key)
    key = {"format": KEY_FORMAT, "version": 1, "study": "s", "title": "t", "systems": ["a"], "videos": {}, "repeats": 0}
    for content in (
        *("", "[]", "[" * 100_000, '{"format": "x", "version": 1}', '{"format": "ksdiff-study-key", "version": 9}'),
        json.dumps({**key, "sessions": [["unknown"]]}),
        json.dumps({**key, "sessions": [], "repeats": "many"}),
    ):
        (tmp_path / "key.json").write_text(content)
        with pytest.raises(InputError, match="is not the key"):
            read_key(tmp_path / "key.json")


def test_reports(tmp_path: Path) -> None:
    key = replace(synthetic_key(repeats=0), title="A & <b>")
    sent = send(tmp_path / "sent", *synthetic_raters(key, 2, (0.0, 0.5, 1.0), 0.6))
    (sent / "torn.json").write_text("{")
    analysis = analyse(read_results([sent], key), key)
    write_report(analysis, tmp_path)
    content = json.loads((tmp_path / "report.json").read_text())
    assert content["criteria"][1]["means"]["system2"]["value"] == analysis.criteria[1].means["system2"].value
    assert content["criteria"][1]["repeat_difference"] is None
    assert content["excluded"] == [{"name": "torn", "reason": analysis.excluded[0].reason}]
    text = (tmp_path / "report.md").read_text()
    assert table(analysis) in text
    assert text.count("system0 - system1") == len(CRITERIA)
    assert "torn: is damaged" in text
    lines = table(analysis).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert len(lines) == 2 + len(key.systems)
    shown = page(analysis)
    assert "A &amp; &lt;b&gt;" in shown
    assert "<b>" not in shown
    assert shown.count("<svg") == len(CRITERIA)


def test_command_line(videos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = [f"{system}={folder}" for system, folder in folders(videos).items()]
    out = tmp_path / "page"
    main(["study", "make", *given, "--out", str(out), "--repeats", "1", "--raters", "3", "--seed", "1"])
    printed = capsys.readouterr().out
    assert "2 systems, 2 clips, 5 videos a rater" in printed
    assert "4 different sessions" in printed
    key = read_key(tmp_path / "page-key.json")
    better = {SYSTEMS[0]: 2, SYSTEMS[1]: 4}
    sent = send(
        tmp_path / "sent", *(result(key, session, lambda v, n, r: better[key.systems_of[v]]) for session in range(3))
    )
    report = tmp_path / "report"
    main(["study", "analyse", str(sent), "--key", str(tmp_path / "page-key.json"), "--out", str(report)])
    printed = capsys.readouterr().out
    assert f"| {SYSTEMS[1]}" in printed
    assert "4.00 [4.00, 4.00]" in printed
    assert {path.name for path in report.iterdir()} == {"report.md", "report.json", "report.html"}
    for wrong, message in ((["a"], "SYSTEM=FOLDER"), (["a=x", "a=y"], "given twice")):
        with pytest.raises(SystemExit) as exit_info:
            main(["study", "make", *wrong, "--out", str(tmp_path / "other")])
        assert exit_info.value.code == 2
        assert message in " ".join(capsys.readouterr().err.split())
