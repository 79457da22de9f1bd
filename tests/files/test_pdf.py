"""What becomes of customers' PDFs: their pages and nothing else, or a reason."""

import io
from collections.abc import Callable

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from kundenportal.files.accepted import MAX_PAGES, MAX_SIZE, FileRefusal, FileRefused
from kundenportal.files.pdf import ActiveContent, active_content, clean_pdf
from tests.strangers_files import HTML, SVG, locked_pdf, make_pdf, pdf_of, picture

Spoil = Callable[[Pdf], None]


def refusal_of(content: bytes) -> FileRefusal:
    with pytest.raises(FileRefused) as refused:
        clean_pdf(content)
    return refused.value.refusal


def text_of(content: bytes) -> str:
    """Return what the pages show as text."""
    pages = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_bounded() for page in pages)


def annotate(pdf: Pdf, **entries: object) -> Object:
    """Put something into the margin of the first page."""
    note = pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=[10, 10, 90, 40], **entries))
    pdf.pages[0].obj.Annots = Array([note])
    return note


def action(**entries: object) -> Dictionary:
    return Dictionary(Type=Name.Action, **entries)


def opens_javascript(pdf: Pdf) -> None:
    pdf.Root.OpenAction = action(S=Name.JavaScript, JS="app.alert(1)")


def names_javascript(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=[String("a"), action(S=Name.JavaScript, JS="app.alert(1)")])
    )


def launches_from_margin(pdf: Pdf) -> None:
    annotate(pdf, Subtype=Name.Link, A=action(S=Name.Launch, F="calc.exe"))


def launches_next(pdf: Pdf) -> None:
    following = pdf.make_indirect(action(S=Name.Launch, F="calc.exe"))
    annotate(pdf, Subtype=Name.Link, A=action(S=Name.GoTo, D="x", Next=[following]))


def attaches(pdf: Pdf) -> None:
    pdf.attachments["rechnung.exe"] = b"MZ secret"


def attaches_in_margin(pdf: Pdf) -> None:
    embedded = pdf.make_stream(b"MZ secret", Type=Name.EmbeddedFile)
    filespec = Dictionary(Type=Name.Filespec, F="rechnung.exe", EF=Dictionary(F=embedded))
    annotate(pdf, Subtype=Name.FileAttachment, FS=filespec)


def opens_address(pdf: Pdf) -> None:
    pdf.Root.OpenAction = action(S=Name.URI, URI="https://beispiel.example/")


def opens_other_file(pdf: Pdf) -> None:
    pdf.Root.OpenAction = action(S=Name.GoToR, F="//beispiel.example/teilen/x.pdf", D=[0, Name.Fit])


def acts_when_closed(pdf: Pdf) -> None:
    pdf.Root.AA = Dictionary(WC=action(S=Name.URI, URI="https://beispiel.example/"))


def sends_a_form(pdf: Pdf) -> None:
    button = annotate(pdf, Subtype=Name.Widget, FT=Name.Btn, T="senden")
    button.A = action(S=Name.SubmitForm, F="https://beispiel.example/")
    pdf.Root.AcroForm = Dictionary(Fields=[button])


def plays_media(pdf: Pdf) -> None:
    annotate(pdf, Subtype=Name.RichMedia, RichMediaContent=Dictionary())


def programs_a_form(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=[Dictionary(T="name")])


ACTIVE: list[tuple[Spoil, ActiveContent]] = [
    (opens_javascript, ActiveContent.JAVASCRIPT),
    (names_javascript, ActiveContent.JAVASCRIPT),
    (launches_from_margin, ActiveContent.LAUNCH),
    (launches_next, ActiveContent.LAUNCH),
    (attaches, ActiveContent.EMBEDDED_FILE),
    (attaches_in_margin, ActiveContent.EMBEDDED_FILE),
    (opens_address, ActiveContent.OPENS_ADDRESS),
    (opens_other_file, ActiveContent.OPENS_ADDRESS),
    (acts_when_closed, ActiveContent.OPENS_ADDRESS),
    (sends_a_form, ActiveContent.SENDS_DATA),
    (plays_media, ActiveContent.MEDIA),
    (programs_a_form, ActiveContent.FORM_PROGRAM),
]


@pytest.mark.parametrize(("spoil", "expected"), ACTIVE, ids=[each.__name__ for each, _ in ACTIVE])
@pytest.mark.parametrize("object_streams", list(pikepdf.ObjectStreamMode.__members__))
def test_what_a_pdf_may_do_is_found_and_left_behind(
    spoil: Spoil, expected: ActiveContent, object_streams: str
) -> None:
    pdf = make_pdf()
    spoil(pdf)
    sent = pdf_of(pdf, object_stream_mode=pikepdf.ObjectStreamMode.__members__[object_streams])
    with Pdf.open(io.BytesIO(sent)) as opened:
        assert expected in active_content(opened)

    cleaned = clean_pdf(sent)

    with Pdf.open(io.BytesIO(cleaned)) as opened:
        assert active_content(opened) == frozenset()
        assert set(opened.Root.keys()) == {"/Type", "/Pages"}
    assert text_of(cleaned) == "Umzug"


def test_a_plain_pdf_does_nothing() -> None:
    pdf = make_pdf()
    annotate(pdf, Subtype=Name.Link, A=action(S=Name.URI, URI="https://beispiel.example/"))
    pdf.Root.OpenAction = action(S=Name.GoTo, D=[pdf.pages[0].obj, Name.Fit])

    assert active_content(pdf) == frozenset()


def test_pages_keep_their_order_size_and_turn() -> None:
    pdf = make_pdf(3)
    pdf.pages[1].obj.Rotate = 90
    pdf.pages[2].obj.MediaBox = [0, 0, 500, 700]

    with Pdf.open(io.BytesIO(clean_pdf(pdf_of(pdf)))) as cleaned:
        assert [list(page.mediabox) for page in cleaned.pages] == [
            [0, 0, 300, 200],
            [0, 0, 300, 200],
            [0, 0, 500, 700],
        ]
        assert [page.obj.get("/Rotate", 0) for page in cleaned.pages] == [0, 90, 0]


def test_what_is_filled_in_becomes_part_of_the_page() -> None:
    pdf = make_pdf()
    font = pdf.pages[0].obj.Resources.Font.F1
    resources = Dictionary(Font=Dictionary(Helv=font))
    field = annotate(
        pdf, Subtype=Name.Widget, FT=Name.Tx, T="name", V="Michael Bauer", DA="/Helv 12 Tf 0 g", F=4
    )
    pdf.Root.AcroForm = Dictionary(Fields=[field], DR=resources, NeedAppearances=True)

    cleaned = clean_pdf(pdf_of(pdf))

    assert "Michael Bauer" in text_of(cleaned)
    with Pdf.open(io.BytesIO(cleaned)) as opened:
        assert "/Annots" not in opened.pages[0].obj


def test_nothing_is_told_of_who_made_it() -> None:
    pdf = make_pdf()
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = ["Michael Bauer"]
    pdf.docinfo["/Author"] = "Michael Bauer"
    image = pdf.make_stream(
        b"\0\0\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, ColorSpace=Name.DeviceRGB
    )
    image.BitsPerComponent = 8
    image.Metadata = pdf.make_stream(b"<x:xmpmeta>Lindenstrasse 12</x:xmpmeta>")
    pdf.pages[0].obj.Resources.XObject = Dictionary(I=image)
    pdf.pages[0].obj.PieceInfo = Dictionary(App=Dictionary(Private="Michael Bauer"))

    cleaned = clean_pdf(pdf_of(pdf))

    with Pdf.open(io.BytesIO(cleaned)) as opened:
        plain = pdf_of(opened, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
        assert "/Info" not in opened.trailer
    assert b"Michael" not in plain
    assert b"Linden" not in plain


def test_a_pdf_is_locked_only_by_a_password_to_open_it() -> None:
    assert refusal_of(locked_pdf("geheim")) is FileRefusal.ENCRYPTED
    cleaned = clean_pdf(locked_pdf(""))

    assert text_of(cleaned) == "Umzug"
    with Pdf.open(io.BytesIO(cleaned)) as opened:
        assert not opened.is_encrypted


@pytest.mark.parametrize("content", [HTML, SVG, picture(), b"PK\x03\x04word", b"\0" * 2000 + b"%PDF-1.7"])
def test_what_is_no_pdf_is_refused_whatever_it_is_called(content: bytes) -> None:
    assert refusal_of(content) is FileRefusal.UNKNOWN_FORMAT


def test_an_empty_file_is_refused() -> None:
    assert refusal_of(b"") is FileRefusal.EMPTY


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    assert refusal_of(pdf_of(make_pdf()) + bytes(MAX_SIZE)) is FileRefusal.TOO_LARGE


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF", b"%PDF-1.7\n" + b"x" * 500])
def test_a_file_that_only_begins_like_a_pdf_is_refused(content: bytes) -> None:
    assert refusal_of(content) is FileRefusal.DAMAGED


def test_a_pdf_without_pages_or_with_too_many_is_refused() -> None:
    assert refusal_of(pdf_of(Pdf.new())) is FileRefusal.NO_PAGES
    assert clean_pdf(pdf_of(make_pdf(MAX_PAGES)))
    assert refusal_of(pdf_of(make_pdf(MAX_PAGES + 1))) is FileRefusal.TOO_MANY_PAGES


def test_a_form_that_only_a_program_draws_is_refused() -> None:
    pdf = make_pdf(text="Please wait")
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=[])

    assert refusal_of(pdf_of(pdf)) is FileRefusal.NO_PAGES


@settings(max_examples=150)
@given(position=st.floats(0, 1), change=st.binary(min_size=1, max_size=60))
def test_a_file_that_was_tampered_with_shows_pages_or_is_refused(position: float, change: bytes) -> None:
    pdf = make_pdf()
    opens_javascript(pdf)
    sent = bytearray(pdf_of(pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable))
    start = int(position * len(sent))
    sent[start : start + len(change)] = change
    try:
        cleaned = clean_pdf(bytes(sent))
    except FileRefused:
        return
    with Pdf.open(io.BytesIO(cleaned)) as opened:
        assert len(opened.pages) >= 1
        assert active_content(opened) == frozenset()
