"""``/verwaltung/protokoll/``: who did what, who saw whose data, and taking that away as a file."""

import ast
import csv
import datetime as dt
import hashlib
import io
import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

import kundenportal
from kundenportal.audit.looking import Piece, Search, noted_export
from kundenportal.audit.models import AuditEntry
from kundenportal.audit.services import record
from kundenportal.backoffice.audit_details import told_details
from kundenportal.backoffice.audit_words import GROUPS, WORDS
from kundenportal.core.spreadsheets import BYTE_ORDER_MARK
from kundenportal.documents.models import DocumentAccess
from kundenportal.identity.models import StaffMember
from kundenportal.linking.models import Registration
from tests.make import NOW, make_customer, make_document, make_household, make_user
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member

AUDIT = "/verwaltung/protokoll/"
EXPORT = f"{AUDIT}datei/"
Role = StaffMember.Role


@pytest.fixture
def supervisor(noon: None, db: None) -> StaffMember:
    return make_member(Role.SUPERVISOR, email="maier@stadtwerke.example", name="Herr Maier")


@pytest.fixture
def office(client: Client, supervisor: StaffMember) -> Client:
    """A browser in which Herr Maier is signed in."""
    sign_in_member(client, supervisor)
    return client


def write(action: str = "reading.submitted", *, minutes: int = 0, **values: object) -> None:
    """Write an entry some minutes ago."""
    defaults: dict[str, object] = {"actor": "visitor"}
    record(action, now=NOW - dt.timedelta(minutes=minutes), **(defaults | values))  # type: ignore[arg-type]


def rows_in(page: str) -> list[str]:
    """Return what the rows of the list say, without the header."""
    table = page.partition('class="tabelle tabelle--stapel protokoll"')[2]
    rows = re.findall(r"<tr role=\"row\">(.*?)</tr>", table, re.DOTALL)[1:]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def file_of(client: Client, fields: dict[str, str]) -> tuple[list[list[str]], bytes]:
    """Return the rows of a file, without the header, and its bytes."""
    answer = client.post(EXPORT, fields)
    assert answer.status_code == 200, answer.text
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    content = answer.getvalue()
    text = content.decode()
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text[1:]), delimiter=";"))[1:], content


def test_the_list_says_who_did_what_to_whom_and_when(office: Client, supervisor: StaffMember) -> None:
    household = make_household()
    customer, user = household.customer, household.user
    write(minutes=3, actor=user.actor, customer_id=customer.pk, subject="V-2026-000012", details={"rows": 2})
    write("submission.viewed", minutes=2, actor=supervisor.user.actor, customer_id=customer.pk)
    write("erp.results_imported", minutes=1, actor="erp", subject="antwort.csv", details={"accepted": 4})
    write("staff.role_changed", actor="system", subject=supervisor.user.actor, details={"role": "clerk"})
    role, results, viewed, sent = rows_in(office.get(AUDIT).text)[1:]
    assert role == "22.11.2026 12:00:00 Kundenportal Rolle geändert Rolle: Sachbearbeitung Herr Maier"
    assert results.startswith("22.11.2026 11:59:00 Abrechnungssystem Ergebnisse eingelesen übernommen: 4")
    who = f"{customer.full_name} {customer.customer_number}"
    assert viewed == f"22.11.2026 11:58:00 Herr Maier Vorgang angesehen {who}"
    expected = f"22.11.2026 11:57:00 {user.email} Zählerstand gesendet Zeilen: 2 {who} V-2026-000012"
    assert sent == expected


def test_who_and_whom_that_are_no_more_are_told_so(office: Client) -> None:
    write(actor="user:999", customer_id=998)
    assert "Kunde, Zugang gelöscht Zählerstand gesendet gelöscht" in rows_in(office.get(AUDIT).text)[-1]


def test_the_machines_have_names_too(office: Client) -> None:
    for actor in ("operator", "mail-server"):
        write(actor=actor)
    text = office.get(AUDIT).text
    assert "Befehl auf dem Server Zählerstand gesendet" in " ".join(rows_in(text))
    assert "Mailserver Zählerstand gesendet" in " ".join(rows_in(text))


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("customer:0010224/1", ""),
        ("security-event:6", ""),
        ("mail:12:3", ""),
        ("consent KJ07TP4", ""),
        ("text:de/impressum", " de/impressum"),
        ("quarantine:D500123", " D500123"),
        ("delivery-000012", " delivery-000012"),
        ("anlieferung:neu.csv", " anlieferung:neu.csv"),
    ],
)
def test_only_what_people_know_is_shown_as_the_subject(office: Client, subject: str, shown: str) -> None:
    write(subject=subject)
    assert rows_in(office.get(AUDIT).text)[-1].endswith(f"Zählerstand gesendet{shown}")
    assert file_of(office, {})[0][-1][8] == subject


def test_who_let_a_delivery_in_is_told_in_words(office: Client, supervisor: StaffMember) -> None:
    write(details={"delivery": "delivery-000003", "released_by": supervisor.user.actor})
    assert rows_in(office.get(AUDIT).text)[-1].endswith(
        "Lieferung: delivery-000003 · freigegeben von: Herr Maier"
    )


@pytest.mark.parametrize(
    ("details", "told"),
    [
        ({"reason": "call", "remark": "Abschlag"}, "Grund: Anruf oder Besuch · Bemerkung: Abschlag"),
        ({"path": "/vs/PFRRHHW/verbrauch/"}, "Seite: /vs/PFRRHHW/verbrauch/"),
        ({"status": "on_hold"}, "Status: Wartet"),
        ({"kind": "new_documents", "again": 6}, "Art: Neues Dokument"),
        ({"kunden_new": 3, "kunden_changed": 0}, "Kunden neu: 3"),
        ({"kind": "online_invoices"}, "Art: Rechnung nur noch online"),
        ({"kind": "mandat"}, "Art: SEPA-Mandat"),
        ({"placement": "matched"}, "Zuordnung: Zähler gefunden"),
        ({"faults": 1, "unchanged": 2, "waiting": 3}, "unverändert: 2 · wartet schon: 3 · Fehler: 1"),
    ],
)
def test_codes_are_told_in_words_and_numbers_of_our_own_not(
    office: Client, details: dict[str, str | int], told: str
) -> None:
    write(details=details)
    assert (
        rows_in(office.get(AUDIT).text)[-1]
        == f"22.11.2026 12:00:00 Besucher ohne Anmeldung Zählerstand gesendet {told}"
    )


def test_details_that_say_nothing_are_left_out(office: Client) -> None:
    write(details={"was": "offen", "rows": 0, "reason": "", "status": None})
    row = rows_in(office.get(AUDIT).text)[-1]
    assert row.endswith("Zählerstand gesendet vorher: offen · Zeilen: 0")


def test_an_action_without_words_is_shown_by_its_name(office: Client) -> None:
    write("future.thing")
    assert "future.thing" in rows_in(office.get(AUDIT).text)[-1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("von=22.11.2026+11:30", "abc"),
        ("von=22.11.2026", "abcd"),
        ("bis=22.11.2026+11:30", "de"),
        ("bis=21.11.2026", "e"),
        ("von=gestern&bis=21.11.2026", "e"),
        ("von=22.11.2026+11:50&bis=22.11.2026+11:50", "b"),
        ("wer=user:", "ae"),
        ("wer=visitor", "bd"),
        ("wer=erp", "c"),
        ("was=anmeldung", "ab"),
        ("was=abrechnung", "c"),
        ("kunde=KUNDE", "ad"),
        ("woran=V-2026-000012", "d"),
        ("woran=v-2026-000012", "d"),
        ("woran=nichts", ""),
        ("wer=visitor&was=vorgaenge&von=22.11.2026", "d"),
    ],
)
def test_filters_find_what_they_say(office: Client, query: str, found: str) -> None:
    customer = make_customer()
    write("sign_in.succeeded", minutes=5, actor="user:7", customer_id=customer.pk, details={"mark": "(a)"})
    write("sign_in_link.requested", minutes=10, details={"mark": "(b)"})
    write("batch.written", minutes=15, actor="erp", details={"mark": "(c)"})
    write(minutes=60, customer_id=customer.pk, subject="V-2026-000012", details={"mark": "(d)"})
    write("language.chosen", minutes=24 * 60, actor="user:8", details={"mark": "(e)"})
    page = office.get(f"{AUDIT}?{query.replace('KUNDE', customer.customer_number.replace('/', '%2F'))}").text
    assert "".join(re.findall(r"\((\w)\)", " ".join(rows_in(page)))) == found
    if not found:
        assert "Keine Treffer." in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("von=irgendwann", "„irgendwann“ lesen wir nicht als Zeit."),
        ("von=31.12.9999", "„31.12.9999“ lesen wir nicht als Zeit."),
        ("bis=22.11.2026+25:00", "„22.11.2026 25:00“ lesen wir nicht als Zeit."),
        ("von=22.11.2026&bis=21.11.2026", "Das Ende liegt vor dem Anfang."),
        ("kunde=4711", "Die Kundennummer „4711“ gibt es hier nicht."),
        ("wer=staff:9999", "Wählen"),
    ],
)
def test_what_cannot_be_looked_for_is_told_and_nothing_shown(office: Client, query: str, said: str) -> None:
    write()
    before = snapshot()
    page = office.get(f"{AUDIT}?{query}")
    assert page.status_code == 422
    assert "<title>Fehler: Protokoll –" in page.text
    assert said in page.text or said == "Wählen"
    assert not rows_in(page.text)
    assert query.partition("=")[2].partition("&")[0].replace("+", " ") in page.text
    assert snapshot() == before
    fields = dict(each.replace("+", " ").split("=") for each in query.split("&"))
    assert office.post(EXPORT, fields).status_code == 422
    assert snapshot() == before


def test_a_search_is_written_down_once_and_not_for_each_page(office: Client, supervisor: StaffMember) -> None:
    customer = make_customer()
    for minute in range(120):
        write(minutes=minute, customer_id=customer.pk, details={"count": minute})
    query = f"kunde={customer.customer_number.replace('/', '%2F')}&von=22.11.2026"
    first = office.get(f"{AUDIT}?{query}").text
    following = re.search(r'href="(\?[^"]*nach=[^"]*)"', first)
    assert following
    second = office.get(AUDIT + following[1].replace("&amp;", "&")).text
    third = office.get(AUDIT + re.search(r'href="(\?[^"]*nach=[^"]*)"', second)[1].replace("&amp;", "&")).text  # type: ignore[index]
    shown = [int(each) for page in (first, second, third) for each in re.findall(r"Anzahl: (\d+)", page)]
    assert shown == list(range(120))
    assert "nach=" not in third
    entry = AuditEntry.objects.get(action="audit.viewed")
    assert (entry.actor, entry.customer_id) == (supervisor.user.actor, customer.pk)
    assert entry.details == {"von": "22.11.2026"}
    office.get(AUDIT)
    assert AuditEntry.objects.filter(action="audit.viewed").count() == 2


def test_a_later_page_without_its_beginning_is_written_down(office: Client) -> None:
    for minute in range(60):
        write(minutes=minute)
    following = re.search(r'href="(\?nach=[^"]*)"', office.get(AUDIT).text)
    assert following
    address = AUDIT + following[1].replace("&amp;", "&")
    office.get(address)
    assert AuditEntry.objects.filter(action="audit.viewed").count() == 1
    for other in (f"{AUDIT}?nach=9999999999999999-0", f"{address}&wer=visitor", f"{address}1"):
        before = AuditEntry.objects.filter(action="audit.viewed").count()
        office.get(other)
        assert AuditEntry.objects.filter(action="audit.viewed").count() == before + 1


def test_the_page_takes_as_many_queries_for_one_as_for_fifty(
    office: Client, clerk: StaffMember, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    write(actor=make_user(make_customer()).actor, customer_id=make_customer().pk)
    office.get(AUDIT)
    # Seven read; the entry about the search is a transaction of three statements.
    with django_assert_max_num_queries(7 + 3) as few:
        office.get(AUDIT)
    for number in range(110):
        user = make_user(make_customer())
        write(actor=user.actor, customer_id=make_customer().pk, subject=f"V-2026-{number:06d}")
    with django_assert_max_num_queries(7 + 3) as many:
        page = office.get(AUDIT).text
    assert len(rows_in(page)) == 50
    assert len(few) == len(many)
    following = re.search(r'href="(\?nach=[^"]*)"', page)
    assert following
    with django_assert_max_num_queries(7):
        assert len(rows_in(office.get(AUDIT + following[1].replace("&amp;", "&")).text)) == 50


def test_who_opened_a_document_is_shown_by_either_of_its_ids(office: Client) -> None:
    household = make_household()
    document = make_document(household.customer)
    DocumentAccess.objects.create(document=document, user=household.user, way="opened", at=NOW)
    write("document.viewed", actor="staff:1", subject=document.public_id)
    document.erp_id, document.recalled_at, document.recalled_sha256 = "D500123", NOW, "0" * 64
    document.save()
    for text in (document.public_id, document.public_id.lower(), document.erp_id):
        page = office.get(AUDIT, {"woran": text}).text
        opened = page.partition('id="geoeffnet"')[2].partition("</table>")[0]
        assert household.user.email in opened
        assert "22.11.2026 12:00:00" in opened
        viewed, filed = rows_in(page)
        assert "Dokument angesehen" in viewed
        assert "Dokument abgelegt" in filed


def test_the_file_holds_every_entry_of_the_search_and_is_written_down(
    office: Client, supervisor: StaffMember
) -> None:
    customer = make_customer(first_name="=HYPERLINK(1)", last_name="Bauer")
    write(minutes=1, customer_id=customer.pk, subject="+49 9820 1", details={"reason": "@SUM(A1);=2"})
    write("sign_in.succeeded", actor="user:7")
    rows, content = file_of(office, {"was": "vorgaenge"})
    assert rows == [
        [
            str(AuditEntry.objects.get(subject="+49 9820 1").pk),
            "22.11.2026 11:59:00",
            "Besucher ohne Anmeldung",
            "visitor",
            "Zählerstand gesendet",
            "reading.submitted",
            customer.customer_number,
            "'=HYPERLINK(1) Bauer",
            "'+49 9820 1",
            "Grund: @SUM(A1);=2",
        ]
    ]
    begun, ended = AuditEntry.objects.filter(actor=supervisor.user.actor).order_by("pk")
    assert (begun.action, begun.details) == ("audit.export_begun", {"was": "vorgaenge", "kind": "protokoll"})
    assert ended.action == "audit.exported"
    assert ended.details["rows"] == 1
    assert ended.details["sha256"] == hashlib.sha256(content).hexdigest()


def test_whose_account_was_touched_in_some_hours_is_a_file_of_customers(office: Client) -> None:
    touched, twice, other = make_customer(), make_customer(last_name="@Huber"), make_customer()
    write(minutes=30, customer_id=touched.pk)
    write(minutes=50, customer_id=twice.pk)
    write(minutes=20, customer_id=twice.pk)
    write(minutes=500, customer_id=other.pk)
    rows, _ = file_of(office, {"datei": "kunden", "von": "22.11.2026 11:00", "bis": "22.11.2026 12:00"})
    assert rows == [
        [touched.customer_number, "Michael Bauer", "1", "22.11.2026 11:30:00", "22.11.2026 11:30:00"],
        [twice.customer_number, "Michael @Huber", "2", "22.11.2026 11:10:00", "22.11.2026 11:40:00"],
    ]
    assert AuditEntry.objects.get(action="audit.exported").details["kind"] == "betroffene-kunden"


def test_a_file_that_breaks_off_is_written_down(db: None) -> None:
    pieces = [Piece(b"head", 0), Piece(b"two", 2), Piece(b"three", 3)]
    sent = noted_export(pieces, Search("staff:1", None, {}), what="protokoll", clock=lambda: NOW)
    assert [next(sent), next(sent), next(sent)] == [b"head", b"two", b"three"]
    sent.close()
    begun, broken = AuditEntry.objects.order_by("pk")
    assert (begun.action, broken.action) == ("audit.export_begun", "audit.export_broken_off")
    assert broken.details["rows"] == 2


def test_a_file_is_made_in_pieces(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kundenportal.audit.selectors._AT_A_TIME", 3)
    for number in range(8):
        write(details={"count": number})
    rows, _ = file_of(office, {"was": "vorgaenge"})
    assert [row[-1] for row in rows] == [f"Anzahl: {number}" for number in reversed(range(8))]


@pytest.mark.parametrize("role", [Role.CLERK, Role.TECHNICIAN, Role.READER])
def test_others_see_nothing_of_it(client: Client, noon: None, db: None, role: Role) -> None:
    sign_in_member(client, make_member(role))
    write(subject="V-2026-000012")
    before = snapshot()
    for answer in (client.get(AUDIT), client.post(EXPORT)):
        assert answer.status_code == 403
        assert "V-2026-000012" not in answer.text
    assert snapshot() == before


# The words

SOURCE = Path(kundenportal.__file__).parent
_RECORDERS = {"record", "record_visit", "_record", "_note", "_use", "report_security_event", "note_act"}

EXPANSIONS: dict[str, set[str]] = {
    "campaign.{}": {"created", "changed", "started", "paused", "resumed", "ended", "discarded"},
    "registration.{}": set(Registration.Status.values),
    "{}.{}": {
        f"{topic}.{outcome}"
        for topic in ("reading", "advance_payment", "address", "bank", "contact")
        for outcome in ("accepted", "rejected")
    },
    "{}.disavowed": {f"{topic}.disavowed" for topic in ("advance_payment", "address", "bank")},
}
"""What an action that is put together can be, where the catalogue does not show it."""


def actions_in(tree: ast.AST) -> set[str]:
    """Return the actions a module records, those put together with ``{}`` in place of what is put in."""
    constants = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        given = [keyword.value for keyword in node.keywords if keyword.arg == "action"]
        if name in _RECORDERS:
            given += node.args[:1]
        for value in [each for one in given for each in ast.walk(one)]:
            if isinstance(value, ast.JoinedStr):
                found.add(
                    "".join(each.value if isinstance(each, ast.Constant) else "{}" for each in value.values)
                )
            elif isinstance(value, ast.Constant) and isinstance(value.value, str):
                found.add(value.value)
            elif isinstance(value, ast.Name) and isinstance(constants.get(value.id), str):
                found.add(constants[value.id])
    return {each for each in found if re.fullmatch(r"[a-z_{}]+\.[a-z_{}]*[a-z}]", each)}


def all_actions() -> set[str]:
    return {each for path in SOURCE.rglob("*.py") for each in actions_in(ast.parse(path.read_text()))}


def test_every_action_of_the_source_has_words() -> None:
    actions = all_actions()
    assert {"sign_in.succeeded", "submission.viewed", "consents.written", "{}.{}"} <= actions
    for action in actions:
        if "{}" in action and action in EXPANSIONS:
            topic = action.partition(".")[0]
            wanted = {each if "." in each else f"{topic}.{each}" for each in EXPANSIONS[action]}
            assert wanted <= set(WORDS), action
        elif "{}" in action:
            pattern = re.compile(re.escape(action).replace(r"\{\}", "[a-z_]+"))
            assert any(pattern.fullmatch(each) for each in WORDS), action
        else:
            assert action in WORDS, action


def test_every_detail_that_the_source_names_has_words() -> None:
    given = [
        keyword.value
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "details" and isinstance(keyword.value, ast.Dict)
    ]
    names = {key.value for each in given for key in each.keys if isinstance(key, ast.Constant)}
    assert {"reason", "path"} <= names
    assert {name for name, _ in told_details(dict.fromkeys(names, 1))}.isdisjoint(names)


def test_every_kind_of_security_event_has_words() -> None:
    told_otherwise = {"staff_access_set_up", "data_export_ready"}
    source = (
        "".join(path.read_text() for path in SOURCE.rglob("mails.py"))
        + (SOURCE / "identity/staff/set_up.py").read_text()
    )
    kinds = set(re.findall(r'register_security_mail\("(\w+)"', source))
    assert "factor_added" in kinds
    assert {f"security.{kind}" for kind in kinds - told_otherwise} <= set(WORDS)


def test_an_action_is_in_one_group() -> None:
    assert sum(len(group.words) for group in GROUPS) == len(WORDS)
    assert len({group.key for group in GROUPS}) == len(GROUPS)
