"""LivePortrait's networks, whatever computes them."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8

from ksdiff.errors import InputError
from ksdiff.liveportrait.keypoints import SourceFace
from ksdiff.liveportrait.settings import Settings
from ksdiff.motion.space import NUM_KEYPOINTS

Points = Float[np.ndarray, "21 3"]


class Networks(ABC):
    """All five networks, from arrays to arrays.

    Attributes:
        settings: Their sizes.
        source: Where the weights are from, for messages.
    """

    settings: Settings
    source: str

    @abstractmethod
    def features(self, picture: UInt8[np.ndarray, "H W 3"]) -> Any:
        """The volume of features of a photo, for `draw`."""

    @abstractmethod
    def _found(self, picture: UInt8[np.ndarray, "H W 3"]) -> Mapping[str, Float[np.ndarray, " _"]]:
        """What the motion extractor says about a picture."""

    @abstractmethod
    def _correction(self, name: str, given: Float[np.ndarray, " I"]) -> Float[np.ndarray, " O"]:
        """What one of the networks for stitching and retargeting says."""

    @abstractmethod
    def draw(self, features: Any, source: Points, driving: Points) -> UInt8[np.ndarray, "S S 3"]:
        """A photo whose keypoints have moved, sRGB, of twice the side of what went in.

        Args:
            features: Of the photo.
            source: Keypoints of the photo.
            driving: Where they shall be.
        """

    def face(self, picture: UInt8[np.ndarray, "H W 3"]) -> SourceFace:
        """Keypoints and pose of the face in a picture.

        Raises:
            InputError: The weights give numbers that are not finite.
        """
        found = self._found(picture)
        if not all(np.isfinite(values).all() for values in found.values()):
            raise InputError(f"the weights in {self.source} give numbers that are not finite: they are damaged")
        return SourceFace.of(found)

    def stitched(self, source: Points, driving: Points) -> Points:
        """Driving keypoints corrected so that shoulders and neck stay where they are in the photo."""
        made = self._correction("retarget_shoulder", np.concatenate([source.ravel(), driving.ravel()]))
        points = 3 * NUM_KEYPOINTS
        result = driving + made[:points].reshape(-1, 3)
        result[:, :2] += made[points:]
        return result

    def closing(self, source: Points, opening: float) -> Points:
        """How keypoints move to close a mouth.

        Args:
            source: Keypoints of the photo.
            opening: Of the lips in the photo, in widths of the mouth.
        """
        made = self._correction("retarget_mouth", np.concatenate([source.ravel(), [opening, 0.0]]))
        return made.reshape(-1, 3)
