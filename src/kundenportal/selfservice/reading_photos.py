"""Pictures of meters on their way from the entry page to the submission."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.http import HttpRequest

from kundenportal.files.accepted import JPEG, FileRefused
from kundenportal.metering.to_read import MeterToRead
from kundenportal.selfservice.access import PortalContext
from kundenportal.selfservice.forms.file_messages import picture_refused
from kundenportal.selfservice.forms.reading_photos import Photos, kept_name, photo_lost, photo_name
from kundenportal.selfservice.handed_in import take_in_file
from kundenportal.submissions.models import Upload
from kundenportal.submissions.uploads import keep_longer, uploads_of
from kundenportal.ui.upload_handlers import FILES_LOST


def take_in_photos(
    request: HttpRequest, portal: PortalContext, meters: Sequence[MeterToRead], *, now: dt.datetime
) -> Photos:
    """Return the pictures of an entry that was sent: new ones, and those kept from before.

    Args:
        request: what was sent.
        portal: who sends, and for which premise.
        meters: the meters of the page.
        now: when, aware.

    """
    kept = kept_photos(portal, request.POST, meters, now=now)
    uploads, faults = dict(kept.uploads), dict(kept.faults)
    for meter in meters:
        file = request.FILES.get(photo_name(meter.id))
        if file is None or meter.closed:
            continue
        faults.pop(meter.id, None)
        try:
            uploads[meter.id] = take_in_file(file, portal, kinds=[JPEG], now=now)
        except FileRefused as refused:
            faults[meter.id] = picture_refused(refused.refusal, size=file.size or 0)
    return Photos(uploads, faults, are_lost=FILES_LOST in request.POST)


def kept_photos(
    portal: PortalContext, typed: Mapping[str, str], meters: Sequence[MeterToRead], *, now: dt.datetime
) -> Photos:
    """Return the pictures that a form or a draft names; one that is gone is a fault, so that it is missed.

    Args:
        portal: who is there, and for which premise.
        typed: what stands in the fields.
        meters: the meters of the page.
        now: when, aware.

    """
    named = {meter.id: typed.get(kept_name(meter.id), "") for meter in meters}
    found = uploads_of(portal.user, portal.premise, [each for each in named.values() if each], now=now)
    known: Mapping[str, Upload] = {each.public_id: each for each in found}
    keep_longer(found, now=now)
    uploads = {meter_id: known[name] for meter_id, name in named.items() if name in known}
    faults = {meter_id: photo_lost() for meter_id, name in named.items() if name and name not in known}
    return Photos(uploads, faults)
