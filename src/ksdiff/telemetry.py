"""No network at run time: the telemetry of libraries is switched off before they are imported."""

import os

# onnxruntime reads this when it is loaded, and otherwise writes a device id and an event database below ~/.cache and
# looks up a collector. Its `disable_telemetry_events` comes too late for both.
# Ray reads its own when a cluster is started, and otherwise reports its use to a collector.
_SWITCHES = {"ORT_DISABLE_TELEMETRY": "1", "RAY_USAGE_STATS_ENABLED": "0"}


def disable_telemetry() -> None:
    """Switch off telemetry in this process and in those that it starts; a variable that is set already stays."""
    for name, value in _SWITCHES.items():
        os.environ.setdefault(name, value)
