"""The exceptions that users are meant to read."""


class InputError(ValueError):
    """Something given from outside cannot be used.

    The message names the value, what is allowed and what to do. The command line prints it and exits with code 2.
    """


class UnavailableError(InputError):
    """This machine lacks something optional: an extra of this package, or OpenGL.

    What was not asked for by name is then left out; anything else that fails is an error.
    """


class Interrupted(Exception):  # noqa: N818 (it is no error: the work was stopped as asked)
    """Work was stopped by a signal; what is done is saved, and the same call resumes it.

    The command line exits with 128 plus the signal's number, as a shell reports a program that a signal ended.

    Attributes:
        signal: Its number.
    """

    def __init__(self, message: str, signal: int) -> None:
        super().__init__(message)
        self.signal = signal


def suggest(value: str, allowed: "list[str] | tuple[str, ...]") -> str:
    """Say what is allowed in place of ``value``, and the nearest of it.

    Args:
        value: What was given.
        allowed: What could have been given; must not be empty.
    """
    from difflib import get_close_matches

    nearest = get_close_matches(value, allowed, n=1, cutoff=0.5)
    listed = ", ".join(allowed[:12]) + (", ..." if len(allowed) > 12 else "")
    return (f"did you mean {nearest[0]!r}? " if nearest else "") + f"Allowed: {listed}"
