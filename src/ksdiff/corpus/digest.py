"""Hashes that tell whether something was made from the same input, and numbers cut to what is meaningful."""

import hashlib
import json
from typing import Any


def digest(content: Any) -> str:
    """Hash of what JSON can hold."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def rounded(content: Any) -> Any:
    """Floats cut to four decimals, so that files stay readable."""
    if isinstance(content, dict):
        return {key: rounded(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [rounded(value) for value in content]
    return round(content, 4) if isinstance(content, float) else content
