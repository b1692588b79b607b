"""Fetch the face tracker's model into the user's cache folder, and verify it.

``ksdiff prepare`` does the same when it first needs the model; run this on a machine that will have no network
later.

    python scripts/fetch_tracker.py
"""

import sys

from ksdiff.corpus.tracker import fetch_model
from ksdiff.errors import InputError

if __name__ == "__main__":
    try:
        sys.stdout.write(f"{fetch_model()}\n")
    except InputError as error:
        sys.exit(f"error: {error}")
