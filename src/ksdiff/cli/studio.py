"""``ksdiff studio``."""

from dataclasses import dataclass
from pathlib import Path

from ksdiff.cli.console import flush, say


@dataclass
class Studio:
    """Direct a performance in the browser, on this computer alone."""

    port: int = 7654
    """Where it listens, at 127.0.0.1; 0 takes any that is free."""
    state: Path | None = None
    """Folder of the projects; by default that of this user's data."""
    model: str = "base"
    """Weights: a name or a .safetensors file."""
    browser: bool = True
    """Open the browser."""

    def run(self) -> None:
        """Serve until Ctrl+C."""
        from ksdiff.studio.serve import default_state, serve

        state = self.state or default_state()

        def ready(address: str) -> None:
            say(f"studio at {address} (Ctrl+C ends it), projects in {state}")
            flush()

        serve(state, self.port, self.model, self.browser, ready)
