"""A kind of mail, a mail server and an outbox for the tests of this folder."""

import copy
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from kundenportal.mailing import kinds
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue
from tests.mailing.sink import Sink, running_sink
from tests.make import NOW

Enqueue = Callable[..., OutgoingMail]


@pytest.fixture
def greeting(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Enqueue:
    """Make the kinds ``greeting`` and ``broken`` known and return a function that puts one in the outbox."""

    def one_time_token(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
        return {"token": f"made-for-{context['name']}"}

    known = {
        "greeting": kinds.MailKind("greeting", one_time_token),
        "broken": kinds.MailKind("broken"),
    }
    monkeypatch.setattr(kinds, "_kinds", known)
    templates = copy.deepcopy(settings.TEMPLATES)
    for engine in templates:
        engine["DIRS"] = [Path(__file__).parent / "templates"]
    settings.TEMPLATES = templates

    def put(
        name: str = "Michael", *, to: str = "m.bauer@beispiel.de", kind: str = "greeting"
    ) -> OutgoingMail:
        return enqueue(kind, to=to, context={"name": name}, now=NOW)

    return put


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """A running mail server the portal is configured for."""
    with running_sink() as running:
        settings.SMTP_URL = f"smtp://127.0.0.1:{running.port}"
        yield running
