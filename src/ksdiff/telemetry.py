"""No network at run time: the telemetry of libraries is switched off before they are imported."""

import os

# onnxruntime reads this when it is loaded, and otherwise writes a device id and an event database below ~/.cache and
# looks up a collector. Its `disable_telemetry_events` comes too late for both.
_SWITCHES = {"ORT_DISABLE_TELEMETRY": "1"}


def disable_telemetry() -> None:
    """Switch off telemetry in this process and in those that it starts; a variable that is set already stays."""
    for name, value in _SWITCHES.items():
        os.environ.setdefault(name, value)
