"""Write what the studio's server says of itself, from which ``npm run types`` makes the page's ``api-types.ts``.

python scripts/write_openapi.py
"""

import json
from pathlib import Path

from ksdiff.studio.app import described_app

PATH = Path(__file__).parents[1] / "web/studio/openapi.json"


def text() -> str:
    return json.dumps(described_app().openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
