"""``kundenportal create_reading_links``: a link and a QR code for every card that is printed."""

import csv
import datetime as dt
import stat
from io import StringIO
from pathlib import Path

import pytest
import segno
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from kundenportal.erp.outbound import reading_cards
from kundenportal.metering.models import ReadingLink
from tests.make import NOW, TODAY, Household, make_customer, make_household, make_premise, make_register
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def household() -> Household:
    return make_household()


def make(directory: Path, *arguments: str, until: str = "2026-12-15") -> str:
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("create_reading_links", str(directory), "--until", until, *arguments, stdout=out)
    return out.getvalue()


def rows_in(directory: Path) -> list[dict[str, str]]:
    with (directory / "links.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_a_card_has_who_where_which_meters_until_when_and_the_link(household: Household, tmp_path: Path):
    told = make(tmp_path / "karten")

    assert told == f"{tmp_path}/karten: 1 Link, gültig bis 15.12.2026.\n"
    (row,) = rows_in(tmp_path / "karten")
    link = row.pop("link")
    assert row == {
        "kundennummer": "0014026/1",
        "verbrauchsstelle": household.premise.erp_id,
        "name": "Michael Bauer",
        "strasse": "Lindenstraße",
        "hausnummer": "12",
        "plz": "91560",
        "ort": "Musterbach",
        "zaehlernummern": "7 ELS00 1182 0096, 1 EMH00 0451 2873, 8 SEN01 6634 1120",
        "gueltig_bis": "2026-12-15",
        "qr": "qr-000001.png",
    }
    assert link.startswith("http://localhost:8000/z/")
    with time_machine.travel(NOW, tick=False):
        assert Client().get(link.removeprefix("http://localhost:8000")).status_code == 200


def test_no_name_is_a_formula_where_the_list_is_opened_in_a_spreadsheet(tmp_path: Path):
    for name in ("-", "@SUM(A1)"):
        make_register(make_premise(make_customer(first_name="", last_name=name)))
    make(tmp_path / "karten")
    assert sorted(row["name"] for row in rows_in(tmp_path / "karten")) == ["'@SUM(A1)", "-"]


@pytest.mark.parametrize(("kind", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_the_picture_is_the_code_of_the_link(household: Household, tmp_path: Path, kind: str, begins: bytes):
    make(tmp_path / "karten", "--qr", kind)
    (row,) = rows_in(tmp_path / "karten")
    picture = (tmp_path / "karten" / row["qr"]).read_bytes()
    assert picture.startswith(begins)
    code = segno.make(row["link"], error="q", micro=False)
    assert code.version <= 7
    if kind == "svg":
        width = code.symbol_size(scale=8)[0]
        assert f'width="{width}"' in picture.decode()


def test_who_has_nothing_to_read_gets_no_card(household: Household, tmp_path: Path):
    make_register(is_remote=True)
    make_register(removed_date=TODAY - DAY)
    make_register(make_premise(end_date=TODAY - DAY))
    make_register(make_premise(ended_at=NOW))
    make_register(make_premise(begin_date=TODAY + DAY))
    make_premise()
    make(tmp_path / "karten")
    assert [row["verbrauchsstelle"] for row in rows_in(tmp_path / "karten")] == [household.premise.erp_id]


def test_divisions_and_a_list_choose_the_premises(household: Household, tmp_path: Path):
    garden = make_premise(make_customer(), erp_id="GARTEN")
    make_register(garden, division="wasser")
    make(tmp_path / "wasser", "--division", "wasser")
    make(tmp_path / "strom", "--division", "strom", "--division", "gas")
    (tmp_path / "liste.txt").write_text("\ufeffGARTEN \n\n", encoding="utf-8")
    make(tmp_path / "liste", "--premises", str(tmp_path / "liste.txt"))
    found = {
        name: [row["verbrauchsstelle"] for row in rows_in(tmp_path / name)]
        for name in ("wasser", "strom", "liste")
    }
    home = household.premise.erp_id
    assert found == {"wasser": sorted(["GARTEN", home]), "strom": [home], "liste": ["GARTEN"]}


def test_an_empty_list_chooses_nobody(household: Household, tmp_path: Path):
    (tmp_path / "liste.txt").write_text("\n")
    assert "0 Links" in make(tmp_path / "karten", "--premises", str(tmp_path / "liste.txt"))
    assert not ReadingLink.objects.exists()


def test_cards_are_made_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading_cards, "_PREMISES_AT_A_TIME", 2)
    for _ in range(5):
        make_register()
    make(tmp_path / "karten")
    rows = rows_in(tmp_path / "karten")
    assert len({row["link"] for row in rows}) == ReadingLink.objects.count() == 5
    assert [row["qr"] for row in rows] == [f"qr-00000{number}.png" for number in range(1, 6)]


def test_the_directory_is_its_owner_s_alone(household: Household, tmp_path: Path):
    make(tmp_path / "karten")
    assert stat.S_IMODE((tmp_path / "karten").stat().st_mode) == 0o700
    assert [path.name for path in tmp_path.iterdir()] == ["karten"]


@pytest.mark.parametrize(
    ("arguments", "until", "told"),
    [
        ((), "2026-11-21", "Der 21.11.2026 ist schon vorbei."),
        (("--premises", "{list}"), "2026-12-15", "Ohne laufenden Vertrag oder ablesbaren Zähler: NIX."),
        (("--premises", "{list}.fehlt"), "2026-12-15", "Nicht geschrieben"),
    ],
)
def test_what_cannot_be_made_is_told_and_nothing_is_made(
    household: Household, tmp_path: Path, arguments: tuple[str, ...], until: str, told: str
):
    (tmp_path / "liste").write_text(f"NIX\n{household.premise.erp_id}\n")
    before = snapshot()
    filled = [each.format(list=tmp_path / "liste") for each in arguments]
    with pytest.raises(CommandError, match=told):
        make(tmp_path / "karten", *filled, until=until)
    assert snapshot() == before
    assert not (tmp_path / "karten").exists()


def test_a_directory_that_is_there_stays_as_it_is(household: Household, tmp_path: Path):
    (tmp_path / "karten").mkdir()
    before = snapshot()
    with pytest.raises(CommandError, match="gibt es schon"):
        make(tmp_path / "karten")
    assert snapshot() == before


def test_a_day_that_is_none_is_wrong_usage(tmp_path: Path):
    with pytest.raises(CommandError, match="kein Datum"):
        make(tmp_path / "karten", until="bald")
