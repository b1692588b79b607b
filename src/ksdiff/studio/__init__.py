"""The studio: a local web app in which a person directs a performance."""

from ksdiff.extras import require

for _module in ("fastapi", "uvicorn", "platformdirs", "filelock"):  # all of this room needs them
    require(_module, "studio")
