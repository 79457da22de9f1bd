"""Files on their way into a submission: taken in, kept for an hour, moved along, let go of."""

import datetime as dt

import pytest
from django.db import transaction

from kundenportal.files.accepted import JPEG, PDF, FileRefusal, FileRefused
from kundenportal.files.models import StoredFile
from kundenportal.files.services import read_file
from kundenportal.files.storage import private_storage
from kundenportal.identity.models import AttemptCounter
from kundenportal.submissions import uploads
from kundenportal.submissions.models import Upload
from kundenportal.submissions.uploads import (
    UploadGone,
    keep_longer,
    let_go_of_old_uploads,
    move_uploads,
    take_in_upload,
    uploads_of,
)
from tests.contact import make_upload
from tests.make import NOW, Household, make_customer, make_household, make_premise, make_user
from tests.snapshot import snapshot
from tests.strangers_files import HTML, exif_with_place, picture

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def household() -> Household:
    return make_household()


def take_in(household: Household, content: bytes, name: str = "Foto.png") -> Upload:
    return take_in_upload(
        user=household.user,
        premise=household.premise,
        name=name,
        content=content,
        kinds=[JPEG, PDF],
        now=NOW,
    )


def test_a_file_is_made_anew_and_kept_with_its_name(household: Household) -> None:
    upload = take_in(household, picture(image_format="PNG", exif=exif_with_place()))

    assert (upload.name, upload.file.media_type) == ("Foto.jpg", JPEG)
    content = read_file(upload.file)
    assert content[:2] == b"\xff\xd8"
    assert b"Telefon" not in content
    assert uploads_of(household.user, household.premise, [upload.public_id], now=NOW) == [upload]


def test_a_file_that_is_refused_leaves_nothing(household: Household) -> None:
    before = snapshot(but=[AttemptCounter])
    with pytest.raises(FileRefused) as refused:
        take_in(household, HTML)
    assert refused.value.refusal is FileRefusal.UNKNOWN_FORMAT
    assert snapshot(but=[AttemptCounter]) == before


def test_a_storage_that_is_full_is_told_and_leaves_no_row(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(private_storage()), "_save", full)
    with pytest.raises(FileRefused) as refused:
        take_in(household, picture())
    assert refused.value.refusal is FileRefusal.NOT_STORED
    assert (Upload.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_one_login_hands_in_no_more_than_sixty_files_an_hour(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_FILES_AN_HOUR", 1)
    take_in(household, picture())
    with pytest.raises(FileRefused) as refused:
        take_in(household, picture())
    assert refused.value.refusal is FileRefusal.TOO_OFTEN
    assert Upload.objects.count() == 1


def test_who_hands_in_files_that_take_all_of_the_time_gets_no_more_of_it(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kundenportal.files.apart._run", lambda *arguments: (-9, b""))
    told = []
    for _ in range(4):
        with pytest.raises(FileRefused) as refused:
            take_in(household, picture())
        told.append(refused.value.refusal)
    assert told == [*[FileRefusal.TOO_COSTLY] * 3, FileRefusal.TOO_OFTEN]


def test_only_ones_own_files_of_the_premise_in_view_are_found(household: Household) -> None:
    mine = make_upload(household.user, household.premise)
    elsewhere = make_upload(household.user, make_premise(household.customer))
    other = make_customer()
    others = make_upload(make_user(other, email="fremd@beispiel.de"), household.premise)
    ids = [others.public_id, mine.public_id, elsewhere.public_id, mine.public_id, "x\0", ""]

    assert uploads_of(household.user, household.premise, ids, now=NOW) == [mine]


def test_a_file_waits_for_an_hour_and_longer_when_its_form_is_shown_again(household: Household) -> None:
    upload = make_upload(household.user, household.premise)

    def found(now: dt.datetime) -> list[Upload]:
        return uploads_of(household.user, household.premise, [upload.public_id], now=now)

    assert found(NOW + 59 * MINUTE)
    assert not found(NOW + 60 * MINUTE)
    keep_longer([upload], now=NOW + 50 * MINUTE)
    assert found(NOW + 100 * MINUTE)


def test_moving_keeps_the_order_and_the_content(household: Household) -> None:
    first, second = (make_upload(household.user, household.premise) for _ in range(2))
    with transaction.atomic():
        moved = move_uploads(household.user, household.premise, [second.public_id, first.public_id])

    assert [each.public_id for each in moved] == [second.public_id, first.public_id]
    assert Upload.objects.count() == 0
    assert StoredFile.objects.count() == 2


def test_moving_what_is_gone_or_another_login_s_moves_nothing(household: Household) -> None:
    mine = make_upload(household.user, household.premise)
    others = make_upload(make_user(email="fremd@beispiel.de"), household.premise)
    before = snapshot()
    for ids in ([mine.public_id, "GONE"], [mine.public_id, others.public_id]):
        with pytest.raises(UploadGone), transaction.atomic():
            move_uploads(household.user, household.premise, ids)
    assert snapshot() == before


def test_files_whose_form_was_not_sent_are_let_go_of(household: Household) -> None:
    make_upload(household.user, household.premise)
    of_nobody = make_upload(make_user(email="weg@beispiel.de"), household.premise)
    assert of_nobody.user is not None
    of_nobody.user.delete()
    young = make_upload(household.user, household.premise, now=NOW + MINUTE)

    assert let_go_of_old_uploads(NOW + 60 * MINUTE) == 2
    assert list(Upload.objects.all()) == [young]
    assert list(StoredFile.objects.all()) == [young.file]
    assert let_go_of_old_uploads(NOW + 60 * MINUTE) == 0
