"""``kundenportal import_documents``: what becomes of each row, once, twice and changed."""

import datetime as dt
import json
import zipfile
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from kundenportal.audit.models import AuditEntry
from kundenportal.customers.models import Customer, Premise
from kundenportal.documents.models import Document, DocumentAccess, QuarantinedDocument
from kundenportal.documents.recall import recall_document
from kundenportal.documents.selectors import documents_of_premise, unopened
from kundenportal.erp.inbound import document_checker
from kundenportal.files.models import StoredFile
from kundenportal.files.services import read_file
from kundenportal.mailing.models import OutgoingMail
from tests.erp.deadly_pdfs import judge_unless_deadly
from tests.erp.deliveries import held_by_another_process, zip_delivery
from tests.erp.document_deliveries import (
    NUMBER,
    OTHER,
    bill,
    command,
    counts,
    faults,
    row,
    run,
    write_documents,
)
from tests.make import NOW, make_customer, make_premise, make_user
from tests.pdfs import make_pdf
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def customer() -> Customer:
    return make_customer(customer_number=NUMBER)


@pytest.fixture
def premise(customer: Customer) -> Premise:
    return make_premise(customer, erp_id="VS1")


def content_of(document: Document) -> bytes:
    assert document.file is not None
    return read_file(document.file)


def test_a_listed_document_is_visible_to_its_customer(premise: Premise, tmp_path: Path) -> None:
    report = run(write_documents(tmp_path, row(1), row(2, verbrauchsstelle="VS1", art="vertrag")))

    assert counts(report) == {"new": 2}
    assert not report.needs_somebody
    second, first = documents_of_premise(premise)
    assert (first.erp_id, first.title, first.kind, first.premise) == ("D1", "Rechnung 1", "rechnung", None)
    assert (second.erp_id, second.kind, second.premise) == ("D2", "vertrag", premise)
    assert first.document_date == dt.date(2026, 1, 20)
    assert first.page_count == 1
    assert content_of(first) == bill(NUMBER, "Rechnung 1")
    entry = AuditEntry.objects.get(action="erp.documents_imported")
    assert entry.details["new"] == 2
    assert entry.details["sha256"] == report.sha256


def test_a_zip_file_and_the_older_dialect_are_read_alike(premise: Premise, tmp_path: Path) -> None:
    raw = 'titel;dokument;kundennummer;art;datum;datei;mehr\r\n"Preis;änderung";D1;12345;Mitteilung;20.01.2026;PDF/1.pdf;x\r\n'
    delivery = tmp_path / "delivery"
    write_documents(delivery, files={"pdf/1.pdf": bill()}, raw=raw.encode("cp1252"))

    report = run(zip_delivery(tmp_path / "d.zip", delivery, prefix="export/"))

    assert counts(report) == {"new": 1}
    assert report.notes == ["dokumente.csv: Unbekannte Spalten bleiben unbeachtet: mehr."]
    assert Document.objects.get().title == "Preis;änderung"


def test_the_same_delivery_again_changes_nothing(premise: Premise, tmp_path: Path) -> None:
    delivery = write_documents(tmp_path, row(1), row(2), files={"pdf/2.pdf": make_pdf(("ohne Nummer",))})
    run(delivery)
    before = snapshot(but=[AuditEntry])

    report = run(delivery, now=LATER)

    assert counts(report) == {"unchanged": 1, "waiting": 1}
    assert snapshot(but=[AuditEntry]) == before


def test_a_changed_content_is_a_new_version_that_is_news(premise: Premise, tmp_path: Path) -> None:
    user = make_user(premise.customer)
    run(write_documents(tmp_path, row()))
    document = Document.objects.get()
    DocumentAccess.objects.create(document=document, user=user, way="opened", at=NOW)
    OutgoingMail.objects.all().delete()
    old = document.file

    report = run(
        write_documents(tmp_path, row(titel="Berichtigt"), files={"pdf/1.pdf": bill(NUMBER, "neu")}),
        now=LATER,
    )

    assert counts(report) == {"replaced": 1}
    document.refresh_from_db()
    assert content_of(document) == bill(NUMBER, "neu")
    assert (document.title, document.published_at) == ("Berichtigt", LATER)
    assert list(unopened(documents_of_premise(premise), user)) == [document]
    assert old is not None
    assert not StoredFile.objects.filter(pk=old.pk).exists()
    assert OutgoingMail.objects.get().kind == "new_documents"
    assert AuditEntry.objects.get(action="document.replaced").subject == document.public_id


def test_changed_words_alone_are_no_news(premise: Premise, tmp_path: Path) -> None:
    run(write_documents(tmp_path, row()))
    content = (tmp_path / "pdf/1.pdf").read_bytes()
    changed = row(titel="Neuer Titel", art="mitteilung", datum="2026-02-01", verbrauchsstelle="VS1")

    report = run(write_documents(tmp_path, changed, files={"pdf/1.pdf": content}), now=LATER)

    assert counts(report) == {"amended": 1}
    document = Document.objects.get()
    assert (document.title, document.kind, document.premise) == ("Neuer Titel", "mitteilung", premise)
    assert document.published_at == NOW
    assert "neuer titel" in document.search_text
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "reason", "numbers", "told"),
    [
        (make_pdf(("Guten Tag",)), "number_missing", "", "Die Kundennummer steht nicht im Text."),
        (bill(OTHER), "other_number", OTHER, f"Im Text steht eine andere Kundennummer: {OTHER}."),
        (make_pdf(), "no_text", "", "Das Dokument enthält keinen lesbaren Text."),
    ],
)
def test_a_document_that_does_not_name_its_customer_waits_where_nobody_sees_it(
    premise: Premise, tmp_path: Path, content: bytes, reason: str, numbers: str, told: str
) -> None:
    make_user(premise.customer)

    report = run(write_documents(tmp_path, row(), files={"pdf/1.pdf": content}))

    assert counts(report) == {"quarantined": 1}
    assert report.needs_somebody
    assert f"dokumente.csv, Zeile 2: D1, {NUMBER} – {told}" in report.as_text()
    assert not Document.objects.exists()
    assert not OutgoingMail.objects.exists()
    waiting = QuarantinedDocument.objects.get()
    assert (waiting.reason, waiting.found_numbers, waiting.customer) == (reason, numbers, premise.customer)
    assert read_file(waiting.file) == content


def test_a_corrected_delivery_lets_it_out_of_quarantine(premise: Premise, tmp_path: Path) -> None:
    run(write_documents(tmp_path, row(), files={"pdf/1.pdf": bill(OTHER)}))
    in_quarantine = StoredFile.objects.get()

    report = run(write_documents(tmp_path, row()), now=LATER)

    assert counts(report) == {"new": 1}
    assert not QuarantinedDocument.objects.exists()
    assert StoredFile.objects.get() == Document.objects.get().file != in_quarantine


def test_the_right_customer_lets_it_out_of_quarantine_too(premise: Premise, tmp_path: Path) -> None:
    other = make_customer(customer_number=OTHER)
    content = bill(OTHER)
    run(write_documents(tmp_path, row(), files={"pdf/1.pdf": content}))

    report = run(write_documents(tmp_path, row(kundennummer=OTHER), files={"pdf/1.pdf": content}))

    assert counts(report) == {"new": 1}
    assert Document.objects.get().customer == other
    assert not QuarantinedDocument.objects.exists()


def test_a_doubtful_new_version_leaves_the_old_one_in_sight(premise: Premise, tmp_path: Path) -> None:
    run(write_documents(tmp_path, row()))

    report = run(write_documents(tmp_path, row(), files={"pdf/1.pdf": bill(OTHER)}), now=LATER)

    assert counts(report) == {"quarantined": 1}
    assert content_of(Document.objects.get()) == bill(NUMBER, "Rechnung 1")
    assert QuarantinedDocument.objects.get().erp_id == "D1"


@pytest.mark.parametrize(
    ("values", "column", "value", "reason"),
    [
        ({"kundennummer": "0099999/1"}, "kundennummer", "0099999/1", "Diese Kundennummer gibt es nicht."),
        ({"verbrauchsstelle": "VS9"}, "verbrauchsstelle", "VS9", "Diese Verbrauchsstelle gibt es nicht."),
        ({"verbrauchsstelle": "VS2"}, "verbrauchsstelle", "VS2", "Gehört nicht zu dieser Kundennummer."),
        ({"dokument": "D1"}, "dokument", "D1", "Kommt mehrfach vor."),
        ({"dokument": ""}, "dokument", "", "Der Wert fehlt."),
        ({"kundennummer": "x"}, "kundennummer", "x", "Keine Kundennummer; erwartet wird eine wie 0012345/1."),
        ({"datum": "31.02.2026"}, "datum", "31.02.2026", "Dieses Datum gibt es nicht."),
        ({"titel": ""}, "titel", "", "Der Wert fehlt."),
        ({"datei": "../2.pdf"}, "datei", "../2.pdf", "Kein Pfad einer PDF-Datei in der Lieferung."),
        ({"datei": "/etc/2.pdf"}, "datei", "/etc/2.pdf", "Kein Pfad einer PDF-Datei in der Lieferung."),
        ({"datei": "2.exe"}, "datei", "2.exe", "Kein Pfad einer PDF-Datei in der Lieferung."),
        ({"datei": "fehlt.pdf"}, "datei", "fehlt.pdf", "Die Datei fehlt in der Lieferung."),
    ],
)
def test_a_bad_row_is_told_and_the_others_are_imported(
    premise: Premise, tmp_path: Path, values: dict[str, str], column: str, value: str, reason: str
) -> None:
    make_premise(make_customer(customer_number=OTHER), erp_id="VS2")
    files = {"pdf/2.pdf": bill(), "fehlt.pdf": None}
    delivery = write_documents(tmp_path / "d", row(1), row(2, **values), row(3), files=files)

    report = run(delivery)

    assert faults(report) == [(3, column, value, reason)]
    assert report.needs_somebody
    assert set(Document.objects.values_list("erp_id", flat=True)) == {"D1", "D3"}
    assert not QuarantinedDocument.objects.exists()


def test_other_kinds_than_the_four_are_refused(premise: Premise, tmp_path: Path) -> None:
    report = run(write_documents(tmp_path, row(art="mandat")))
    told = "Möglich sind: rechnung, vertrag, preisinformation, mitteilung."
    assert faults(report) == [(2, "art", "mandat", told)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Die Datei ist leer."),
        (b"<html><script>alert(1)</script>", "Die Datei ist kein PDF."),
        (b"%PDF-1.7 and nothing", "Die Datei ist beschädigt."),
        (make_pdf(catalog="/OpenAction << /S /JavaScript /JS (1) >>"), "Die Datei enthält JavaScript."),
        (
            make_pdf(catalog="/Names << /EmbeddedFiles << >> >>"),
            "Die Datei enthält eine eingebettete Datei.",
        ),
        (make_pdf(*[()] * 501), "Die Datei hat mehr als 500 Seiten."),
        (b"%PDF-1.7" + b" " * (15 << 20), "Die Datei hat 15 MB; erlaubt sind 15."),
    ],
)
def test_a_file_that_is_no_plain_pdf_is_never_stored(
    premise: Premise, tmp_path: Path, content: bytes, reason: str
) -> None:
    report = run(write_documents(tmp_path, row(1), row(2), files={"pdf/1.pdf": content}))

    assert faults(report) == [(2, "datei", "pdf/1.pdf", reason)]
    assert StoredFile.objects.count() == 1
    assert Document.objects.get().erp_id == "D2"


def test_a_title_or_name_full_of_markup_is_just_a_text(premise: Premise, tmp_path: Path) -> None:
    values = {"titel": '<script>alert("1")</script>', "datei": "pdf/<img src=x>&'.pdf"}
    report = run(write_documents(tmp_path, row(**values)))
    assert counts(report) == {"new": 1}
    assert Document.objects.get().title == values["titel"]


def test_a_customer_who_left_gets_his_last_bill(tmp_path: Path) -> None:
    customer = make_customer(customer_number=NUMBER, ended_at=NOW)
    make_premise(customer, erp_id="VS1", ended_at=NOW)
    assert counts(run(write_documents(tmp_path, row(verbrauchsstelle="VS1")))) == {"new": 1}


def test_an_id_of_another_customer_is_refused(premise: Premise, tmp_path: Path) -> None:
    make_customer(customer_number=OTHER)
    run(write_documents(tmp_path, row()))
    before = snapshot(but=[AuditEntry])

    report = run(write_documents(tmp_path, row(kundennummer=OTHER)), now=LATER)

    told = "Dieses Dokument liegt bei einem anderen Kunden. Ist das falsch, ziehen Sie es zurück."
    assert faults(report) == [(2, "kundennummer", OTHER, told)]
    assert snapshot(but=[AuditEntry]) == before


def recall(document: Document) -> None:
    recall_document(document=document, reason="falsch", actor="operator", holder=None, now=NOW)


def test_what_was_recalled_does_not_come_back_by_the_same_delivery(premise: Premise, tmp_path: Path) -> None:
    delivery = write_documents(tmp_path, row())
    run(delivery)
    recall(Document.objects.get())

    report = run(delivery, now=LATER)

    told = "Dieses Dokument wurde zurückgezogen und wird so nicht noch einmal eingelesen."
    assert faults(report) == [(2, "dokument", "D1", told)]
    assert not documents_of_premise(premise).exists()


def test_after_a_recall_the_right_content_and_the_right_customer_are_taken(
    premise: Premise, tmp_path: Path
) -> None:
    other = make_customer(customer_number=OTHER)
    wrong = bill(NUMBER, OTHER)
    run(write_documents(tmp_path, row(1), row(2), files={"pdf/2.pdf": wrong}))
    for document in Document.objects.all():
        recall(document)

    right = row(2, kundennummer=OTHER)
    report = run(
        write_documents(
            tmp_path, row(1), right, files={"pdf/1.pdf": bill(NUMBER, "neu"), "pdf/2.pdf": wrong}
        ),
        now=LATER,
    )

    assert counts(report) == {"new": 2}
    visible = Document.objects.filter(recalled_at=None)
    assert {(each.erp_id, each.customer) for each in visible} == {("D1", premise.customer), ("D2", other)}
    assert Document.objects.count() == 4


def test_a_dry_run_tells_the_same_and_changes_nothing(premise: Premise, tmp_path: Path) -> None:
    make_user(premise.customer)
    first = write_documents(tmp_path / "1", row(1), row(2), row(3))
    run(first)
    rows = [row(1), row(2, titel="Anders"), row(3), row(4), row(5), row(6, kundennummer="0099999/1")]
    files = {
        "pdf/2.pdf": bill(NUMBER, "Rechnung 2"),
        "pdf/3.pdf": bill(NUMBER, "neu"),
        "pdf/5.pdf": bill(OTHER),
    }
    second = write_documents(tmp_path / "2", *rows, files=files)
    before = snapshot()

    rehearsed = run(second, is_dry_run=True, now=LATER)

    assert snapshot() == before
    assert "Probelauf: Nichts wurde geändert." in rehearsed.as_text()
    done = run(second, now=LATER)
    assert rehearsed.counts() == done.counts()
    assert faults(rehearsed) == faults(done)
    assert [(each.customer_number, each.title) for each in rehearsed.rehearsed] == [
        (NUMBER, "Rechnung 3"),
        (NUMBER, "Rechnung 4"),
    ]
    assert done.rehearsed == []
    assert "Rechnung 3" not in json.dumps(rehearsed.as_json())
    assert counts(done) == {"new": 1, "replaced": 1, "amended": 1, "unchanged": 1, "quarantined": 1}


def test_many_documents_are_checked_by_several_processes_and_filed_in_lots(
    premise: Premise, tmp_path: Path
) -> None:
    rows = [row(place) for place in range(230)]
    files = {"pdf/7.pdf": bill(OTHER), "pdf/8.pdf": b"%PDF-", "pdf/225.pdf": make_pdf()}

    report = run(write_documents(tmp_path, *rows, files=files))

    assert counts(report) == {"new": 227, "quarantined": 2}
    assert [each.erp_id for each in report.listed] == ["D7", "D225"]
    assert faults(report) == [(10, "datei", "pdf/8.pdf", "Die Datei ist beschädigt.")]
    assert Document.objects.count() == 227
    assert AuditEntry.objects.filter(action="document.delivered").count() == 2
    assert all(content_of(each) == bill(NUMBER, each.title) for each in Document.objects.all()[:5])


def test_a_pdf_that_kills_a_process_is_refused_and_the_others_are_filed(
    premise: Premise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_checker, "judge", judge_unless_deadly)
    rows = [row(place) for place in range(25)]

    report = run(write_documents(tmp_path, *rows, files={"pdf/7.pdf": bill(NUMBER, "DEADLY")}))

    assert faults(report) == [(9, "datei", "pdf/7.pdf", "Die Datei ist beschädigt.")]
    assert counts(report) == {"new": 24}


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", (0, "", "", "Die Datei ist leer.")),
        (b"dokument;titel\nD1;x\n", (1, "", "", "Es fehlen Spalten: kundennummer, art, datum, datei.")),
        (
            "dokument\n".encode("utf-16"),
            (1, "", "", "Die Datei ist in UTF-16 geschrieben; erwartet wird UTF-8."),
        ),
    ],
)
def test_an_unreadable_list_is_refused(
    premise: Premise, tmp_path: Path, raw: bytes, fault: tuple[int, str, str, str]
) -> None:
    report = run(write_documents(tmp_path, raw=raw))
    assert faults(report) == [fault]
    assert not Document.objects.exists()


def test_a_delivery_without_a_list_is_refused(tmp_path: Path) -> None:
    assert faults(run(tmp_path)) == [(0, "", "", "Die Datei fehlt.")]


def test_a_damaged_file_in_a_zip_is_a_fault_of_its_row(premise: Premise, tmp_path: Path) -> None:
    delivery = write_documents(tmp_path / "d", row(1), row(2))
    path = zip_delivery(tmp_path / "d.zip", delivery)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo("pdf/1.pdf").header_offset + 60
    content[place : place + 40] = bytes(40)
    path.write_bytes(content)

    report = run(path)

    ((line, column, value, reason),) = faults(report)
    assert (line, column, value) == (2, "datei", "pdf/1.pdf")
    assert "nicht lesbar" in reason
    assert Document.objects.get().erp_id == "D2"


class TestMail:
    def test_a_login_hears_once_of_everything_new_for_a_customer(
        self, premise: Premise, tmp_path: Path
    ) -> None:
        second = make_customer(customer_number=OTHER)
        user = make_user(premise.customer, second)
        make_customer(customer_number="0012347/1")
        rows = [row(1), row(2), row(3, kundennummer=OTHER), row(4, kundennummer="0012347/1")]

        run(write_documents(tmp_path, *rows))

        mails = OutgoingMail.objects.order_by("customer_id")
        assert [(mail.kind, mail.recipient, mail.customer_id) for mail in mails] == [
            ("new_documents", user.email, customer) for customer in sorted((premise.customer_id, second.pk))
        ]
        for mail in mails:
            assert mail.next_try_at == NOW + dt.timedelta(minutes=15)
            assert "Rechnung" not in json.dumps(mail.context)

    def test_a_second_import_meanwhile_needs_no_second_mail(self, premise: Premise, tmp_path: Path) -> None:
        make_user(premise.customer)
        run(write_documents(tmp_path, row(1)))
        run(write_documents(tmp_path, row(1), row(2)), now=NOW + dt.timedelta(minutes=5))
        assert OutgoingMail.objects.count() == 1

    def test_a_mail_that_left_is_followed_by_another(self, premise: Premise, tmp_path: Path) -> None:
        make_user(premise.customer)
        run(write_documents(tmp_path, row(1)))
        OutgoingMail.objects.update(status="sent")
        run(write_documents(tmp_path, row(1), row(2)), now=LATER)
        assert OutgoingMail.objects.filter(status="waiting").count() == 1

    @pytest.mark.parametrize("values", [{"awaits_letter": True}, {"held_until": LATER}])
    def test_a_restricted_access_hears_nothing(
        self, premise: Premise, tmp_path: Path, values: dict[str, object]
    ) -> None:
        make_user(premise.customer).account_links.update(**values)
        run(write_documents(tmp_path, row(1)))
        assert not OutgoingMail.objects.exists()

    def test_nobody_holds_the_customer(self, premise: Premise, tmp_path: Path) -> None:
        make_user(premise.customer).account_links.update(ended_at=NOW)
        run(write_documents(tmp_path, row(1)))
        assert not OutgoingMail.objects.exists()


class TestCommand:
    def test_all_is_well(self, premise: Premise, tmp_path: Path) -> None:
        code, text = command("import_documents", str(write_documents(tmp_path, row(1))))
        assert code == 0
        assert "neu                  1\n" in text
        assert text.endswith("Fertig.\n")

    def test_somebody_is_needed(self, premise: Premise, tmp_path: Path) -> None:
        files = {"pdf/1.pdf": bill(OTHER)}
        delivery = write_documents(
            tmp_path / "d", row(1), row(2), row(3, kundennummer="0099999/1"), files=files
        )
        report = tmp_path / "report.json"

        code, text = command("import_documents", str(delivery), "--report", str(report))

        assert code == 1
        assert "In Quarantäne, bis jemand sie freigibt:" in text
        assert "Zeile 4, Spalte kundennummer: „0099999/1“ – Diese Kundennummer gibt es nicht." in text
        told = json.loads(report.read_text())
        assert (told["new"], told["quarantined"], told["error_count"]) == (1, 1, 1)
        assert told["in_quarantine"][0]["erp_id"] == "D1"
        assert told["errors"][0]["column"] == "kundennummer"

    def test_a_delivery_that_is_none_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "d.zip"
        path.write_bytes(b"no zip")
        code, text = command("import_documents", str(path))
        assert code == 1
        assert "nicht lesbar" in text
        assert "Abgelehnt: Nichts wurde geändert." in text

    def test_what_is_not_there_is_a_fault_of_usage(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="gibt es nicht") as refused:
            command("import_documents", str(tmp_path / "fehlt"))
        assert refused.value.returncode == 2

    def test_two_imports_at_once_are_one(self, premise: Premise, tmp_path: Path) -> None:
        delivery = write_documents(tmp_path, row(1))
        with held_by_another_process("documents"):
            code, text = command("import_documents", str(delivery))
        assert code == 1
        assert "Es läuft gerade ein anderer Import von Dokumenten." in text
        assert not Document.objects.exists()
