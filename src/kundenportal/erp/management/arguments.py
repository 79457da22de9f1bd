"""What the commands read from the command line alike."""

import json
import re
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

USAGE = 2
"""The exit code for what cannot be done as it was asked for."""

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


def make_sure_of_report(path: Path | None) -> None:
    """Refuse a report that cannot be written before the import: behind it, nobody would believe in it.

    Raises:
        CommandError: when it cannot be written.

    """
    if path is None:
        return
    try:
        path.open("a").close()
    except OSError as error:
        told = _("%(path)s ist nicht beschreibbar: %(error)s") % {"path": path, "error": error.strerror}
        raise CommandError(told, returncode=USAGE) from error


def write_report(path: Path | None, report: dict[str, Any]) -> None:
    """Write a report for machines, where one is wanted."""
    if path is not None:
        path.write_text(f"{json.dumps(report, ensure_ascii=False, indent=1)}\n", encoding="utf-8")
