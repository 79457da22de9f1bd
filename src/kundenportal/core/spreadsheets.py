"""Text in files that people open in a spreadsheet."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def cell_text(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    One that begins with ``=``, ``+``, ``-`` or ``@`` gets an apostrophe in front (OWASP, "CSV Injection").
    """
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
