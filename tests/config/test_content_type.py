"""What a request claims of its encoding breaks nothing: forms and queries are UTF-8."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory

from kundenportal.config.wsgi import application

pytestmark = pytest.mark.django_db

TOKEN = "x" * 32
PART = 'Content-Disposition: form-data; name="identifier"\r\n\r\n\\ud800 Müller'
MULTIPART = f"--x\r\n{PART}\r\n--x--\r\n".encode()


def ask(method: str, content_type: str, body: bytes = b"", query: str = "weiter=%FF") -> tuple[str, str]:
    """Send a request the way a web server does, and return status and page."""
    answered: list[str] = []
    environ: dict[str, Any] = RequestFactory().get("/anmelden/").environ | {
        "REQUEST_METHOD": method,
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "localhost",
        "HTTP_COOKIE": f"{settings.CSRF_COOKIE_NAME}={TOKEN}",
        "HTTP_X_CSRFTOKEN": TOKEN,
        "wsgi.input": io.BytesIO(body),
    }

    def start_response(status: str, *_: Any) -> Callable[[bytes], object]:
        answered.append(status)
        return bytes

    page = b"".join(application(environ, start_response))
    return answered[0], page.decode()


@pytest.mark.parametrize(
    "charset", ["idna", "base64", "unicode_escape", "utf-16", "latin-1", '"', "x" * 9000]
)
def test_an_encoding_that_is_claimed_is_not_believed(charset: str) -> None:
    assert ask("GET", f"text/plain; charset={charset}")[0] == "200 OK"


def test_parameters_in_an_unknown_encoding_are_dropped() -> None:
    assert ask("GET", "text/plain; x*=gibt-es-nicht''a")[0] == "200 OK"


def test_many_fields_in_a_query_are_refused_by_a_page() -> None:
    status, page = ask(
        "GET", "text/plain; charset=utf-8", query="&".join(f"a{each}=1" for each in range(500))
    )
    assert status == "400 Bad Request"
    assert "<h1" in page


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data; boundary=x",
        'multipart/form-data; charset=unicode_escape; boundary="x"',
        "multipart/form-data;BOUNDARY=x ; charset=idna",
    ],
)
def test_the_parts_of_a_form_are_read_as_utf_8(content_type: str) -> None:
    status, page = ask("POST", content_type, MULTIPART)
    assert status == "422 Unprocessable Entity"
    assert 'value="\\ud800 Müller"' in page
