"""What browsers fetch: few files, small, kept for ever (performance.md, target 16)."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from kundenportal.ui.static_files import BUNDLES
from tests.make import make_household
from tests.personas import sign_in

FIRST_VISIT_BYTES = 80_000
FIRST_VISIT_REQUESTS = 8
SCRIPTS_BYTES = 12_000
FETCHED = re.compile(r'<(?:link rel="(?:stylesheet|preload)"|script|img)[^>]*(?:href|src)="([^"]+)"')


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path
    backend = {"BACKEND": "kundenportal.ui.static_files.PortalStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": backend}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def delivered(collected: Path, name: str) -> Path:
    """Return the file that a browser gets under this name."""
    return collected / staticfiles_storage.stored_name(name)


def size(path: Path) -> int:
    """Return how many bytes travel: compressed where compressing helps."""
    compressed = path.with_name(f"{path.name}.gz")
    return compressed.stat().st_size if compressed.exists() else path.stat().st_size


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_asks_for_no_further_file_of_its_kind(collected: Path, name: str) -> None:
    path = delivered(collected, name)

    assert re.search(r"\.[0-9a-f]{12}\.", path.name)
    assert not re.search(r"^\s*@?import\b", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_style_sheet_holds_every_component_in_order(collected: Path) -> None:
    css = delivered(collected, "ui/css/portal.css").read_text(encoding="utf-8")

    assert css.startswith("@layer reset, tokens, base, layout, components, states, print;")
    places = [css.index(each) for each in ("@font-face", ".kopf", ".stelle", ".zw__rollen", "@media print")]
    assert places == sorted(places)
    assert "/*" not in css


def test_every_style_sheet_is_part_of_the_bundle(settings: Settings) -> None:
    folder = Path(__file__).parents[2] / "src/kundenportal/ui/static/ui/css"
    imported = set(re.findall(r'@import "([^"]+)"', (folder / "portal.css").read_text(encoding="utf-8")))

    assert imported == {path.name for path in folder.glob("*.css")} - {"portal.css"}


def test_collecting_again_after_a_change_brings_the_change(collected: Path) -> None:
    before = delivered(collected, "ui/css/portal.css").read_bytes()

    call_command("collectstatic", interactive=False, verbosity=0)

    assert delivered(collected, "ui/css/portal.css").read_bytes() == before


def test_all_scripts_together_are_small(collected: Path) -> None:
    assert size(delivered(collected, "ui/js/portal.js")) <= SCRIPTS_BYTES


@pytest.mark.django_db
def test_a_first_visit_is_small_and_takes_few_requests(collected: Path, client: Client) -> None:
    household = make_household()
    sign_in(client, household.user)
    page = client.get(f"/vs/{household.premise.public_id}/").text
    fetched = set(FETCHED.findall(page))
    fonts = {
        delivered(collected, f"ui/fonts/{font}.woff2") for font in ("atkinson-next-de", "barlow-ziffern")
    }
    own = {collected / each.removeprefix("/static/") for each in fetched if each.startswith("/static/")}

    requests = 1 + len(fonts | own) + len([each for each in fetched if not each.startswith("/static/")])
    travelled = len(gzip.compress(page.encode())) + sum(size(path) for path in fonts | own)

    assert requests <= FIRST_VISIT_REQUESTS
    assert travelled <= FIRST_VISIT_BYTES
    assert len(own) >= 3


def test_the_fonts_and_icons_come_with_their_licences(collected: Path) -> None:
    ui = Path(__file__).parents[2] / "src/kundenportal/ui"

    assert (ui / "static/ui/fonts/OFL-atkinson-hyperlegible-next.txt").is_file()
    assert (ui / "static/ui/fonts/OFL-barlow-semi-condensed.txt").is_file()
    assert (ui / "icons/LICENSE-lucide.txt").is_file()
