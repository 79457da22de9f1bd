"""Which deliveries are opened, and which are traps."""

import struct
import zipfile
from pathlib import Path

import pytest

from kundenportal.customers.models import Customer
from kundenportal.erp.inbound import source as source_module
from kundenportal.erp.inbound.source import SourceRefused, open_source
from tests.erp.deliveries import command, write_delivery, zip_delivery


def make_zip(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    return path


def link_entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o120777 << 16
    return entry


@pytest.mark.parametrize("prefix", ["", "lieferung/"])
def test_a_zip_file_is_read_like_a_directory(tmp_path, prefix):
    directory = write_delivery(tmp_path / "d")
    packed = open_source(zip_delivery(tmp_path / "d.zip", directory, prefix=prefix))

    for each in (open_source(directory), packed):
        with each.open("kunden.csv") as stream:
            assert stream.read() == (directory / "kunden.csv").read_bytes()
        assert each.size("kunden.csv") == (directory / "kunden.csv").stat().st_size
        assert "dokumente.csv" not in each


def test_names_are_compared_without_case(tmp_path):
    (tmp_path / "KUNDEN.CSV").write_text("x")

    assert "kunden.csv" in open_source(tmp_path)


def test_the_sum_of_a_directory_is_that_of_its_files_whatever_the_case_of_their_names(tmp_path):
    empty = open_source(tmp_path).digest()
    (tmp_path / "KUNDEN.CSV").write_text("x")
    one = open_source(tmp_path).digest()
    (tmp_path / "KUNDEN.CSV").write_text("y")

    assert len({empty, one, open_source(tmp_path).digest()}) == 3


def test_a_file_that_is_gone_when_it_is_summed_up_refuses_the_delivery(tmp_path):
    directory = open_source(write_delivery(tmp_path / "d"))
    (tmp_path / "d" / "zaehler.csv").unlink()

    with pytest.raises(SourceRefused, match=r"zaehler\.csv ist nicht lesbar"):
        directory.digest()


def test_two_files_of_the_same_name_are_refused(tmp_path):
    (tmp_path / "KUNDEN.CSV").write_text("x")
    (tmp_path / "kunden.csv").write_text("y")

    with pytest.raises(SourceRefused, match="zweimal"):
        open_source(tmp_path)


@pytest.mark.parametrize("name", ["kunden.csv", "pdf"])
def test_a_symbolic_link_in_a_directory_is_refused(tmp_path, name):
    (tmp_path / name).symlink_to("/etc/passwd" if "." in name else "/etc")

    with pytest.raises(SourceRefused, match="symbolische Verknüpfung"):
        open_source(tmp_path)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("../kunden.csv", "führt aus der Lieferung hinaus"),
        ("a/../../kunden.csv", "führt aus der Lieferung hinaus"),
        ("/etc/kunden.csv", "führt aus der Lieferung hinaus"),
        ("C:/kunden.csv", "führt aus der Lieferung hinaus"),
        ("a\\..\\kunden.csv", "führt aus der Lieferung hinaus"),
        ("more.zip", "ein Archiv im Archiv"),
        ("pdf/more.tar.GZ", "ein Archiv im Archiv"),
        (link_entry("link.csv"), "symbolische Verknüpfung"),
    ],
)
def test_an_entry_that_leads_elsewhere_is_refused(tmp_path, entry, reason):
    path = make_zip(tmp_path / "d.zip", ("kunden.csv", b"x"), (entry, b"content"))

    with pytest.raises(SourceRefused, match=reason):
        open_source(path)


def test_a_dense_entry_is_refused(tmp_path):
    path = make_zip(tmp_path / "d.zip", ("kunden.csv", bytes(2_000_000)), ("x", bytes(range(256)) * 400))

    with pytest.raises(SourceRefused, match="zu dicht gepackt"):
        open_source(path)


def test_many_small_dense_entries_are_refused(tmp_path):
    path = make_zip(tmp_path / "d.zip", *((f"{number}.csv", bytes(900_000)) for number in range(5)))

    with pytest.raises(SourceRefused, match="zu dicht gepackt"):
        open_source(path)


def test_too_many_entries_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(source_module, "MAX_ZIP_ENTRIES", 3)
    path = make_zip(tmp_path / "d.zip", *((f"{number}.csv", b"") for number in range(4)))

    with pytest.raises(SourceRefused, match="enthält 4 Einträge; erlaubt sind 3"):
        open_source(path)


def test_too_much_content_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(source_module, "MAX_UNPACKED_BYTES", 1000)
    path = make_zip(tmp_path / "d.zip", ("kunden.csv", b"x" * 1001))

    with pytest.raises(SourceRefused, match="zu viel"):
        open_source(path)


def test_an_encrypted_entry_is_refused(tmp_path):
    path = make_zip(tmp_path / "d.zip", ("kunden.csv", b"x"))
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(content)

    with pytest.raises(SourceRefused, match="verschlüsselt"):
        open_source(path)


def test_an_entry_that_lies_about_its_size_is_never_read_past_it(tmp_path):
    path = make_zip(tmp_path / "d.zip", ("kunden.csv", bytes(range(256)) * 5000))
    content = bytearray(path.read_bytes())
    struct.pack_into("<L", content, content.index(b"PK\x01\x02") + 24, 100)
    path.write_bytes(content)
    source = open_source(path)

    with pytest.raises(SourceRefused, match="nicht lesbar"), source.open("kunden.csv") as stream:
        assert len(stream.read()) <= 100


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(10)])
def test_a_file_that_is_no_zip_is_refused(tmp_path, content):
    (tmp_path / "d.zip").write_bytes(content)

    with pytest.raises(SourceRefused, match="nicht lesbar"):
        open_source(tmp_path / "d.zip")


@pytest.mark.django_db
def test_a_damaged_zip_file_is_refused_and_nothing_imported(tmp_path):
    path = zip_delivery(tmp_path / "d.zip", write_delivery(tmp_path / "d"))
    content = bytearray(path.read_bytes())
    content[60:90] = bytes(30)
    path.write_bytes(content)

    code, told = command(path)

    assert code == 1
    assert "ist nicht lesbar" in told
    assert told.endswith("Abgelehnt: Nichts wurde geändert.\n")
    assert not Customer.objects.exists()
