"""Every message with which the package refuses something, read from its source.

    python scripts/list_messages.py

What a message fills in is shown as ``…``. The documentation lists them (docs/site/hooks.py), and a test compares them
with docs/troubleshooting.md.
"""

import ast
import sys
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src/ksdiff"
ERRORS = ("InputError", "UnavailableError", "Refusal")
FILLED_IN = "…"


@dataclass(frozen=True)
class Message:
    """A message and where it is raised.

    Attributes:
        text: What it says, with ``…`` for what it fills in.
        module: Where, such as ``ksdiff.speech.audio``.
    """

    text: str
    module: str


def messages(source: Path = SOURCE) -> list[Message]:
    """All of them, by module."""
    found = set()
    for path in sorted(source.rglob("*.py")):
        names = [part for part in path.relative_to(source).with_suffix("").parts if part != "__init__"]
        module = ".".join(["ksdiff", *names])
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS and node.args:
                text = _text(node.args[0])
                if text.strip(f" {FILLED_IN}:,()"):
                    found.add(Message(text, module))
    return sorted(found, key=lambda one: (one.module, one.text))


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(value) if isinstance(value, ast.Constant) else FILLED_IN for value in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left) + _text(node.right)
    return FILLED_IN


if __name__ == "__main__":
    for message in messages():
        sys.stdout.write(f"{message.module}: {message.text}\n")
