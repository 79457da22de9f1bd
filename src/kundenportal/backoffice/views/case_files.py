"""``/verwaltung/eingang/<nr>/datei/<id>/``: the pictures and files that came with a submission."""

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.roles import Permission
from kundenportal.backoffice.views.case import submission_or_404
from kundenportal.contact.models import Attachment
from kundenportal.files.models import StoredFile
from kundenportal.metering.models import ReadingPhoto
from kundenportal.submissions.models import Submission
from kundenportal.ui.file_responses import file_response


@require_safe
@staff_required(Permission.VIEW_SUBMISSIONS)
def inbox_file(
    request: StaffRequest,  # noqa: ARG001
    reference: str,
    file_id: str,
) -> HttpResponseBase:
    """Show a photo of a meter, which is made anew when it is taken in; anything else is saved.

    Raises:
        Http404: when neither the submission nor its thread has such a file.

    """
    submission = submission_or_404(reference)
    if photo := _photo(submission, file_id):
        name = _("Zähler %(number)s.jpg") % {"number": photo.meter.meter_number}
        return file_response(photo.file, name=name, is_attachment=False)
    stored, name = _attachment_or_404(submission, file_id)
    return file_response(stored, name=name, is_attachment=True)


def _photo(submission: Submission, file_id: str) -> ReadingPhoto | None:
    photos = ReadingPhoto.objects.select_related("file", "meter")
    return photos.filter(reading_submission=submission.pk, public_id=file_id).first()


def _attachment_or_404(submission: Submission, file_id: str) -> tuple[StoredFile, str]:
    attachments = Attachment.objects.select_related("file").filter(
        message__thread__messages__contact=submission.pk, public_id=file_id
    )
    found = attachments.first()
    if found is None:
        raise Http404
    return found.file, found.name
