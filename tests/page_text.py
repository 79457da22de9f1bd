"""What is read of a page, taken from its HTML: what a browser calls the inner text of its main part."""

from html.parser import HTMLParser

_INLINE = {"a", "abbr", "b", "em", "i", "output", "span", "strong", "time"}
_VOID = {"br", "hr", "img", "input", "link", "meta", "wbr"}
_UNSEEN = {"dialog", "head", "option", "script", "select", "style", "svg", "template", "textarea", "title"}
_NOT_OURS = {"mandat", "pflichthinweis"}
"""Classes of the SEPA mandate and of the guide's note on required fields: nobody may word these anew."""

_LINES = {"tipp", "tipp__punkt", "tipp__zeile", "fehlertext"}
"""Classes of what is inline and stands on lines of its own all the same."""


def own_text(page: str) -> str:
    """Return the words of our own that the main part of a page shows, a block a line."""
    reader = _Reader()
    reader.feed(page)
    lines = "".join(reader.text).split("\n")
    return "\n".join(line for each in lines if (line := " ".join(each.split())))


class _Reader(HTMLParser):
    """Collects the text within ``<main>``, but for what is not shown."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element: whether its text is read, and whether it is a line of its own."""
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        is_line = tag not in _INLINE or bool(classes & _LINES)
        if is_line:
            self.text.append("\n")
        if tag in _VOID:
            return
        is_within = tag == "main" or (bool(self._open) and self._open[-1][1])
        is_closed = bool(self._open) and self._open[-1][0] == "details" and tag != "summary"
        is_read = is_within and not (
            tag in _UNSEEN or "hidden" in given or "popover" in given or classes & _NOT_OURS or is_closed
        )
        self._open.append((tag, is_read, is_line))

    def handle_endtag(self, tag: str) -> None:
        """End an element, and what was left open within it, as ``</p>`` may be."""
        while self._open:
            name, _is_read, is_line = self._open.pop()
            if is_line:
                self.text.append("\n")
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        """Keep text that is shown."""
        if self._open and self._open[-1][1]:
            self.text.append(data.replace("\n", " "))
