"""The demo's mail box at ``/demo/postfach/``."""

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

ADDRESSES = ["/demo/postfach/", "/demo/postfach/{key}/", "/demo/postfach/{key}/html/"]
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'


@pytest.fixture
def box(tmp_path: Path, settings: Settings) -> mailbox.Maildir:
    settings.DEMO = True
    settings.SMTP_URL = f"maildir:{tmp_path / 'mail'}"
    return mailbox.Maildir(tmp_path / "mail")


def put(
    box: mailbox.Maildir, *, subject: str = "Ihr Zählerstand", text: str = "Danke.", html: str = ""
) -> str:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Stadtwerke Musterbach <service@stadtwerke-musterbach.example>"
    message["To"] = "m.bauer@beispiel.example"
    message["Date"] = "Sun, 22 Nov 2026 11:00:00 +0000"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return box.add(message)


def test_list_shows_every_mail(box: mailbox.Maildir, client: Client) -> None:
    key = put(box, subject="Ihr Zählerstand ist angekommen")
    page = client.get("/demo/postfach/").content.decode()
    assert "Ihr Zählerstand ist angekommen" in page
    assert "An m.bauer@beispiel.example am 22.11.2026, 12:00 Uhr" in page
    assert f"/demo/postfach/{key}/" in page


def test_a_mail_without_a_date_comes_last(box: mailbox.Maildir, client: Client) -> None:
    undated = EmailMessage()
    undated["Subject"] = "Without a date"
    box.add(undated)
    put(box, subject="With a date")
    page = client.get("/demo/postfach/").content.decode()
    assert page.index("With a date") < page.index("Without a date")


def test_list_of_a_box_that_is_not_there_yet_is_empty(
    tmp_path: Path, settings: Settings, client: Client
) -> None:
    settings.DEMO = True
    settings.SMTP_URL = f"maildir:{tmp_path / 'none'}"
    assert "Noch ist keine E-Mail da." in client.get("/demo/postfach/").content.decode()
    assert client.get("/demo/postfach/any/").status_code == 404


def test_text_is_shown_with_links_to_click(box: mailbox.Maildir, client: Client) -> None:
    key = put(box, text="Hier:\n\nhttp://localhost:8000/passwort-festlegen/abc/\n")
    page = client.get(f"/demo/postfach/{key}/").content.decode()
    assert 'href="http://localhost:8000/passwort-festlegen/abc/"' in page


def test_hostile_text_and_headers_are_escaped(box: mailbox.Maildir, client: Client) -> None:
    key = put(box, subject=HOSTILE, text=HOSTILE)
    for address in ADDRESSES[:2]:
        page = client.get(address.format(key=key)).content.decode()
        assert HOSTILE not in page
        assert "&lt;script&gt;" in page


def test_hostile_html_can_do_nothing(box: mailbox.Maildir, client: Client) -> None:
    key = put(box, html=f"<html><head></head><body>{HOSTILE}</body></html>")
    page = client.get(f"/demo/postfach/{key}/")
    assert HOSTILE not in page.content.decode()
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    part = client.get(f"/demo/postfach/{key}/html/")
    policy = part["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script" not in policy
    assert "allow-same-origin" not in policy
    assert "form-action 'none'" in policy


def test_links_of_html_leave_the_frame(box: mailbox.Maildir, client: Client) -> None:
    key = put(box, html='<!doctype html><html><head lang="de"><title>x</title></head></html>')
    part = client.get(f"/demo/postfach/{key}/html/").content.decode()
    assert '<head lang="de"><base target="_top"><title>' in part


@pytest.mark.parametrize("key", ["none", "..", "%2e%2e%2fsecret-key", "secret-key"])
def test_mail_that_is_not_there_is_not_found(box: mailbox.Maildir, client: Client, key: str) -> None:
    assert client.get(f"/demo/postfach/{key}/").status_code == 404
    assert client.get(f"/demo/postfach/{key}/html/").status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_box_does_not_exist_outside_the_demo(
    box: mailbox.Maildir, client: Client, settings: Settings, address: str
) -> None:
    key = put(box)
    assert client.get(address.format(key=key)).status_code == 200
    settings.DEMO = False
    assert client.get(address.format(key=key)).status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_box_is_read_only_and_never_cached(box: mailbox.Maildir, client: Client, address: str) -> None:
    address = address.format(key=put(box))
    assert client.post(address).status_code == 405
    assert "no-store" in client.get(address)["Cache-Control"]
