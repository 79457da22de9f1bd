"""``/keller/`` and around: readings typed without reception, handed in by a prepared browser (ADR 19)."""

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.cellar.models import PreparedDevice, WaitingReadings
from kundenportal.cellar.services import GOOD_FOR, WAITS_FOR, delete_old_waiting
from kundenportal.identity.forget_login import forget_login
from kundenportal.identity.locking import lock_login
from kundenportal.identity.models import AttemptCounter, User
from kundenportal.identity.services import set_password
from kundenportal.linking.models import AccountLink, LoginMerge
from kundenportal.linking.services.merging import absorb_login, undo_merge
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import SubmittedReading
from kundenportal.selfservice.views.cellar import MOST_A_DAY
from kundenportal.submissions.models import Submission
from tests.cellar import BROWSER, prepare, prepared_device
from tests.make import NOW, Household, make_customer, make_premise, make_reading_submission, make_user
from tests.personas import sign_in
from tests.selfservice.reading_pages import text_of
from tests.snapshot import snapshot

KEY = "5e0c1b0e-9e42-4b7e-8d0a-4b6f1f0f7c21"
DAY = "2026-11-21"


@pytest.fixture
def token(household: Household) -> str:
    return prepare(household)


@pytest.fixture
def customer(client: Client, household: Household) -> Client:
    sign_in(client, household.user)
    return client


def typed(household: Household, **values: str) -> dict[str, str]:
    """Return fields as a browser keeps them, the values by the names of the household's registers."""
    fields = {f"stand-{getattr(household, name).pk}": value for name, value in values.items()}
    return {"ablesedatum": "21.11.2026", **fields}


def hand_in(token: str, fields: dict[str, str], key: str = KEY, day: str = DAY) -> Any:
    return post({"key": key, "day": day, "typed": fields}, token)


def post(body: Any, token: str) -> Any:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(
        "/keller/einreichen/",
        text,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )


def prepare_path(household: Household) -> str:
    return f"/vs/{household.premise.public_id}/zaehlerstaende/keller/"


def test_a_prepared_browser_gets_a_token_and_the_entry_form_without_a_name(
    customer: Client, household: Household
) -> None:
    answer = customer.post(prepare_path(household), {"geraet": BROWSER})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store, private"
    kept = answer.json()
    assert hand_in(kept["token"], typed(household, strom="24318")).json()["state"] == "arrived"
    for words in ("Lindenstraße 12", "1 EMH00 0451 2873", f'name="stand-{household.strom.pk}"'):
        assert words in kept["form"]
    for words in ("Bauer", "0014026", "beispiel.de", "csrfmiddlewaretoken"):
        assert words not in kept["form"]
    entry = AuditEntry.objects.get(action="cellar.prepared")
    assert (entry.actor, entry.customer_id) == (household.user.actor, household.customer.pk)


def test_the_same_browser_prepared_again_has_one_token_and_another_browser_its_own(
    household: Household, token: str
) -> None:
    other = prepare(household, browser=str(uuid.uuid4()))
    again = prepare(household)
    assert hand_in(token, typed(household, strom="24318")).status_code == 403
    assert hand_in(other, typed(household, strom="24318")).status_code == 200
    assert hand_in(again, typed(household, gas="9305"), key=str(uuid.uuid4())).status_code == 200
    assert PreparedDevice.objects.count() == 2


@pytest.mark.parametrize("case", ["no id", "an ended premise", "another customer's premise"])
def test_what_cannot_be_prepared_is_not_found_and_changes_nothing(
    customer: Client, household: Household, case: str
) -> None:
    sent = {} if case == "no id" else {"geraet": BROWSER}
    path = prepare_path(household)
    if case == "an ended premise":
        household.premise.ended_at = NOW
        household.premise.save()
    elif case == "another customer's premise":
        path = f"/vs/{make_premise(make_customer()).public_id}/zaehlerstaende/keller/"
    before = snapshot(but=[Session])
    assert customer.post(path, sent).status_code == 404
    assert snapshot(but=[Session]) == before


def test_what_is_plausible_arrives_as_if_it_had_been_sent_on_the_page(
    household: Household, token: str
) -> None:
    answer = hand_in(token, typed(household, strom="24318", gas="9305"))
    submission = Submission.objects.get()
    assert answer.json() == {"state": "arrived", "reference": submission.reference}
    assert (submission.submitted_by, submission.channel) == (household.user, Submission.Channel.PORTAL)
    values = SubmittedReading.objects.order_by("value").values_list("value", "reading_date")
    assert list(values) == [(9305, dt.date(2026, 11, 21)), (24318, dt.date(2026, 11, 21))]
    assert OutgoingMail.objects.get().kind == "reading_received"
    assert AuditEntry.objects.get(action="reading.submitted").actor == household.user.actor


def test_the_same_readings_handed_in_twice_are_stored_once(household: Household, token: str) -> None:
    first = hand_in(token, typed(household, strom="24318")).json()
    again = prepare(household)
    before = snapshot(but=[AttemptCounter])
    assert hand_in(again, typed(household, strom="24318")).json() == first
    assert snapshot(but=[AttemptCounter]) == before


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        pytest.param({"wasser": "641"}, "Bitte prüfen Sie Ihre Angaben", id="unusual"),
        pytest.param({"strom": "1"}, "ist kleiner als der letzte Stand", id="impossible"),
        pytest.param({"strom": "abc"}, "Bitte geben Sie nur Ziffern ein", id="no number"),
        pytest.param({}, "Bitte tragen Sie mindestens einen Zählerstand ein.", id="empty"),
    ],
)
def test_what_a_person_must_look_at_waits_and_leads_to_its_page(
    customer: Client, household: Household, token: str, values: dict[str, str], shown: str
) -> None:
    answer = hand_in(token, typed(household, **values)).json()
    assert answer["state"] == "waiting"
    assert not Submission.objects.exists()
    assert AuditEntry.objects.filter(action="cellar.waiting").count() == 1
    home = customer.get(f"/vs/{household.premise.public_id}/").content.decode()
    assert "Ein Stand wartet auf Ihre Prüfung." in home
    assert f'href="{answer["url"]}"' in home
    page = text_of(customer.get(answer["url"], follow=True))
    assert shown in page
    assert hand_in(token, typed(household, **values)).json() == answer
    assert OutgoingMail.objects.get().kind == "readings_waiting"
    assert WaitingReadings.objects.count() == 1


def test_readings_sent_since_settle_what_waited(customer: Client, household: Household, token: str) -> None:
    url = hand_in(token, typed(household, wasser="641")).json()["url"]
    make_reading_submission(
        household.wasser, submitted_by=household.user, received_at=NOW + dt.timedelta(minutes=1)
    )
    page = text_of(customer.get(url, follow=True))
    assert "Das ist schon erledigt: Sie haben seitdem Zählerstände gesendet." in page
    assert "wartet auf Ihre Prüfung" not in text_of(customer.get(f"/vs/{household.premise.public_id}/"))


def test_a_reading_of_another_meter_settles_nothing(
    customer: Client, household: Household, token: str
) -> None:
    url = hand_in(token, typed(household, wasser="641")).json()["url"]
    make_reading_submission(
        household.strom, submitted_by=household.user, received_at=NOW + dt.timedelta(minutes=1)
    )
    assert "641" in text_of(customer.get(url, follow=True))
    assert "wartet auf Ihre Prüfung" in text_of(customer.get(f"/vs/{household.premise.public_id}/"))


def test_a_word_for_a_day_means_the_day_on_which_it_was_typed(household: Household, token: str) -> None:
    fields = {**typed(household, strom="24318"), "ablesedatum": "gestern"}
    assert hand_in(token, fields, day="2026-11-20").json()["state"] == "arrived"
    assert SubmittedReading.objects.get().reading_date == dt.date(2026, 11, 19)


def test_a_remark_that_is_too_long_waits_for_a_person(household: Household, token: str) -> None:
    meter = household.strom.meter_id
    fields = {**typed(household, strom="24318"), f"bemerkung-{meter}": "x" * 3000}
    assert hand_in(token, fields).json()["state"] == "waiting"


def test_nobody_else_sees_what_waits(household: Household, token: str) -> None:
    url = hand_in(token, typed(household, wasser="641")).json()["url"]
    stranger = Client()
    sign_in(stranger, make_user(make_customer(), email="fremd@beispiel.de"))
    assert stranger.get(url).status_code == 404


def test_what_waits_goes_along_when_its_login_is_linked_and_comes_back_when_that_is_undone(
    client: Client, household: Household, token: str
) -> None:
    url = hand_in(token, typed(household, wasser="641")).json()["url"]
    kept = make_user(make_customer(), email="petra@beispiel.de")
    merge = absorb_login(kept, household.user, way=LoginMerge.Way.NUMBER, now=NOW)
    sign_in(client, kept)
    home = f"/vs/{household.premise.public_id}/"
    assert "Ein Stand wartet auf Ihre Prüfung." in text_of(client.get(home))
    assert "/pruefen/" in client.get(url)["Location"]

    undo_merge(merge, now=NOW)
    sign_in(client, User.objects.get(pk=household.user.pk))
    assert "Ein Stand wartet auf Ihre Prüfung." in text_of(client.get(home))


def test_what_was_settled_before_its_login_was_linked_stays_settled(
    client: Client, household: Household, token: str
) -> None:
    hand_in(token, typed(household, wasser="641"))
    later = NOW + dt.timedelta(seconds=1)
    make_reading_submission(household.wasser, submitted_by=household.user, received_at=later)
    kept = make_user(make_customer(), email="petra@beispiel.de")
    absorb_login(kept, household.user, way=LoginMerge.Way.NUMBER, now=later)
    sign_in(client, kept)
    page = text_of(client.get(f"/vs/{household.premise.public_id}/"))
    assert "Ein Stand wartet auf Ihre Prüfung." not in page


def _change_password(household: Household) -> None:
    set_password(household.user, password_hash="!", now=NOW)


def _lock(household: Household) -> None:
    lock_login(household.user, actor="staff:1", customer_id=household.customer.pk, now=NOW)


def _end_link(household: Household) -> None:
    AccountLink.objects.filter(user=household.user).update(ended_at=NOW)


def _end_contract(household: Household) -> None:
    household.premise.end_date = dt.date(2026, 11, 20)
    household.premise.save()


def _end_customer(household: Household) -> None:
    household.customer.ended_at = NOW
    household.customer.save()


def _grow_old(household: Household) -> None:
    secret = PreparedDevice.objects.get().secret
    secret.expires_at = NOW
    secret.save()


@pytest.mark.parametrize("end", [_change_password, _lock, _end_link, _end_contract, _end_customer, _grow_old])
def test_a_browser_hands_in_no_more_when_its_permission_is_over(
    household: Household, token: str, end: Callable[[Household], None]
) -> None:
    end(household)
    before = snapshot()
    answer = hand_in(token, typed(household, strom="24318"))
    assert (answer.status_code, answer.json()) == (403, {"state": "over"})
    assert snapshot() == before


@pytest.mark.parametrize("token", ["", "x", "ä" * 300, "Bearer Bearer"])
def test_who_has_no_token_hands_in_nothing(household: Household, token: str) -> None:
    before = snapshot()
    answer = Client().post(
        "/keller/einreichen/",
        json.dumps({"key": KEY, "typed": typed(household, strom="24318")}),
        content_type="application/json",
        HTTP_AUTHORIZATION=token,
    )
    assert answer.status_code == 403
    assert snapshot() == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"[" * 100_000,
        {"key": KEY, "day": DAY},
        {"key": KEY, "typed": {}},
        {"key": KEY, "day": "x", "typed": {}},
        {"key": "1", "day": DAY, "typed": {}},
        {"key": KEY, "day": DAY, "typed": []},
        {"key": KEY, "day": DAY, "typed": {"ablesedatum": 3}},
        {"key": KEY, "day": DAY, "typed": {"ablesedatum": "x" * 5001}},
        {"key": KEY, "day": DAY, "typed": {"ablesedatum": "\0"}},
        {"key": KEY, "day": DAY, "typed": {"ablesedatum": "\ud800"}},
        {"key": KEY, "day": DAY, "typed": {str(number): "" for number in range(401)}},
    ],
    ids=lambda body: str(body)[:30],
)
def test_what_no_script_of_ours_wrote_is_refused_and_stores_nothing(
    household: Household, token: str, body: Any
) -> None:
    def stored() -> list[int]:
        return [Submission.objects.count(), WaitingReadings.objects.count(), AuditEntry.objects.count()]

    before = stored()
    assert post(body, token).status_code == 400
    assert stored() == before


def test_a_login_hands_in_so_often_a_day_however_many_browsers_it_prepares(
    household: Household, token: str
) -> None:
    for _ in range(MOST_A_DAY):
        assert hand_in(token, typed(household, wasser="641")).status_code == 200
    for browser in (BROWSER, str(uuid.uuid4())):
        again = prepare(household, browser=browser)
        assert hand_in(again, typed(household, wasser="641")).status_code == 429


def test_the_page_that_is_kept_names_nobody_and_loads_only_what_a_page_loads(
    customer: Client, household: Household
) -> None:
    page = text_of(Client().get("/keller/"))
    assert "Sie sind offline. Zählerstände können Sie trotzdem erfassen." in page
    assert set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page)) <= set(
        re.findall(r'(?:src|href)="(/static/[^"]+)"', text_of(customer.get(prepare_path(household)[:-7])))
    )


def test_the_worker_is_a_script_for_the_whole_site_that_is_never_stale() -> None:
    worker = Client().get("/keller.js")
    assert worker["Content-Type"] == "text/javascript; charset=utf-8"
    assert worker["Service-Worker-Allowed"] == "/"
    assert "max-age=0" in worker["Cache-Control"]
    assert 'const PAGE = "/keller/";' in worker.content.decode()


def test_a_prepared_browser_stands_in_the_list_of_devices_and_can_be_ended(
    customer: Client, household: Household, token: str
) -> None:
    device = PreparedDevice.objects.get()
    page = text_of(customer.get("/konto/geraete/"))
    assert "Für den Keller bereit" in page
    assert "Firefox, Android" in page
    answer = customer.post(f"/konto/geraete/keller/{device.public_id}/beenden/", follow=True)
    assert "Nicht mehr bereit: Firefox, Android." in text_of(answer)
    assert customer.post(prepare_path(household), {"geraet": BROWSER, "erneuern": "1"}).status_code == 404
    assert hand_in(token, typed(household, strom="24318")).status_code == 403
    assert AuditEntry.objects.get(action="cellar.ended").subject == f"device:{device.public_id}"


def test_what_waits_is_forgotten_in_time_and_with_its_login(household: Household, token: str) -> None:
    hand_in(token, typed(household, wasser="641"))
    assert delete_old_waiting(NOW + WAITS_FOR) == 0
    assert delete_old_waiting(NOW + WAITS_FOR + dt.timedelta(seconds=1)) == 1
    hand_in(token, typed(household, wasser="641"))
    forget_login(User.objects.get(pk=household.user.pk), now=NOW)
    assert not WaitingReadings.objects.exists()
    assert not PreparedDevice.objects.exists()


def test_a_browser_stays_prepared_for_thirty_days(household: Household, token: str) -> None:
    assert prepared_device(household).secret.expires_at == NOW + GOOD_FOR == NOW + dt.timedelta(days=30)
