"""Looking into a PDF before it is filed: what it can do, and whether it names its customer (security.md A14).

Nothing here knows Django: processes of their own do this work, several at a time (``erp.inbound``).
"""

import io
from dataclasses import dataclass

import pikepdf

from kundenportal.core.customer_numbers import CustomerNumberPattern
from kundenportal.documents.rules import names_customer, numbers_named
from kundenportal.files.accepted import FileRefusal
from kundenportal.files.pdf import ActiveContent, active_content, is_pdf
from kundenportal.files.pdf_pages import UnreadablePdf, text_of_pages

MAX_SIZE = 15 * 1024 * 1024
MAX_PAGES = 500
"""The most bytes and pages a document may have (security.md A14)."""

_MOST_NUMBERS = 5
"""So many other customer numbers are told; a list of payments names hundreds."""


class DocumentRefused(Exception):
    """A PDF is not filed; ``reason`` says why."""

    def __init__(self, reason: FileRefusal | ActiveContent) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Checked:
    """What was found in a PDF that may be filed.

    Attributes:
        page_count: how many pages it has.
        has_text: whether any text can be read on them; a scanned page has none.
        names_customer: whether the text names the customer it is for.
        other_numbers: the customer numbers it names instead; empty when it names its customer.

    """

    page_count: int
    has_text: bool
    names_customer: bool
    other_numbers: tuple[str, ...] = ()


def check_document(content: bytes, customer_number: str | None, pattern: CustomerNumberPattern) -> Checked:
    """Look into a PDF and return what was found.

    Args:
        content: the whole file.
        customer_number: of the customer it is for, in canonical form; None when nobody knows yet.
        pattern: how the utility writes its customer numbers.

    Raises:
        DocumentRefused: when it is empty, too large, no PDF, damaged, encrypted, without pages or with too
            many, or when it can do anything but show them.

    """
    _check_structure(content)
    try:
        page_count, text = text_of_pages(content)
    except UnreadablePdf:
        raise DocumentRefused(FileRefusal.DAMAGED) from None
    if customer_number is not None and names_customer(text, customer_number):
        return Checked(page_count, has_text=True, names_customer=True)
    others = tuple(numbers_named(text, pattern)[:_MOST_NUMBERS])
    return Checked(page_count, bool(text.strip()), names_customer=False, other_numbers=others)


def _check_structure(content: bytes) -> None:
    if not content:
        raise DocumentRefused(FileRefusal.EMPTY)
    if len(content) > MAX_SIZE:
        raise DocumentRefused(FileRefusal.TOO_LARGE)
    if not is_pdf(content):
        raise DocumentRefused(FileRefusal.UNKNOWN_FORMAT)
    try:
        with pikepdf.Pdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            _check_pdf(pdf)
    except DocumentRefused:
        raise
    except pikepdf.PasswordError:
        raise DocumentRefused(FileRefusal.ENCRYPTED) from None
    except Exception as error:
        # A broken file may make the reader stumble over anything.
        raise DocumentRefused(FileRefusal.DAMAGED) from error


def _check_pdf(pdf: pikepdf.Pdf) -> None:
    if pdf.is_encrypted:
        raise DocumentRefused(FileRefusal.ENCRYPTED)
    if not pdf.pages:
        raise DocumentRefused(FileRefusal.NO_PAGES)
    if len(pdf.pages) > MAX_PAGES:
        raise DocumentRefused(FileRefusal.TOO_MANY_PAGES)
    for found in sorted(active_content(pdf)):
        raise DocumentRefused(found)
