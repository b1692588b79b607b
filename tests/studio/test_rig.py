"""The page moves a character as an export does: what its own tests compare with is what this package writes."""

import importlib.util
import json

import numpy as np
from support.files import REPOSITORY


def test_the_page_is_compared_with_what_is_exported_now() -> None:
    spec = importlib.util.spec_from_file_location("write_rig_example", REPOSITORY / "scripts/write_rig_example.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    now, kept = script.example(), json.loads(script.PATH.read_text(encoding="utf-8"))
    _compare(now, kept, "python scripts/write_rig_example.py")


def _compare(now: object, kept: object, command: str) -> None:
    if isinstance(now, dict):
        assert now.keys() == kept.keys(), command
        for name, value in now.items():
            _compare(value, kept[name], command)
    elif isinstance(now, list) and now and isinstance(now[0], int | float | list):
        np.testing.assert_allclose(np.array(_flat(now)), np.array(_flat(kept)), atol=1e-5, err_msg=command)
    else:
        assert json.loads(json.dumps(now)) == kept, command


def _flat(values: list) -> list[float]:
    return [number for value in values for number in (_flat(value) if isinstance(value, list) else [value])]
