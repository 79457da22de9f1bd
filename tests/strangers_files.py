"""Files as strangers send them: pictures and PDFs, whole, broken and spiteful."""

import io
from typing import Any

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import ExifTags, Image

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'

RED, BLUE = (200, 30, 30), (30, 30, 200)


def encoded(image: Image.Image, image_format: str = "JPEG", **options: Any) -> bytes:
    """Return a picture as a file."""
    if image_format == "HEIF":
        pillow_heif.register_heif_opener()
    result = io.BytesIO()
    image.save(result, image_format, **options)
    return result.getvalue()


def picture(width: int = 60, height: int = 40, image_format: str = "JPEG", **options: Any) -> bytes:
    """Return a picture that is red on its left half and blue on its right one."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return encoded(image, image_format, **options)


def exif_with_place(orientation: int = 1) -> Image.Exif:
    """Return what a telephone writes into a picture: the place, the camera, and which side is up."""
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "Telefon 15"
    exif[ExifTags.Base.Orientation] = orientation
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", (49.0, 20.0, 18.0)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", (10.0, 47.0, 27.0)
    return exif


def scan_bomb() -> bytes:
    """Return a small JPEG that takes hours to decode: it repeats its last scan again and again."""
    plain = encoded(Image.new("RGB", (5000, 5000), RED), progressive=True, quality=10)
    last_scan = plain[plain.rindex(b"\xff\xda") : -2]
    return plain[:-2] + last_scan * 50_000 + plain[-2:]


def pdf_of(pdf: Pdf, **options: Any) -> bytes:
    """Return a PDF as a file."""
    result = io.BytesIO()
    pdf.save(result, **options)
    return result.getvalue()


def make_pdf(pages: int = 1, text: str = "Umzug") -> Pdf:
    """Return a PDF of some pages with a line of text each; their size stands with their parent."""
    pdf = Pdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for _ in range(pages):
        pdf.add_blank_page(page_size=(300, 200))
        page = pdf.pages[-1].obj
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.Contents = pdf.make_stream(f"BT /F1 20 Tf 20 100 Td ({text}) Tj ET".encode())
        del page.MediaBox
    pdf.Root.Pages.MediaBox = Array([0, 0, 300, 200])
    return pdf


def locked_pdf(user_password: str) -> bytes:
    """Return a PDF that asks for a password to be changed, and for another to be opened, unless empty."""
    return pdf_of(make_pdf(), encryption=pikepdf.Encryption(owner="geheim", user=user_password))
