"""``/verwaltung/eingang/<nr>/datei/<id>/``: the pictures and files that came with a submission."""

from functools import partial

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.parameters import found_or_404
from kundenportal.backoffice.roles import Permission
from kundenportal.casework.selectors import submission_named
from kundenportal.contact.selectors import attachment_of_submission
from kundenportal.metering.photos import photo_of_submission
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
    submission = found_or_404(submission_named, reference)
    if photo := photo_of_submission(submission, file_id):
        name = _("Zähler %(number)s.jpg") % {"number": photo.meter.meter_number}
        return file_response(photo.file, name=name, is_attachment=False)
    attachment = found_or_404(partial(attachment_of_submission, submission), file_id)
    return file_response(attachment.file, name=attachment.name, is_attachment=True)
