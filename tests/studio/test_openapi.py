"""The page's types come from what the server says of itself, and that is up to date."""

import json

from support.files import REPOSITORY

from ksdiff.editing import EDITS
from ksdiff.studio.app import described_app


def test_the_committed_description_is_that_of_the_server():
    """If it is not: ``python scripts/write_openapi.py``, then ``npm run types`` in web/studio."""
    committed = json.loads((REPOSITORY / "web/studio/openapi.json").read_text(encoding="utf-8"))
    assert committed == json.loads(json.dumps(described_app().openapi()))


def test_every_answer_and_edit_is_described():
    description = described_app().openapi()
    schemas = description["components"]["schemas"]
    for edit in EDITS.values():
        assert schemas[edit.__name__]["required"][0] == "edit"
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            answers = operation["responses"]
            kinds = answers["200"]["content"].values() if "200" in answers else ()
            assert "204" in answers or kinds, path
            assert all(kind.get("schema") or kind.get("itemSchema") for kind in kinds), path
            assert method in ("get", "post", "delete")
