"""Which submissions may belong to nobody: meter readings that came without a login, and no others."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kundenportal.submissions.models import NotPlaced, Submission
from kundenportal.submissions.services import open_submission
from tests.make import NOW, make_premise, make_reading_submission
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

PUBLIC = Submission.Channel.PUBLIC


def test_a_public_reading_may_belong_to_nobody() -> None:
    kind = Submission.Kind.METER_READING
    submission = open_submission(kind, premise=None, actor=None, key="key-1", now=NOW, channel=PUBLIC)

    assert (submission.customer, submission.premise, submission.submitted_by) == (None, None, None)
    for read in (lambda: submission.owner, lambda: submission.place):
        with pytest.raises(NotPlaced, match=submission.reference):
            read()


def test_what_belongs_to_a_customer_says_whose_it_is() -> None:
    submission = make_reading_submission()

    assert submission.owner == submission.customer
    assert submission.place == submission.premise


@pytest.mark.parametrize(
    "change",
    [
        {"customer": None, "premise": None},
        {"customer": None, "premise": None, "channel": "link"},
        {"customer": None, "channel": "public"},
        {"premise": None, "channel": "public"},
        {"kind": "advance_payment", "channel": "public"},
        {"kind": "address_change", "channel": "link"},
    ],
    ids=str,
)
def test_the_database_refuses(change: dict[str, Any]) -> None:
    submission = make_reading_submission()
    before = snapshot()

    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(**change)

    assert snapshot() == before


def test_a_submission_of_a_premise_belongs_to_its_customer() -> None:
    premise = make_premise()
    kind = Submission.Kind.METER_READING
    submission = open_submission(kind, premise=premise, actor=None, key="key-1", now=NOW, channel=PUBLIC)
    assert submission.customer == premise.customer
