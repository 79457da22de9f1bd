"""Every page of customers and visitors is easy to read: Flesch-DE 60 or more (ux.md F14; docs/adr/0020).

The same measure as ``make accessibility``, without a browser and in every run, on a household whose names and values
never change.
"""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.page_text import own_text
from tests.personas import sign_in
from tests.readability import flesch_de, running_text
from tests.selfservice.document_pages import content_of
from tests.selfservice.test_access_matrix import Kind, Victim, of_kind, victim  # noqa: F401 (a fixture)
from tests.utilities import complete_utility

pytestmark = [pytest.mark.any_database, pytest.mark.usefixtures("victim")]

EASY = 60


def readability_of(page: str) -> float:
    return flesch_de(running_text(own_text(page)))


@pytest.mark.parametrize("kinds", [(Kind.OPEN, Kind.LINK), (Kind.OWN, Kind.OBJECT)])
def test_every_page_is_easy_to_read(
    request: pytest.FixtureRequest, settings: Settings, client: Client, kinds: tuple[Kind, ...]
) -> None:
    settings.UTILITY = complete_utility()
    household: Victim = request.getfixturevalue("victim")
    if Kind.OWN in kinds:
        sign_in(client, household.household.user)
    hard, measured = [], 0
    for name in of_kind(*kinds):
        answer = client.get(household.path(name))
        content = content_of(answer)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            measured += 1
            figure = readability_of(content.decode())
            if figure < EASY:
                hard.append(f"{name}: {figure:.0f}")
    assert not hard, hard
    assert measured > 30
