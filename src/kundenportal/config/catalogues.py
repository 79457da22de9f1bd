"""Compiling the catalogues of translations, so that nobody has to remember a command or needs gettext."""

import os
from pathlib import Path

from kundenportal.core.catalogues import compile_catalogue, parse_catalogue


def compiled_catalogues(sources: Path, target: Path) -> Path:
    """Compile every catalogue that changed since it was compiled, and return where they are.

    A compiled file carries the time of its source. Several processes may do this at once.

    Args:
        sources: the directory with ``<language>/LC_MESSAGES/django.po``.
        target: where the compiled files go.

    Raises:
        InvalidCatalogue: when a catalogue is malformed.

    """
    for source in sorted(sources.glob("*/LC_MESSAGES/*.po")):
        compiled = (target / source.relative_to(sources)).with_suffix(".mo")
        changed = source.stat()
        if compiled.is_file() and compiled.stat().st_mtime_ns == changed.st_mtime_ns:
            continue
        compiled.parent.mkdir(parents=True, exist_ok=True)
        draft = compiled.with_name(f"{compiled.name}.{os.getpid()}")
        draft.write_bytes(compile_catalogue(parse_catalogue(source.read_text(encoding="utf-8"))))
        os.utime(draft, ns=(changed.st_atime_ns, changed.st_mtime_ns))
        draft.replace(compiled)
    return target
