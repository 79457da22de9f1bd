"""Small PDFs, written byte by byte, so that tests say what is in them and need no library to make them."""

from collections.abc import Sequence


def make_pdf(*pages: Sequence[str], catalog: str = "", page: str = "", objects: Sequence[str] = ()) -> bytes:
    """Return a PDF with a page for each sequence of lines, one empty page without any.

    Args:
        pages: the lines of each page, in Latin-1.
        catalog: what to add to the catalog, such as ``/OpenAction 5 0 R``.
        page: what to add to each page, such as ``/AA << … >>``.
        objects: the contents of further objects; the first of them is number 4.

    """
    pages = pages or ((),)
    first = 4 + len(objects)
    kids = " ".join(f"{first + 2 * place} 0 R" for place in range(len(pages)))
    bodies = [
        f"<< /Type /Catalog /Pages 2 0 R /Lang (de) {catalog} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *objects,
    ]
    for place, lines in enumerate(pages):
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {first + 2 * place + 1} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> >> {page} >>"
        )
        shown = "".join(f"({_escaped(line)}) Tj T* " for line in lines)
        stream = f"BT /F1 12 Tf 16 TL 72 760 Td {shown}ET"
        bodies.append(f"<< /Length {len(stream.encode('latin-1'))} >>\nstream\n{stream}\nendstream")
    return _written(bodies)


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _written(bodies: Sequence[str]) -> bytes:
    """Return numbered objects with the table that says where each begins (ISO 32000-1, 7.5.4)."""
    content, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R >>\nstartxref\n{len(content)}\n%%EOF\n"
    return content + end.encode()
