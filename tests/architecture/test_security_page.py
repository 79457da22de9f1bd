"""The page about security names tests that exist, every attacker of the drill and every way to sign in."""

import re
from pathlib import Path

import pytest

from kundenportal.identity.models import User
from tests.make import make_household
from tests.personas import sign_in

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
PAGE, OPERATIONS = (
    (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("security.md", "operations.md")
)
VIEWS = ROOT / "src" / "kundenportal" / "selfservice" / "views"
OFFICE_VIEWS = ROOT / "src" / "kundenportal" / "backoffice" / "views"

_FILE = re.compile(r"`([a-z]+/test_\w+\.py)(?:::(test_\w+))?`")
_WAY_IN = re.compile(r"\b(?:complete|continue)_sign_in\(")


def section(title: str) -> str:
    """Return what stands under a heading of the page."""
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def names_on(text: str) -> set[tuple[str, str]]:
    return set(_FILE.findall(text))


def functions_in(path: Path) -> set[str]:
    return set(re.findall(r"^def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", sorted(names_on(PAGE) | names_on(OPERATIONS)), ids="::".join)
def test_a_named_test_exists(name: tuple[str, str]) -> None:
    file, function = name
    assert (TESTS / file).is_file()
    assert not function or function in functions_in(TESTS / file)


def test_the_drill_s_table_has_every_attacker() -> None:
    drilled = {
        (f"drill/{path.name}", name)
        for path in (TESTS / "drill").glob("test_*.py")
        for name in functions_in(path)
    }
    assert names_on(section("The takeover drill")) == drilled
    assert len(drilled) >= 15


def test_the_page_lists_every_way_to_sign_in() -> None:
    ways = {
        f"`{path.stem}`{suffix}"
        for folder, suffix in ((VIEWS, ""), (OFFICE_VIEWS, " (back office)"))
        for path in folder.glob("*.py")
        if _WAY_IN.search(path.read_text(encoding="utf-8"))
    }
    assert set(re.findall(r"\| (`\w+`[^|]*) \|$", section("Ways to sign in"), re.MULTILINE)) == ways


@pytest.mark.django_db
def test_a_new_database_has_no_login() -> None:
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/auswahl/", "/konto/", "/konto/geraete/", "/konto/email/", "{premise}", "{readings}"]
)
def test_every_page_of_a_customer_offers_to_sign_out(client, path: str) -> None:
    household = make_household()
    sign_in(client, household.user)
    premise = f"/vs/{household.premise.public_id}/"
    response = client.get(path.format(premise=premise, readings=f"{premise}zaehlerstaende/"))
    assert response.status_code == 200
    assert 'action="/abmelden/"' in response.content.decode()
