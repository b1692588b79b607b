"""``python -m ksdiff.cli``."""

from ksdiff.cli import main

main()
