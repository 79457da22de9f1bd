"""What the commands read from the command line alike."""

import re
from argparse import ArgumentTypeError

_BATCH = re.compile(r"(?:batch-)?0*(\d{1,18})", re.ASCII)


def batch_number(text: str) -> int:
    """Return the number of a batch that is written ``42``, ``000042`` or ``batch-000042``.

    Raises:
        ArgumentTypeError: when it is written otherwise.

    """
    match = _BATCH.fullmatch(text)
    if match is None:
        raise ArgumentTypeError(f"{text!r} ist kein Stapel; erwartet wird 42 oder batch-000042")
    return int(match[1])
