"""The exceptions that users are meant to read."""


class InputError(ValueError):
    """Something given from outside cannot be used.

    The message names the value, what is allowed and what to do. The command line prints it and exits with code 2.
    """


class UnavailableError(InputError):
    """This machine lacks something optional: an extra of this package, or OpenGL.

    What was not asked for by name is then left out; anything else that fails is an error.
    """


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
