"""The videos of heads that do not exist, which the inverse of the tracker learns from."""

import numpy as np
import pytest
from support.files import REPOSITORY

from ksdiff.corpus.video import frames
from ksdiff.errors import InputError
from ksdiff.face.head import load_head
from ksdiff.motion.space import ARKIT


def test_a_head_is_filmed_as_a_camera_would(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lights, lens, backdrop and grain are drawn by chance; what moves can be seen to move."""
    monkeypatch.syspath_prepend(str(REPOSITORY / "scripts"))
    import rendered_heads

    rng = np.random.default_rng(3)
    shot = rendered_heads.draw_shot(rng, 90.0)
    expression = np.zeros((6, 51))
    expression[3:, ARKIT.index("jawOpen")] = 0.8
    path = tmp_path / "clip.mp4"
    try:
        rendered_heads.film(load_head(), expression, np.zeros((6, 6)), shot, rng, path)
    except InputError as error:
        pytest.skip(str(error))
    pictures = [frame.image.astype(float) for frame in frames(path)]
    assert len(pictures) == 6
    assert pictures[0].shape == (*shot.size[::-1], 3)
    still, moved = np.abs(pictures[2] - pictures[1]).mean(), np.abs(pictures[3] - pictures[2]).mean()
    assert moved > 1.5 * still
    assert pictures[0].std() > 10
