"""What the mails about documents say, and what they keep to themselves."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from pytest_django import Settings

from kundenportal.core.modules import Modules
from kundenportal.documents.mails import SETTLES
from kundenportal.documents.recall import recall_document
from kundenportal.linking.document_news import tell_of_documents
from kundenportal.mailing.categories import Category
from kundenportal.mailing.failures import NoLongerNeeded
from kundenportal.mailing.messages import build_message
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue
from kundenportal.privacy.mail_choices import find_choice
from kundenportal.privacy.services.mail_choices import choose_mails
from tests.mail_parts import parts_of
from tests.make import NOW, make_consent, make_customer, make_document, make_household, make_user

pytestmark = pytest.mark.django_db


def mail_of(kind: str) -> tuple[str, list[str]]:
    """Return subject, text and HTML of a mail of a kind to the household, which has a document."""
    household = make_household()
    document = make_document(household.customer)
    enqueue(
        kind,
        to=household.user.email,
        context={"customer": household.customer.pk, "document": document.pk},
        now=NOW,
        customer_id=household.customer.pk,
    )
    message = build_message(OutgoingMail.objects.get(), now=NOW)
    return message["Subject"], [" ".join(each.split()) for each in parts_of(message)]


def test_a_new_document_is_told_without_its_content() -> None:
    subject, texts = mail_of("new_documents")
    assert subject == "Ein neues Dokument liegt für Sie bereit"
    for text in texts:
        assert "Guten Tag Michael Bauer," in text
        assert "in Ihrem Kundenportal liegt ein neues Dokument für Sie bereit." in text
        assert "Aus Sicherheitsgründen senden wir das Dokument nicht per E-Mail." in text
        assert re.search(r"Kundennummer: (?:<b.*?>)?0014026/1", text)
        assert "/dokumente/" in text
        assert "Jahresabrechnung" not in text


@pytest.mark.parametrize(
    ("language", "subject", "there", "why"),
    [
        (
            "de",
            "3 neue Dokumente liegen für Sie bereit",
            "in Ihrem Kundenportal liegen 3 neue Dokumente für Sie bereit.",
            "Aus Sicherheitsgründen senden wir die Dokumente nicht per E-Mail.",
        ),
        (
            "en",
            "There are 3 new documents for you",
            "In your customer portal there are 3 new documents for you.",
            "For safety we do not send the documents by e-mail.",
        ),
    ],
)
def test_several_new_documents_are_counted(language: str, subject: str, there: str, why: str) -> None:
    household = make_household()
    user = household.user
    user.language = language
    user.save(update_fields=["language"])
    make_document(household.customer, now=NOW - dt.timedelta(days=1))
    recalled = make_document(household.customer)
    recall_document(document=recalled, reason="Irrtum", actor="system", holder=None, now=NOW)
    make_document(make_customer())
    tell_of_documents([household.customer.pk], now=NOW)
    for minutes in (0, 5, 10):
        make_document(household.customer, now=NOW + dt.timedelta(minutes=minutes))
    message = build_message(OutgoingMail.objects.get(), now=NOW + SETTLES)
    assert message["Subject"] == subject
    for text in parts_of(message):
        assert there in " ".join(text.split())
        assert why in " ".join(text.split())


def test_nobody_is_called_to_documents_that_the_utility_does_without(settings: Settings) -> None:
    settings.UTILITY = replace(settings.UTILITY, modules=Modules(documents=False))
    with pytest.raises(NoLongerNeeded):
        mail_of("new_documents")


def test_a_recalled_document_is_told_without_its_content() -> None:
    subject, texts = mail_of("document_recalled")
    assert subject == "Wir haben ein Dokument zurückgezogen"
    for text in texts:
        assert "Guten Tag Michael Bauer," in text
        assert re.search(r"Es ist dieses: Rechnung vom \d+\. \w+ \d{4}\.", text)
        assert "Dann löschen Sie die Datei bitte." in text
        assert "Jahresabrechnung" not in text


def test_two_customers_of_a_login_are_told_of_apart() -> None:
    paper, online = make_customer(), make_customer()
    user = make_user(paper, online)
    make_consent(user, customer=online)
    choose_mails(user=user, wanted=(), language="de", now=NOW)
    for _attempt in range(2):
        tell_of_documents([paper.pk, online.pk], now=NOW)
    mails = OutgoingMail.objects.filter(kind="new_documents")
    wanted = {mail.customer_id: find_choice(mail, Category.DOCUMENTS).is_wanted for mail in mails}
    assert wanted == {paper.pk: False, online.pk: True}
    assert len(mails) == 2
