"""Pictures of meters that came along with readings."""

from collections.abc import Iterable, Mapping

from kundenportal.customers.models import Premise
from kundenportal.identity.models import User
from kundenportal.metering.models import ReadingPhoto, SubmittedReading
from kundenportal.submissions.models import Submission
from kundenportal.submissions.uploads import move_uploads


def attach_photos(submission: Submission, user: User, photos: Mapping[int, str]) -> None:
    """Move pictures to a submission of readings, in the transaction that stores it; a second time none.

    Args:
        submission: the submission; the caller holds the lock of its meters.
        user: the login that handed them in.
        photos: the ids of the uploads, by the ids of the meters they show.

    Raises:
        UploadGone: when one of them is not there any more.

    """
    if not photos or ReadingPhoto.objects.filter(reading_submission=submission.pk).exists():
        return
    uploads = move_uploads(user, submission.place, list(photos.values()))
    ReadingPhoto.objects.bulk_create(
        ReadingPhoto(
            public_id=upload.public_id,
            reading_submission_id=submission.pk,
            meter_id=meter_id,
            file=upload.file,
        )
        for meter_id, upload in zip(photos, uploads, strict=True)
    )


def photos_of(readings: Iterable[SubmittedReading]) -> list[ReadingPhoto]:
    """Return the pictures that came with the values of a submission (``submitted_readings``); no query."""
    # A reading without a picture has no such attribute; the registers of one meter have the same.
    found: dict[int, ReadingPhoto] = {
        each.photo.pk: each.photo for each in readings if hasattr(each, "photo")
    }
    return [found[key] for key in sorted(found)]


def photo_of_submission(submission: Submission, public_id: str) -> ReadingPhoto | None:
    """Return a picture that came with a submission, with its file, or None."""
    photos = ReadingPhoto.objects.select_related("file", "meter")
    return photos.filter(reading_submission=submission.pk, public_id=public_id).first()


def photo_of_premise(premise: Premise, public_id: str) -> ReadingPhoto:
    """Return a picture that the customer a premise has now sent for it, with its file.

    Raises:
        ReadingPhoto.DoesNotExist: when there is none of this id, or it is not of this premise.

    """
    own = ReadingPhoto.objects.filter(
        reading_submission__submission__premise=premise,
        reading_submission__submission__customer=premise.customer_id,
    )
    return own.select_related("file", "meter").get(public_id=public_id)
