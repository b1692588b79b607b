import numpy as np
import pytest

from ksdiff.errors import InputError
from ksdiff.face.head import load_head
from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT, ARKIT_SHAPES, MotionSpace
from ksdiff.output import render
from ksdiff.output.render import Renderer, render_frames, render_stills

SIZE = 256


@pytest.fixture(scope="module")
def renderer():
    with Renderer(SIZE, SIZE) as renderer:
        yield renderer


def draw(renderer, turn=(0, 0, 0), **values):
    weights = np.zeros((1, 52), np.float32)
    for name, value in values.items():
        for full in (name, f"{name}Left", f"{name}Right"):
            if full in ARKIT_SHAPES:
                weights[0, ARKIT_SHAPES.index(full)] = value
    pose = np.array([*turn, 0, 0, 0], float)
    return renderer.draw(renderer.head.vertices(weights)[0], pose).astype(int)


def box(points, margin=0.0):
    """Rows and columns of the picture that hold these points of the head, m."""
    x, y, z = render.CENTRE
    scale = render.DISTANCE / render.HEIGHT_SHOWN * SIZE / (z + render.DISTANCE - points[:, 2])
    columns = SIZE / 2 + scale * (points[:, 0] - x)
    rows = SIZE / 2 - scale * (points[:, 1] - y)
    grow = margin * SIZE
    return (
        slice(int(rows.min() - grow), int(rows.max() + grow) + 1),
        slice(int(columns.min() - grow), int(columns.max() + grow) + 1),
    )


def motion(frames, fps=25.0, **channels):
    expression = np.zeros((frames, 51), np.float32)
    for name, values in channels.items():
        expression[:, ARKIT.index(name)] = values
    zeros = np.zeros(frames, np.float32)
    return Motion(expression, np.zeros((frames, 6), np.float32), zeros, zeros, fps)


def test_neutral_picture(renderer):
    picture = draw(renderer)
    assert picture.shape == (SIZE, SIZE, 3)
    head = renderer.head
    landmarks = head.landmark_positions(head.neutral)
    forehead = picture[box(landmarks[[151]])].reshape(-1, 3).mean(axis=0)
    assert forehead[0] > forehead[1] > forehead[2]  # skin
    assert forehead[0] - forehead[2] > 40
    for corner in (picture[3, 3], picture[3, -4]):  # cool and dark
        assert corner.max() < 90
        assert corner[2] >= corner[0]
    lips, chin = (picture[box(landmarks[index])].reshape(-1, 3).mean(axis=0) for index in ([16, 15], [200]))
    assert lips[0] / lips[1] > chin[0] / chin[1] * 1.05  # redder than the skin
    # All of the head is in the picture, and it fills most of it.
    rows = np.flatnonzero((picture[:, :, 0] - picture[:, :, 2]).max(axis=1) > 30)
    assert 2 < rows[0] < 0.12 * SIZE
    assert rows[-1] == SIZE - 1


def test_eyes_have_sclera_iris_and_pupil(renderer):
    head = renderer.head
    landmarks = head.landmark_positions(head.neutral)
    opening = box(landmarks[[33, 133, 159, 145]])
    eye = draw(renderer)[opening].reshape(-1, 3)
    light, dark = eye.min(axis=1) > 140, eye.max(axis=1) < 60
    blue = eye[:, 2] > eye[:, 0] + 10
    assert light.sum() >= 10
    assert dark.sum() >= 2
    assert blue.sum() >= 8
    shut = draw(renderer, eyeBlink=1)[opening].reshape(-1, 3)
    assert (shut.min(axis=1) > 140).sum() == 0
    assert (shut[:, 2] > shut[:, 0]).sum() == 0


def test_gaze_moves_the_irises(renderer):
    landmarks = renderer.head.landmark_positions(renderer.head.neutral)

    def middle(picture, eye):
        patch = picture[box(landmarks[eye])]
        rows, columns = np.nonzero(patch[:, :, 2] > patch[:, :, 0] + 5)
        return columns.mean(), rows.mean()

    for eye in ([33, 133, 159, 145], [263, 362, 386, 374]):
        rest = middle(draw(renderer), eye)
        left = middle(draw(renderer, eyeLookOutLeft=0.8, eyeLookInRight=0.8), eye)
        right = middle(draw(renderer, eyeLookInLeft=0.8, eyeLookOutRight=0.8), eye)
        assert left[0] > rest[0] + 1 > rest[0] - 1 > right[0]  # the face's left is the picture's right


def test_open_mouth_shows_teeth_and_dark_and_closed_lips_do_not(renderer):
    head = renderer.head
    inside = [82, 13, 312, 87, 14, 317]
    opened = head.landmark_positions(head.vertices(one_hot("jawOpen", 0.5)))[0]
    mouth = box(opened[inside])

    def counts(**values):
        patch = draw(renderer, **values)[mouth].reshape(-1, 3)
        teeth = (patch.min(axis=1) > 125) & (np.ptp(patch, axis=1) < 60)
        return teeth.sum(), (patch.max(axis=1) < 90).sum()

    teeth, dark = counts(jawOpen=0.5)
    assert teeth >= 8
    assert dark >= 20
    for closed in ({}, {"jawOpen": 0.4, "mouthClose": 0.4}, {"mouthPress": 0.5}, {"mouthSmile": 0.6}):
        teeth, dark = counts(**closed)
        assert teeth == 0, closed
        assert dark <= 4, closed


def one_hot(name, value):
    weights = np.zeros((1, 52), np.float32)
    weights[0, ARKIT_SHAPES.index(name)] = value
    return weights


def test_head_turns_about_the_neck(renderer):
    def bright(picture):
        """Column of the middle of the skin in the rows of the face."""
        face = picture[SIZE // 4 : SIZE // 2]
        return np.nonzero(face[:, :, 0] - face[:, :, 2] > 25)[1].mean()

    ahead, left = draw(renderer), draw(renderer, turn=(0, np.radians(25), 0))
    nose = renderer.head.landmark_positions(renderer.head.neutral)[1]
    column = box(nose[None])[1].start
    # The nose's tip, the brightest bit of the middle of the face, goes to the picture's right.
    assert bright(left) > bright(ahead)
    assert np.abs(left - ahead)[:, column - 4 : column + 4].mean() > 5
    np.testing.assert_allclose(left[-6:], ahead[-6:], atol=12)  # shoulders stand still
    down = draw(renderer, turn=(np.radians(15), 0, 0))
    crown = [np.flatnonzero((p[:, :, 0] - p[:, :, 2]).max(axis=1) > 30)[0] for p in (ahead, down)]
    assert crown[1] > crown[0]  # a positive angle about x nods


def test_edges_are_smooth(renderer):
    picture = draw(renderer)
    landmarks = renderer.head.landmark_positions(renderer.head.neutral)
    row = picture[box(landmarks[[10]])[0].start, :, 0]
    edge = np.abs(np.diff(row)).argmax()
    between = np.sort(row[edge - 3 : edge + 5])
    assert len(np.unique(between)) > 3  # steps in between, not skin or background only


def test_a_pixel_is_the_mean_of_its_samples(renderer, monkeypatch):
    picture = draw(renderer, turn=(0.1, 0.3, 0.05), jawOpen=0.4)
    monkeypatch.setattr(render, "SAMPLES", 1)
    with Renderer(2 * SIZE, 2 * SIZE) as finer:
        samples = draw(finer, turn=(0.1, 0.3, 0.05), jawOpen=0.4)
    mean = samples.reshape(SIZE, 2, SIZE, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(picture, mean, atol=1)


def test_neighbours_are_drawn_after_each_other(renderer):
    head = renderer.head
    triangles = head.triangles[head.parts["skin"]]
    order = render.nearby_order(head.neutral[triangles].mean(axis=1))
    assert sorted(order) == list(range(len(triangles)))

    def new_vertices(triangles):
        """How many vertices of a triangle are not among the 32 before it, in the mean."""
        used = triangles.ravel()
        return sum(vertex not in used[max(0, at - 32) : at] for at, vertex in enumerate(used)) / len(triangles)

    random = np.random.default_rng(0).permutation(len(triangles))
    assert new_vertices(triangles[order]) < 1.2 < 2.9 < new_vertices(triangles[random])


def test_frames_and_stills_agree_and_repeat():
    wave = np.linspace(0, 0.6, 70)
    clip = motion(70, jawOpen=wave)
    frames = list(render_frames(clip, 96, 64))
    assert len(frames) == 70  # more than are blended at once
    assert all(frame.shape == (64, 96, 3) and frame.dtype == np.uint8 for frame in frames)
    stills = render_stills(clip, [0.0, 1.0, 2.8], 96, 64)
    for still, frame in zip(stills, (0, 25, 69), strict=True):
        np.testing.assert_array_equal(still, frames[frame])
    assert not np.array_equal(frames[0], frames[69])


def test_pictures_outlive_their_renderer():
    first, second = render_stills(motion(2, jawOpen=[0, 0.8]), [0.0, 0.04], 64, 64)
    assert not np.array_equal(first, second)
    with Renderer(64, 64) as renderer:
        kept = renderer.draw(renderer.head.neutral)
        copy = kept.copy()
        renderer.draw(renderer.head.vertices(one_hot("jawOpen", 1))[0])
        np.testing.assert_array_equal(kept, copy)


def test_without_opengl_the_message_names_the_packages(monkeypatch):
    import moderngl

    def fail(**_):
        raise Exception("(standalone) could not load libEGL.so")

    monkeypatch.setattr(moderngl, "create_context", fail)
    with pytest.raises(InputError, match="libegl1 libgl1-mesa-dri"):
        next(render_frames(motion(1)))


def test_times_outside_the_motion():
    with pytest.raises(InputError, match=r"3\.0 s"):
        render_stills(motion(25), [3.0])


def test_other_spaces_are_refused():
    space = MotionSpace("other", ("a",), "", None, ("x", "y", "z"), ("rad",) * 3, slice(0, 3), ())
    zeros = np.zeros(2)
    with pytest.raises(InputError, match="arkit"):
        next(render_frames(Motion(np.zeros((2, 1)), np.zeros((2, 3)), zeros, zeros, space=space)))


@pytest.mark.parametrize("size", [(0, 64), (64, 100_000)])
def test_sizes_that_cannot_be_drawn(size):
    with pytest.raises(InputError, match="from 16 to 8192"):
        Renderer(*size)


def test_head_is_shared():
    assert load_head() is load_head()
