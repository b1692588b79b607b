"""What a tracker sees in videos of photos: the motion of the lips, and blinks."""

from functools import cache

import numpy as np
import pytest
from support.files import SPEECH_VIDEO
from support.portraits import FACES

import ksdiff
from ksdiff.corpus.tracker import track_pictures
from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT
from ksdiff.output.render import render_frames
from ksdiff.photo.picture_file import Photo
from ksdiff.photo.prepare import prepare_portrait
from ksdiff.photo.video import portrait_frames

GLASSES = ("hopper", "drawing")
CLOSED = 0.01  # of the distance of the eyes, between lips that touch
BLINKS = [ARKIT.index("eyeBlinkLeft"), ARKIT.index("eyeBlinkRight")]


@cache
def motion() -> Motion:
    return ksdiff.animate(SPEECH_VIDEO)


def tracked(frames, fps):
    track = track_pictures(((number / fps, np.ascontiguousarray(frame)) for number, frame in enumerate(frames)), "")
    assert track.found.mean() > 0.98
    points = track.landmarks[..., :2]

    def apart(a, b):
        return np.linalg.norm(points[:, a] - points[:, b], axis=1)

    opening = apart(13, 14) / apart(33, 263)
    eyes = (apart(159, 145) / apart(33, 133) + apart(386, 374) / apart(362, 263)) / 2
    return opening, eyes


@cache
def opening_of_head():
    return tracked(render_frames(motion()), motion().fps)[0]


@pytest.mark.slow
@pytest.mark.parametrize("name", FACES)
def test_lips_and_lids_of_the_video_follow_the_motion(name):
    portrait = prepare_portrait(Photo(FACES[name]()))
    opening, eyes = tracked(portrait_frames(portrait, motion()), motion().fps)
    assert np.corrcoef(opening, opening_of_head())[0, 1] >= 0.95
    closed = opening_of_head() < CLOSED
    assert closed.sum() > 10
    assert np.median(opening[closed]) < 2 * CLOSED
    blink = motion().expression[:, BLINKS].mean(axis=1)
    most = 0.45 if name in GLASSES else 0.3  # through glasses the tracker sees lids where there are none
    assert eyes[blink > 0.9].min() < most * np.median(eyes[blink < 0.1])
