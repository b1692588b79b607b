"""Files that tests read."""

from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
SPEECH_VIDEO = REPOSITORY / "tests/data/obama_speech.mp4"
VOICE = REPOSITORY / "web/ksdiff/tests/data/voice.wav"  # 4 s of it, which need no extra to be read
GLTF_VALIDATOR = REPOSITORY / "tests/gltf_validator"
PROJECT_V1 = REPOSITORY / "tests/data/project_version_1.ksd"
