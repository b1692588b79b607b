import pytest
from support.portraits import PORTRAITS

from ksdiff.photo.prepare import Portrait, prepare_portrait


@pytest.fixture(scope="session")
def smiling() -> Portrait:
    """A photo of a smile that shows teeth."""
    return prepare_portrait(PORTRAITS["collins"], (256, 256))


@pytest.fixture(scope="session")
def serious() -> Portrait:
    """A render with closed lips."""
    return prepare_portrait(PORTRAITS["render_1"], (256, 256))
