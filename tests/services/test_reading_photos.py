"""Photos of meters are stored with their readings, or neither is."""

from decimal import Decimal

import pytest

from kundenportal.metering.models import ReadingPhoto
from kundenportal.metering.rules import NewReading
from kundenportal.metering.services import ReadingToSubmit, submit_meter_readings
from kundenportal.submissions.models import Submission, Upload
from kundenportal.submissions.uploads import UploadGone
from tests.all_or_nothing import assert_all_or_nothing
from tests.contact import make_upload
from tests.make import NOW, TODAY, Household, make_household
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def household() -> Household:
    return make_household()


def send(household: Household, upload: Upload) -> Submission:
    return submit_meter_readings(
        actor=household.user,
        premise=household.premise,
        readings=[ReadingToSubmit(household.strom.pk, NewReading(TODAY, Decimal(24_318)))],
        confirmed=(),
        key="key-1",
        now=NOW,
        photos={household.strom.meter_id: upload.public_id},
    )


def test_nothing_is_stored_and_the_photo_still_waits_when_any_statement_fails(household: Household) -> None:
    upload = make_upload(household.user, household.premise)
    assert_all_or_nothing(lambda: send(household, upload))
    assert ReadingPhoto.objects.get().file == upload.file
    stored = snapshot()
    send(household, upload)
    assert snapshot() == stored


def test_a_photo_that_is_gone_stops_the_readings(household: Household) -> None:
    upload = make_upload(household.user, household.premise)
    Upload.objects.all().delete()
    before = snapshot()
    with pytest.raises(UploadGone):
        send(household, upload)
    assert snapshot() == before
