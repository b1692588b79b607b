"""Scripts that Blender and Maya run to put a motion onto a character there.

They are read, not imported: each must stand alone in its program, so `write_import_script` puts `reading`, which they
share, in the place of its import.
"""

import re
from importlib.resources import files
from pathlib import Path

from ksdiff.files import atomic_write
from ksdiff.motion import Motion
from ksdiff.output.arkit_csv import write_arkit_csv

PROGRAMS = ("blender", "maya")
_SHARED = re.compile(r"^from ksdiff\.output\.import_scripts\.reading import \([^)]*\)$", re.MULTILINE)


def write_import_script(motion: Motion, path: Path | str, program: str) -> None:
    """Write a script for a program, and beside it the ``arkit.csv`` that the script reads.

    Args:
        motion: Of the arkit space.
        path: The script.
        program: One of `PROGRAMS`.

    Raises:
        InputError: The motion is of another space, or a file cannot be written.
    """
    path = Path(path)
    table = path.with_name("arkit.csv")
    write_arkit_csv(motion, table)
    room = files("ksdiff.output.import_scripts")
    shared, script = (room.joinpath(f"{name}.py").read_text("utf-8") for name in ("reading", program))
    # Both begin with a docstring; that of the whole is the program's.
    shared = shared.split('"""', 2)[2].strip()
    script = _SHARED.sub(lambda _: shared, script)
    values = {"FILE": repr(str(table.absolute())), "FPS": repr(float(motion.fps))}
    for name, value in values.items():
        script = re.sub(rf"^{name} = .*?(?=  #|$)", lambda _, n=name, v=value: f"{n} = {v}", script, flags=re.MULTILINE)
    with atomic_write(path) as temporary:
        temporary.write_text(script, encoding="utf-8")
