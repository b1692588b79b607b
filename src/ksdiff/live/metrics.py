"""Figures of the service in Prometheus' text format."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

_SECONDS = (0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0)


class Metrics:
    """What is counted, in a registry of its own."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        """All at zero."""
        self.registry = CollectorRegistry()

        def counter(name: str, text: str) -> Counter:
            return Counter(f"ksdiff_live_{name}", text, registry=self.registry)

        self.sessions = Gauge("ksdiff_live_sessions", "Sessions that are open", registry=self.registry)
        self.opened = counter("sessions_opened", "Sessions that were opened")
        self.refused = counter("refused", "Connections that were refused: full, without a token, of another origin")
        self.malformed = counter("malformed", "Connections that were ended for a message that could not be read")
        self.failed = counter("failed", "Sessions that an error of this program ended")
        self.frames = counter("frames", "Frames that were made")
        self.silence = counter("silence_seconds", "Silence put in where sound was late, s")
        self.dropped = counter("dropped_seconds", "Sound dropped because it came too late, s")
        self.hop = Histogram(
            "ksdiff_live_hop_seconds", "Time to make one batch of hops, s", buckets=_SECONDS, registry=self.registry
        )
        self.lateness = Histogram(
            "ksdiff_live_lateness_seconds", "Time from a hop's last sound to its frames, s", buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self.registry)
