import numpy as np
import pytest
from support.portraits import STILL, look, pixels_of

from ksdiff.errors import InputError
from ksdiff.layers.photo_limits import bearable
from ksdiff.motion.limits import soft_limit
from ksdiff.photo.face_mesh import SURFACE
from ksdiff.photo.fit import EYES, LOWER_LIP, UPPER_LIP, fit_head
from ksdiff.photo.landmarks import Face, find_face


def landmarks_of(portrait, expression, head=STILL):
    mesh = portrait.surface.fitted.mesh
    return mesh.landmarks @ portrait.surface.moved(expression, head)[: len(mesh.neutral)]


def lip_gap(points):
    """Greatest distance of the inner lips, up and down, m."""
    return float((points[list(UPPER_LIP), 1] - points[list(LOWER_LIP), 1]).max())


def test_the_front_of_the_head_lies_on_the_landmarks(serious):
    fitted = serious.surface.fitted
    shown = fitted.camera.project(fitted.mesh.landmarks @ fitted.seen)
    lips = {*UPPER_LIP, *LOWER_LIP}  # brought together
    others = [index for index in range(SURFACE) if index not in lips]
    assert np.abs(shown - fitted.landmarks[:SURFACE, :2])[others].max() < 1.0


def test_teeth_in_a_photo_are_covered_at_rest(smiling):
    assert smiling.surface.fitted.open_mouth > 0.1
    points = landmarks_of(smiling, look())
    width = np.linalg.norm(points[61] - points[291])
    assert lip_gap(points) < 0.02 * width


@pytest.mark.parametrize("which", ["smiling", "serious"])
def test_lips_meet_on_p_b_m_and_part_on_vowels(which, request):
    portrait = request.getfixturevalue(which)
    closed = landmarks_of(portrait, look(jawOpen=0.2, mouthClose=0.2, mouthPress=0.4))
    vowel = landmarks_of(portrait, look(jawOpen=0.5))
    assert lip_gap(closed) < 1.5e-3
    assert lip_gap(vowel) > 0.01


@pytest.mark.parametrize("which", ["smiling", "serious"])
def test_a_blink_brings_the_lids_together_and_not_further(which, request):
    portrait = request.getfixturevalue(which)
    still, shut = landmarks_of(portrait, look()), landmarks_of(portrait, look(eyeBlink=1))
    for upper, lower, _ in EYES.values():
        before = (still[list(upper[2:-2])] - still[list(lower[2:-2])])[:, 1].mean()
        after = (shut[list(upper[2:-2])] - shut[list(lower[2:-2])])[:, 1]
        assert before > 4e-3
        assert np.abs(after).max() < 0.25 * before


def test_a_mouth_wide_open_is_refused():
    face = find_face(pixels_of("collins"))
    landmarks = face.landmarks.copy()
    width = np.linalg.norm(landmarks[61] - landmarks[291])
    landmarks[list(LOWER_LIP), 1] += 0.6 * width
    with pytest.raises(InputError, match="wide open"):
        fit_head(Face(landmarks))


def test_a_profile_is_refused():
    face = find_face(pixels_of("collins"))
    angle = np.radians(45)
    turn = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
    middle = face.landmarks.mean(axis=0)
    with pytest.raises(InputError, match="degrees to the side: give a photo from the front"):
        fit_head(Face((face.landmarks - middle) @ turn.T + middle))


def test_the_head_turns_no_further_than_the_photo_bears(serious):
    rotation, shift = bearable(np.array([0, np.radians(60), 0, 0.2, 0, 0]))
    assert np.degrees(np.arccos((np.trace(rotation) - 1) / 2)) < 15.1
    assert np.abs(shift).max() <= 0.02
    rotation, shift = bearable(np.array([0, np.radians(6), 0, 0.005, 0, 0]))
    assert np.isclose(np.degrees(np.arccos((np.trace(rotation) - 1) / 2)), 6)
    assert np.isclose(shift[0], 0.005)
    values = np.linspace(-3, 3, 200)
    assert (np.diff(soft_limit(values, 1.0)) >= 0).all()


def test_shoulders_and_background_do_not_follow_the_head(serious):
    surface = serious.surface
    count = len(surface.fitted.mesh.neutral)
    moved = surface.moved(look(), np.array([0.1, 0.2, 0.1, 0, 0, 0.01]))
    bottom = np.flatnonzero(surface.seen[:, 1] > np.percentile(surface.seen[count:, 1], 95))
    bottom = bottom[bottom >= count]
    assert np.abs(moved - surface.rest)[bottom].max() < 1e-6
    assert np.abs(moved - surface.rest)[:count].max() > 0.01
