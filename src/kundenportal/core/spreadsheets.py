"""Text in files that people open in a spreadsheet."""

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By this a spreadsheet knows UTF-8."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell_text(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    One that begins with ``=``, ``+``, ``-`` or ``@``, also full-width or behind blanks, gets an apostrophe in
    front (OWASP, "CSV Injection"; security.md A16).
    """
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA_STARTS) else value
