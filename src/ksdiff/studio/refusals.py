"""Why a request is refused, and the HTTP status that says so."""

import errno

from ksdiff.errors import InputError

_DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT)


class NotFoundError(InputError):
    """There is no project, export or video of this id."""


class CancelledError(InputError):
    """Somebody cancelled the work."""


class TooManyError(InputError):
    """There are too many of something at once: streams of events of one project."""


class OverloadedError(InputError):
    """There are too many of something at once, over all projects."""


def status_of(error: BaseException) -> int:
    """HTTP status of an error: 404, 409, 429, 503, 507 for a full disk, 400 for anything else that was given."""
    kinds = ((NotFoundError, 404), (CancelledError, 409), (TooManyError, 429), (OverloadedError, 503))
    for kind, status in kinds:
        if isinstance(error, kind):
            return status
    return 507 if disk_is_full(error) else 400


def disk_is_full(error: BaseException) -> bool:
    """Whether an error, or one that led to it, says that there is no room on the disk."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _DISK_IS_FULL:
            return True
        cause = cause.__cause__
    return False
