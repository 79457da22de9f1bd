"""What travels compressed."""

import gzip

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from kundenportal.config.compression import PageCompressionMiddleware

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_a_page_is_compressed_for_a_browser_that_takes_it_so(client: Client) -> None:
    response = client.get("/anmelden/", headers={"Accept-Encoding": "gzip, br"})

    assert response.headers["Content-Encoding"] == "gzip"
    assert "Kunden-Login" in gzip.decompress(response.content).decode()
    assert "Accept-Encoding" in response.headers["Vary"]


def test_a_page_stays_as_it_is_for_others(client: Client) -> None:
    response = client.get("/anmelden/")

    assert "Content-Encoding" not in response.headers
    assert "Kunden-Login" in response.text


def test_the_length_of_a_compressed_page_differs_each_time(client: Client) -> None:
    sizes = {len(client.get("/anmelden/", headers={"Accept-Encoding": "gzip"}).content) for _ in range(12)}

    assert len(sizes) > 1


def test_a_document_is_not_compressed(rf: RequestFactory) -> None:
    document = HttpResponse(b"%PDF" + b"0" * 5000, content_type="application/pdf")
    request = rf.get("/", headers={"Accept-Encoding": "gzip"})

    assert PageCompressionMiddleware(lambda _request: document)(request).content == document.content
