"""Who may use the service: programs on this computer; from elsewhere, whoever has the token.

A web page that its user opens runs on this computer too, whoever made it: browsers say in ``Origin`` where it comes
from, and only pages of this computer and those that were allowed are let in. A host name of somebody else that was made
to point here (DNS rebinding) shows in ``Host``.
"""

import hmac
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, QueryParams

from ksdiff.errors import InputError

LOCAL = ("localhost", "127.0.0.1", "::1")


def is_local(host: str) -> bool:
    """Whether an address that is listened at can be reached from this computer alone."""
    if host in LOCAL:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Guard:
    """Who is let in.

    Attributes:
        token: What clients must give; None where only this computer can reach the service.
        origins: Web pages that are let in besides those of this computer, such as ``https://example.com``.
    """

    token: str | None = None
    origins: tuple[str, ...] = ()

    def refusal(self, headers: Headers, query: QueryParams) -> str | None:
        """Why a request is refused; None where it is not."""
        origin = headers.get("origin")
        if origin is not None and origin not in self.origins and urlsplit(origin).hostname not in LOCAL:
            return "this page may not use the service: start it with --origins and the page's origin"
        if self.token is None:
            if urlsplit(f"//{headers.get('host', '')}").hostname not in LOCAL:
                return "the service answers only at localhost"
            return None
        given = headers.get("authorization", "").removeprefix("Bearer ") or query.get("token", "")
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            return "a token is needed: send it as 'Authorization: Bearer TOKEN', or as ?token=TOKEN"
        return None


def read_token(path: Path) -> str:
    """A token from a file: its first line.

    Raises:
        InputError: The file cannot be read, or the token is too short to be one.
    """
    try:
        token = path.read_text(encoding="utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the token {path}: {error}") from error
    if len(token) < 16 or not token.isascii() or not token.isprintable() or " " in token:
        raise InputError(f"the token in {path} must be at least 16 letters, digits and signs on its first line")
    return token
