"""Who asks the running portal about known and unknown people gets the same answers, byte by byte."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.enumeration import FLOWS, Asker, People, make_people
from tests.faults.processes import Service, environment_of_services, wait_until_healthy
from tests.ports import free_port

QUESTIONS = 8
BEHIND_A_PROXY = {"KUNDENPORTAL_TRUSTED_PROXIES": "127.0.0.1"}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]


@pytest.fixture
def people(db: None) -> People:
    return make_people(QUESTIONS)


@pytest.fixture
def port(people: People) -> Iterator[int]:
    port = free_port()
    environment = environment_of_services(port=port, smtp_url="smtp://127.0.0.1:1")
    web = Service("serve", "--port", str(port), "--workers", "1", environment=environment | BEHIND_A_PROXY)
    try:
        web.start()
        wait_until_healthy(port)
        yield port
    finally:
        web.kill()


def test_known_and_unknown_people_are_answered_alike(port: int, people: People) -> None:
    with closing(Asker(port)) as asker:
        for name, flow in FLOWS.items():
            known, unknown = asker.interleaved(flow, people, QUESTIONS)
            assert [answer.looks for answer in known] == [answer.looks for answer in unknown], name
            # Nobody was turned away, so the answers are about the people asked for.
            assert known[0].status in {303, 422}, name
