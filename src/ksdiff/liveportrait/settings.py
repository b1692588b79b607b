"""The sizes of LivePortrait's networks, and the files that their weights come in."""

from dataclasses import dataclass

from ksdiff.motion.space import NUM_KEYPOINTS

POSE_BINS = 66  # of each angle of the head, 3 degrees wide


@dataclass(frozen=True)
class Settings:
    """Sizes of the networks. The defaults are the published ones; others are for tests.

    Attributes:
        picture: Side of the picture that goes in, pixels; what comes out has twice the side.
        channels: Of the first layer of pictures; doubled by each of two halvings.
        max_channels: Of any layer of pictures, and of the volume with its depth unrolled.
        volume_channels: Of the volume of features.
        depth: Layers of the volume from the front to the back.
        volume_blocks: Residual blocks of the volume.
        motion_channels: Of the first layer that estimates the flow.
        motion_max_channels: The most of its layers.
        motion_blocks: Halvings of it.
        motion_compress: Channels that the volume is reduced to for it.
        extractor_depths: Blocks of each stage of the ConvNeXt V2 that finds the keypoints.
        extractor_channels: Channels of each stage.
        shared: Channels between the warped features and the scales and shifts they decide.
    """

    picture: int = 256
    channels: int = 64
    max_channels: int = 512
    volume_channels: int = 32
    depth: int = 16
    volume_blocks: int = 6
    motion_channels: int = 32
    motion_max_channels: int = 1024
    motion_blocks: int = 5
    motion_compress: int = 4
    extractor_depths: tuple[int, ...] = (3, 3, 9, 3)
    extractor_channels: tuple[int, ...] = (96, 192, 384, 768)
    shared: int = 128

    @property
    def result(self) -> int:
        """Side of the picture that comes out, pixels."""
        return 2 * self.picture

    @property
    def volume(self) -> tuple[int, int, int, int]:
        """Shape of the volume of features: channels, depth, height, width."""
        return self.volume_channels, self.depth, self.picture // 4, self.picture // 4


PUBLISHED = Settings()

# Networks by the names of their files.
APPEARANCE = "appearance_feature_extractor"
MOTION = "motion_extractor"
WARPING = "warping_module"
GENERATOR = "spade_generator"
STITCHING = "stitching_retargeting_module"
NETWORKS = (APPEARANCE, MOTION, WARPING, GENERATOR, STITCHING)
# Of the small networks in the last file: what each is called there, its inputs, hidden layers and outputs.
_POINTS = 3 * NUM_KEYPOINTS
RETARGETING = {
    "retarget_shoulder": (2 * _POINTS, (128, 128, 64), _POINTS + 2),
    "retarget_mouth": (_POINTS + 2, (128, 128, 64), _POINTS),
    "retarget_eye": (_POINTS + 3, (256, 256, 128, 128, 64), _POINTS),
}
# What is found of a face, in the order that exported graphs give it in: values of each.
OUTPUTS = {"pitch": POSE_BINS, "yaw": POSE_BINS, "roll": POSE_BINS, "t": 3, "exp": _POINTS, "scale": 1, "kp": _POINTS}
# The same as ONNX, as FasterLivePortrait calls them; what is not used here is left out.
ONNX_FILES = (APPEARANCE, MOTION, "warping_spade", "stitching", "stitching_lip")
