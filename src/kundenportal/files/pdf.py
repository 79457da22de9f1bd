"""Telling what a PDF from a stranger can do, and making one of it that can do nothing but show its pages.

``active_content`` serves everybody who takes in a PDF. ``clean_pdf`` is for those of customers: their pages
are copied, with what is filled in drawn on them, and all else stays behind (security.md A14). Like pictures,
a stranger's PDF is read in a process of its own (``files.apart``).
"""

import io
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

from kundenportal.files.accepted import MAX_PAGES, MAX_SIZE, FileRefusal, FileRefused

_HEADER, _HEADER_WITHIN = b"%PDF-", 1024
"""Where readers look for the mark of a PDF (ISO 32000-1, annex H.3.4.1)."""

_PAGE_KEYS = ("/Type", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group")
"""What a page needs to be drawn (ISO 32000-1, table 30); the rest does something, or tells of more."""

_BESIDE_THE_DRAWING = ("/Metadata", "/PieceInfo", "/AF", "/OPI", "/Ref")
"""What objects on a page may carry along without showing it."""


class ActiveContent(StrEnum):
    """What a PDF may do besides showing pages."""

    JAVASCRIPT = "javascript"
    LAUNCH = "launch"
    EMBEDDED_FILE = "embedded_file"
    OPENS_ADDRESS = "opens_address"
    FORM_PROGRAM = "form_program"
    MEDIA = "media"
    SENDS_DATA = "sends_data"


_ACTIONS = {
    Name.JavaScript: ActiveContent.JAVASCRIPT,
    Name.Launch: ActiveContent.LAUNCH,
    Name.GoToE: ActiveContent.EMBEDDED_FILE,
    Name.Rendition: ActiveContent.MEDIA,
    Name.Movie: ActiveContent.MEDIA,
    Name.Sound: ActiveContent.MEDIA,
    Name.RichMediaExecute: ActiveContent.MEDIA,
    Name.SubmitForm: ActiveContent.SENDS_DATA,
    Name.ImportData: ActiveContent.SENDS_DATA,
}
"""The actions that do something (ISO 32000-1, table 198), by their ``/S``."""

_KEYS = {
    "/JS": ActiveContent.JAVASCRIPT,
    "/JavaScript": ActiveContent.JAVASCRIPT,
    "/EF": ActiveContent.EMBEDDED_FILE,
    "/EmbeddedFiles": ActiveContent.EMBEDDED_FILE,
    "/XFA": ActiveContent.FORM_PROGRAM,
    "/RichMediaContent": ActiveContent.MEDIA,
}
"""The keys that only stand where something is done."""


_NAMES = [key[1:] for key in _KEYS] + [str(action)[1:] for action in _ACTIONS] + ["EmbeddedFile"]
_TELLTALE = re.compile("|".join(rf"/{name}(?![^\s/<>\[\]()%])" for name in _NAMES).encode())
"""Any of these names as qpdf writes it, without escapes; most objects hold none, and writing one is quick."""


def is_pdf(content: bytes) -> bool:
    """Tell whether a content calls itself a PDF."""
    return _HEADER in content[:_HEADER_WITHIN]


def active_content(pdf: Pdf) -> frozenset[ActiveContent]:
    """Return what a PDF may do besides showing its pages, wherever in it that stands.

    An address that opens with a click is none of it; one that opens by itself is.
    """
    suspects = (each for each in pdf.objects if _TELLTALE.search(_written(each)))
    found = {each for thing in _dictionaries(suspects) for each in _active_in(thing)}
    if _opens_address(pdf.Root.get("/OpenAction")) or "/AA" in pdf.Root:
        found.add(ActiveContent.OPENS_ADDRESS)
    return frozenset(found)


def clean_pdf(content: bytes) -> bytes:
    """Return a PDF of the same pages that holds nothing else.

    What is filled into a form and written in the margin becomes part of the pages. A password that is only
    asked for changes is no obstacle: the pages can be read.

    Args:
        content: the whole file.

    Raises:
        FileRefused: when it is empty, too large, no PDF, damaged, locked by a password, or has no pages, too
            many, or none that show without a program.

    """
    if not content:
        raise FileRefused(FileRefusal.EMPTY)
    if len(content) > MAX_SIZE:
        raise FileRefused(FileRefusal.TOO_LARGE)
    if not is_pdf(content):
        raise FileRefused(FileRefusal.UNKNOWN_FORMAT)
    try:
        with Pdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            return _pages_alone(pdf)
    except FileRefused:
        raise
    except pikepdf.PasswordError:
        raise FileRefused(FileRefusal.ENCRYPTED) from None
    except Exception as error:
        # A broken file may make the reader stumble over anything.
        raise FileRefused(FileRefusal.DAMAGED) from error


def _pages_alone(pdf: Pdf) -> bytes:
    if not pdf.pages:
        raise FileRefused(FileRefusal.NO_PAGES)
    if len(pdf.pages) > MAX_PAGES:
        raise FileRefused(FileRefusal.TOO_MANY_PAGES)
    form = pdf.Root.get("/AcroForm")
    if form is not None and "/XFA" in form and not list(form.get("/Fields", [])):
        # Its pages say "Please wait": what it shows is drawn by a program.
        raise FileRefused(FileRefusal.NO_PAGES)
    pdf.generate_appearance_streams()
    pdf.flatten_annotations("all")
    with Pdf.new() as alone:
        for page in pdf.pages:
            _keep_drawing_only(page.obj)
            alone.pages.append(page)
        for thing in _dictionaries(alone.objects):
            for key in _BESIDE_THE_DRAWING:
                if key in thing:
                    del thing[key]
        result = _saved(alone)
    with Pdf.open(io.BytesIO(result)) as saved:
        if active_content(saved):
            raise FileRefused(FileRefusal.DAMAGED)
    return result


def _keep_drawing_only(page: Object) -> None:
    for key in set(page.keys()) - {*_PAGE_KEYS, "/Parent"}:
        del page[key]


def _saved(pdf: Pdf) -> bytes:
    result = io.BytesIO()
    pdf.save(result, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return result.getvalue()


def _written(thing: Object) -> bytes:
    """Return an object as it stands in a PDF, all that is inside it included; of a stream its dictionary."""
    return (thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing).unparse(resolved=True)


def _dictionaries(objects: Iterable[Object]) -> Iterator[Object]:
    """Yield every dictionary of a PDF's objects once: those of streams, and those inside others."""
    for each in objects:
        pending = [each]
        while pending:
            thing = pending.pop()
            if isinstance(thing, Array):
                pending += _direct(thing)
            elif isinstance(thing, Dictionary | pikepdf.Stream):
                yield thing
                pending += _direct(value for _key, value in thing.items())


def _direct(things: Iterable[object]) -> list[Object]:
    """Return those that have no number of their own: the others come by themselves."""
    return [each for each in things if isinstance(each, Object) and not each.is_indirect]


def _active_in(thing: Object) -> Iterator[ActiveContent]:
    yield from (found for key, found in _KEYS.items() if key in thing)
    action = thing.get("/S")
    if isinstance(action, Name) and action in _ACTIONS:
        yield _ACTIONS[action]
    if thing.get("/Type") == Name.EmbeddedFile:
        yield ActiveContent.EMBEDDED_FILE


def _opens_address(action: Object | None) -> bool:
    return isinstance(action, Dictionary) and action.get("/S") in {Name.URI, Name.GoToR}
