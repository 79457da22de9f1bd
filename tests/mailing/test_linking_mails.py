"""The mails of linking, unlinking, undoing and deleting, as they are sent."""

import re
from email.message import EmailMessage

import pytest

from kundenportal.linking.models import AccountLink
from kundenportal.linking.services import delete_login, undo_link, unlink_account
from kundenportal.mailing.messages import build_message
from kundenportal.mailing.models import OutgoingMail
from tests.linking import OTHER_PASSWORD, link, make_bauer, make_other, make_weber, undo_token
from tests.mail_parts import part_of, parts_of
from tests.make import NOW, PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

WEBER, PETRA, BAUER = "p.weber@beispiel.de", "petra@beispiel.de", "m.bauer@beispiel.de"
CASES = ["absorbed", "absorbing", "granted", "told", "unlinked", "undone", "deleted"]


def mail_of(case: str) -> EmailMessage:
    user, weber = make_bauer(), make_weber()
    if case in {"absorbed", "absorbing"}:
        make_other(weber)
    link(user, password=OTHER_PASSWORD)
    if case == "unlinked":
        unlink_account(user=user, link_id=AccountLink.objects.get(customer=weber).public_id, now=NOW)
    elif case == "undone":
        undo_link(token=undo_token("registration_completed", WEBER), now=NOW)
    elif case == "deleted":
        delete_login(user=user, current_password=PASSWORD, now=NOW)
    kinds = {"told": "registration_completed", "unlinked": "account_unlinked", "undone": "link_undone"}
    kind = kinds.get(case, "login_deleted" if case == "deleted" else "accounts_linked")
    recipient = {"absorbed": PETRA, "told": WEBER}.get(case, BAUER)
    return build_message(OutgoingMail.objects.get(kind=kind, recipient=recipient), now=NOW)


SUBJECTS = {
    "absorbed": "Kundenkonten wurden verknüpft",
    "absorbing": "Kundenkonten wurden verknüpft",
    "granted": "Kundenkonten wurden verknüpft",
    "told": "Für Ihre Kundennummer gibt es jetzt einen Zugang",
    "unlinked": "Verknüpfung wurde aufgehoben",
    "undone": "Verknüpfung wurde zurückgenommen",
    "deleted": "Ihr Online-Zugang ist gelöscht",
}


@pytest.mark.parametrize("case", CASES)
def test_a_mail_says_what_happened_names_the_number_and_fits_72_columns(case: str) -> None:
    message = mail_of(case)
    assert message["Subject"] == SUBJECTS[case]
    for text in parts_of(message):
        assert "Guten Tag," in text
        assert "0010224/1" in text
        assert BAUER not in text
    lines = part_of(message, "plain").splitlines()
    assert [line for line in lines if len(line) > 72 and not line.startswith("http")] == []
    assert not any(a == b == c == "" for a, b, c in zip(lines, lines[1:], lines[2:], strict=False))


@pytest.mark.parametrize("case", CASES)
def test_both_parts_lead_to_the_same_pages_of_this_portal_only(case: str, settings) -> None:
    settings.BASE_URL = "https://portal.stadtwerke.example"
    message = mail_of(case)
    in_text = set(re.findall(r"https?://\S+", part_of(message, "plain")))
    in_html = set(re.findall(r'href="(https?://[^"]+)"', part_of(message, "html")))
    assert in_text == in_html
    assert all(address.startswith("https://portal.stadtwerke.example/") for address in in_text)


PATHS = {
    "absorbed": {"verknuepfung-rueckgaengig", "das-war-ich-nicht"},
    "absorbing": {"verknuepfung-rueckgaengig", "das-war-ich-nicht"},
    "granted": {"verknuepfung-rueckgaengig", "das-war-ich-nicht"},
    "told": {"verknuepfung-rueckgaengig"},
    "unlinked": {"das-war-ich-nicht"},
    "undone": set(),
    "deleted": {"registrieren"},
}


@pytest.mark.parametrize("case", CASES)
def test_a_mail_offers_what_can_be_done_about_it(case: str, settings) -> None:
    settings.BASE_URL = "https://portal.stadtwerke.example"
    text = part_of(mail_of(case), "plain")
    assert set(re.findall(r"https://portal\.stadtwerke\.example/([\w-]+)/", text)) == PATHS[case]


def test_the_address_that_is_valid_now_is_masked() -> None:
    text = " ".join(part_of(mail_of("absorbed"), "plain").split())
    assert "gilt jetzt die E-Mail-Adresse m•••••r@beispiel.de." in text
    assert "Ihr bisheriger Zugang ist damit aufgelöst." in text


def test_the_contact_address_learns_what_a_new_access_may_do_meanwhile() -> None:
    text = " ".join(part_of(mail_of("told"), "plain").split())
    assert "Bis dieser Zugang sicher ist, kann er nur Zählerstände sehen und melden." in text
    assert "Zugang zurücknehmen (14 Tage gültig, ohne Anmeldung):" in text
