"""Catalogues of translations: the text that people edit (PO), and what gettext reads (MO)."""

import ast
import re
import struct
from collections.abc import Iterator, Mapping

_KEYWORD = re.compile(r'(?P<name>msgctxt|msgid|msgid_plural|msgstr)(?:\[(?P<index>\d+)\])?\s+(?P<text>".*")')
_MAGIC = 0x950412DE
_HEADER_SIZE = 28


class InvalidCatalogue(ValueError):
    """The text is no catalogue; the message names the line."""


def parse_catalogue(text: str) -> dict[str, str]:
    """Return the translations of a PO file, as gettext keys them: context, plural and all.

    What is not translated, or marked as fuzzy, is left out; the header is the translation of the empty
    string.

    Raises:
        InvalidCatalogue: when a line is none of a catalogue's.

    """
    messages: dict[str, str] = {}
    for entry, is_fuzzy in entries(text):
        forms = [entry[key] for key in sorted(entry) if key.startswith("msgstr")]
        if not all(forms) or (is_fuzzy and entry["msgid"]):
            continue
        key = entry["msgid"]
        if "msgid_plural" in entry:
            key += f"\0{entry['msgid_plural']}"
        if "msgctxt" in entry:
            key = f"{entry['msgctxt']}\4{key}"
        messages[key] = "\0".join(forms)
    return messages


def compile_catalogue(messages: Mapping[str, str]) -> bytes:
    """Return an MO file (GNU gettext manual, "The Format of GNU MO Files")."""
    pairs = sorted((key.encode(), value.encode()) for key, value in messages.items())
    keys, values = ([pair[side] for pair in pairs] for side in (0, 1))
    texts_at = _HEADER_SIZE + 16 * len(pairs)
    tables, texts = b"", b""
    for group in (keys, values):
        for each in group:
            tables += struct.pack("<II", len(each), texts_at + len(texts))
            texts += each + b"\0"
    header = struct.pack(
        "<IIIIIII", _MAGIC, 0, len(pairs), _HEADER_SIZE, _HEADER_SIZE + 8 * len(pairs), 0, texts_at
    )
    return header + tables + texts


def entries(text: str) -> Iterator[tuple[dict[str, str], bool]]:
    """Yield the fields of each entry, and whether it is marked as fuzzy."""
    entry: dict[str, str] = {}
    is_fuzzy, field = False, ""
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        stripped = line.strip()
        if not stripped and entry:
            yield entry, is_fuzzy
            entry, is_fuzzy, field = {}, False, ""
        elif stripped.startswith("#"):
            is_fuzzy = is_fuzzy or (stripped.startswith("#,") and "fuzzy" in stripped)
        elif match := _KEYWORD.fullmatch(stripped):
            field = match["name"] + (f"[{int(match['index']):02d}]" if match["index"] else "")
            entry[field] = ast.literal_eval(match["text"])
        elif stripped.startswith('"') and field:
            entry[field] += ast.literal_eval(stripped)
        elif stripped:
            raise InvalidCatalogue(f"line {number}: {stripped}")
