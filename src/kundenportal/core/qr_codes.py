"""QR codes as pictures (ISO/IEC 18004)."""

import re

import segno


def qr_path(text: str, *, border: int = 4) -> tuple[str, int]:
    """Return the dark squares of a QR code as the data of an SVG path, and the width of its view box.

    Args:
        text: what the picture says.
        border: the quiet zone in squares; four by the standard (ISO/IEC 18004).

    """
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=border)]
    runs = [
        f"M{run.start()} {line}h{len(run.group())}v1h-{len(run.group())}z"
        for line, row in enumerate(rows)
        for run in re.finditer(rb"\x01+", row)
    ]
    return "".join(runs), len(rows)
