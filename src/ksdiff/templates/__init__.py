"""Web pages: Jinja2 templates that escape what is put into them, with the style sheets and scripts that they carry.

``base.html`` is the frame of every page, ``report.html`` that of the reports. Pages refer to nothing outside.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def render_page(template: str, **values: object) -> Markup:
    """Fill in a template.

    Values are escaped, except those that are markup already, such as what this function returned. In a template,
    ``{{ data | tojson }}`` is JSON that is safe within a script element, and ``{{ verbatim("viewer.js") }}`` is a file
    of this room or of ``assets`` as it stands.

    Args:
        template: Name of a file in this room.
        values: What the template names.

    Raises:
        jinja2.UndefinedError: The template names a value that is not given.
        ValueError: JSON has no such number: infinite or NaN.
    """
    return Markup(_environment().get_template(template).render(values))


def page_pieces(template: str, **values: object) -> Iterator[str]:
    """Fill in a template as `render_page` does, piece by piece: for pages that are large."""
    return _environment().get_template(template).generate(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("ksdiff", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.policies["json.dumps_kwargs"] = {
        "ensure_ascii": False,
        "separators": (",", ":"),
        "allow_nan": False,
    }
    environment.globals["verbatim"] = _verbatim  # pyright: ignore[reportArgumentType] (any function)
    return environment


def _verbatim(name: str) -> Markup:
    """A style sheet or script of ours; no value that came from outside may pass through here."""
    for folder in ("templates", "assets"):
        file: Any = files("ksdiff").joinpath(f"{folder}/{name}")
        if file.is_file():
            return Markup(file.read_text(encoding="utf-8"))
    raise FileNotFoundError(f"neither templates nor assets has {name}")
