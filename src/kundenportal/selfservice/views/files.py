"""``/vs/<id>/dateien/<id>/``: what customers handed in, for nobody but them."""

from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kundenportal.contact.models import Attachment
from kundenportal.contact.selectors import attachment_of_premise
from kundenportal.files.models import StoredFile
from kundenportal.metering.models import ReadingPhoto
from kundenportal.metering.photos import photo_of_premise
from kundenportal.selfservice.access import (
    CustomerRequest,
    PortalContext,
    customer_required,
    get_premise_or_404,
)
from kundenportal.submissions.uploads import uploads_of
from kundenportal.ui.file_responses import file_response


@require_safe
@customer_required
def file(request: CustomerRequest, premise_id: str, file_id: str) -> HttpResponseBase:
    """Return a file that waits for its form, or one that was sent; its address stays the same.

    Raises:
        Http404: when there is none of this id, or it is not of this premise and login.

    """
    portal = get_premise_or_404(request, premise_id)
    now = timezone.now()
    for waiting in uploads_of(portal.user, portal.premise, [file_id], now=now):
        return file_response(waiting.file, name=waiting.name, is_attachment=True)
    stored, name = _photo(portal, file_id) or _attachment_or_404(portal, file_id)
    return file_response(stored, name=name, is_attachment=True)


def _photo(portal: PortalContext, file_id: str) -> tuple[StoredFile, str] | None:
    try:
        photo = photo_of_premise(portal.premise, file_id)
    except ReadingPhoto.DoesNotExist:
        return None
    return photo.file, _("Zähler %(number)s.jpg") % {"number": photo.meter.meter_number}


def _attachment_or_404(portal: PortalContext, file_id: str) -> tuple[StoredFile, str]:
    """Return what was attached to a message; a restricted access sees none."""
    if portal.hold:
        raise Http404
    try:
        attachment = attachment_of_premise(portal.premise, file_id)
    except Attachment.DoesNotExist:
        raise Http404 from None
    return attachment.file, attachment.name
