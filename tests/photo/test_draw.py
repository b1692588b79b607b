import numpy as np
import pytest
from scipy.ndimage import maximum_filter
from support.portraits import PORTRAITS, STILL, look

from ksdiff.photo.draw import PortraitRenderer
from ksdiff.photo.fit import EYES
from ksdiff.photo.layers import LUMINANCE, push_pull
from ksdiff.photo.prepare import prepare_portrait

TURNED = np.array([np.radians(6), np.radians(12), np.radians(4), 0.004, 0, 0])


def test_lids_behind_glasses_have_neither_frame_nor_glare():
    """Black frames and white glare are most of what is around these eyes."""
    portrait = prepare_portrait(PORTRAITS["hopper"], (128, 128))
    layers, fitted = portrait.layers, portrait.surface.fitted
    scale = layers.lids.shape[1] / (layers.rectangle[2] - layers.rectangle[0])
    points = (fitted.landmarks[:, :2] - layers.rectangle[:2]) * scale
    luminance = layers.lids @ LUMINANCE
    cheeks = [np.median(luminance[y - 2 : y + 3, x - 2 : x + 3]) for x, y in points[[50, 280]].astype(int)]
    for upper, _, _ in EYES.values():
        left, right = points[list(upper), 0].min(), points[list(upper), 0].max()
        top = points[list(upper), 1].min()
        lid = luminance[int(top - 0.4 * (right - left)) : int(top), int(left) : int(right)]
        assert 0.65 * np.mean(cheeks) < lid.min()
        assert lid.max() < 1.2 * np.mean(cheeks)


@pytest.fixture(scope="module")
def pictures(serious):
    with PortraitRenderer(serious.surface, serious.layers) as renderer:
        return {
            "rest": renderer.draw(look(), STILL).copy(),
            "vowel": renderer.draw(look(jawOpen=0.6), STILL).copy(),
            "turned": renderer.draw(look(jawOpen=0.3), TURNED).copy(),
            "shut": renderer.draw(look(eyeBlink=1), STILL).copy(),
        }


def changed(picture, portrait):
    return (picture != portrait.layers.plate).any(axis=-1)


def test_at_rest_the_photo_is_shown_as_it_is(pictures, serious):
    different = changed(pictures["rest"], serious)
    assert different.mean() < 0.01  # the eyes, which are drawn
    assert np.abs(pictures["rest"].astype(int) - serious.layers.plate).mean() < 0.1


@pytest.mark.parametrize("name", ["rest", "vowel", "turned", "shut"])
def test_the_background_keeps_every_bit(pictures, serious, name):
    """Where the photo shows no person, and none is moved to."""
    far = np.ones(serious.layers.plate.shape[:2], bool)
    scale = far.shape[1] / (serious.layers.frame[2] - serious.layers.frame[0])
    points = (serious.surface.fitted.landmarks[:, :2] - serious.layers.frame[:2]) * scale
    left, top = (points.min(axis=0) - 50).astype(int)
    right, bottom = (points.max(axis=0) + 50).astype(int)
    far[max(top, 0) : bottom, max(left, 0) : right] = False
    away = far & (maximum_filter(serious.layers.opacity, 9) == 0)
    assert away.mean() > 0.1
    assert not changed(pictures[name], serious)[away].any()
    assert not changed(pictures[name], serious)[-2:].any()  # the chest


def test_a_vowel_changes_the_mouth_and_not_the_forehead(pictures, serious):
    different = changed(pictures["vowel"], serious)
    scale = different.shape[1] / (serious.layers.frame[2] - serious.layers.frame[0])
    points = (serious.surface.fitted.landmarks[:, :2] - serious.layers.frame[:2]) * scale
    x, y = points[14].astype(int)
    assert different[y : y + 8, x - 5 : x + 5].all()
    forehead_x, forehead_y = points[151].astype(int)
    assert not different[forehead_y - 5 : forehead_y + 5, forehead_x - 5 : forehead_x + 5].any()


def test_the_head_turns(pictures, serious):
    assert changed(pictures["turned"], serious).mean() > 0.1


def test_without_the_background_the_person_is_left(serious):
    with PortraitRenderer(serious.surface, serious.layers, transparent=True) as renderer:
        picture = renderer.draw(look(), STILL)
    opacity = picture[..., 3] / 255
    assert np.abs(opacity - serious.layers.opacity).mean() < 0.01
    inside = (opacity == 1) & (serious.layers.opacity == 1)
    assert np.abs(picture[..., :3].astype(int) - serious.layers.plate)[inside].mean() < 2


def test_a_colour_takes_the_place_of_the_background(serious):
    with PortraitRenderer(serious.surface, serious.layers, background=(0.0, 1.0, 0.0)) as renderer:
        picture = renderer.draw(look(), TURNED)
    corner = picture[:20, :20].reshape(-1, 3)
    assert (corner == (0, 255, 0)).all()


def test_push_pull_keeps_what_is_known_and_continues_it():
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:, :30], pixels[:, 30:] = (10, 20, 30), (200, 100, 50)
    known = np.ones((40, 60), bool)
    known[10:30, 5:15] = False
    pixels[~known] = 255
    filled = push_pull(pixels, known)
    assert np.array_equal(filled[known], pixels[known])
    assert np.abs(filled[10:30, 5:15].astype(int) - (10, 20, 30)).max() < 40
