"""Every kind of mail has its three templates, and its text fits 72 columns."""

import re
from pathlib import Path

import pytest
from django.template import engines

from kundenportal import mailing
from kundenportal.mailing.kinds import MailKind, all_kinds
from kundenportal.mailing.messages import TEXT_ENGINE

FOLDER = Path(mailing.__file__).parent / "templates" / "mailing"
KINDS = list(all_kinds())
PARTS = [(kind, part) for kind in KINDS for part in ("subject.txt", "body.txt", "body.html")]


def test_there_are_kinds_of_mail() -> None:
    assert KINDS


@pytest.mark.parametrize(("kind", "part"), PARTS, ids=[f"{kind.name}/{part}" for kind, part in PARTS])
def test_a_kind_has_its_templates(kind: MailKind, part: str) -> None:
    engine = engines["django" if part.endswith(".html") else TEXT_ENGINE]

    assert engine.get_template(kind.template(part))


def test_every_folder_of_templates_belongs_to_a_kind() -> None:
    assert {each.name for each in FOLDER.iterdir() if each.is_dir()} == {kind.name for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_both_bodies_stand_in_the_common_frame(kind: MailKind) -> None:
    for part in ("body.txt", "body.html"):
        source = (FOLDER / kind.name / part).read_text(encoding="utf-8")
        assert source.startswith(f'{{% extends "mailing/base.{part.rpartition(".")[2]}" %}}')


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_a_mail_loads_nothing_and_follows_nobody(kind: MailKind) -> None:
    source = (FOLDER / kind.name / "body.html").read_text(encoding="utf-8")

    assert not re.search(r"<(img|script|link|iframe|object)\b|url\(", source)


NAMED_TO_THE_SENDER = {"public_reading_received", "address_requested", "bank_requested"}
"""Mails that name a submission to whoever sent it alone: without a login, or in the login's own mailbox."""


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_what_tells_of_a_contract_goes_to_nobody_but_its_holder(kind: MailKind) -> None:
    sources = [path.read_text(encoding="utf-8") for path in (FOLDER / kind.name).iterdir()]

    words = "premise" if kind.name in NAMED_TO_THE_SENDER else "premise|reference"
    tells_of_contract = any(re.search(rf"\b({words})\b", source) for source in sources)
    assert kind.is_about_customer or not tells_of_contract
