"""Files on their way into a submission: taken in, kept while the form is filled, and let go of."""

import datetime as dt
from collections.abc import Iterable, Sequence

import structlog
from django.db import transaction

from kundenportal.customers.models import Premise
from kundenportal.files.accepted import FileRefusal, FileRefused
from kundenportal.files.apart import clean_file
from kundenportal.files.models import StoredFile
from kundenportal.files.names import plain_name
from kundenportal.files.services import store_file
from kundenportal.identity.models import User
from kundenportal.identity.throttle import Limit, allow, count_one, was_exceeded
from kundenportal.submissions.models import Upload

KEPT_FOR = dt.timedelta(minutes=60)
"""How long a file waits for its form to be sent."""

_AN_HOUR, _FILES_AN_HOUR = dt.timedelta(hours=1), 60
_COSTLY_AN_HOUR = 3
"""How many files a login may hand in that take all of the time a file may take: each keeps a core busy."""

_LET_GO_AT_ONCE = 200

log = structlog.get_logger(__name__)


class UploadGone(Exception):
    """A file that a form names is not there any more; nothing was stored."""


def take_in_upload(
    *, user: User, premise: Premise, name: str, content: bytes, kinds: Iterable[str], now: dt.datetime
) -> Upload:
    """Make a stranger's file anew and keep it for the form it came with.

    Args:
        user: the login that hands it in.
        premise: the place of consumption the form is for; the caller has checked that the login may see it.
        name: what the browser calls it.
        content: all of it.
        kinds: the media types that may come of it (``files.accepted``).
        now: when, aware.

    Raises:
        FileRefused: when it is not taken, the login hands in very many, or it cannot be stored.

    """
    if not allow("upload", str(user.pk), limit=_FILES_AN_HOUR, window=_AN_HOUR, now=now):
        raise FileRefused(FileRefusal.TOO_OFTEN)
    costly = Limit("upload-costly", str(user.pk), _COSTLY_AN_HOUR - 1, _AN_HOUR)
    if was_exceeded(costly, now=now):
        raise FileRefused(FileRefusal.TOO_OFTEN)
    try:
        cleaned = clean_file(content, kinds=kinds)
    except FileRefused as refused:
        if refused.refusal is FileRefusal.TOO_COSTLY:
            count_one(costly, now=now)
        raise
    try:
        with transaction.atomic(durable=True):
            return Upload.objects.create(
                user=user,
                premise=premise,
                file=store_file(cleaned.content, media_type=cleaned.media_type, now=now),
                name=plain_name(name, cleaned.media_type),
                kept_at=now,
            )
    except OSError as error:
        log.exception("upload.not_stored")
        raise FileRefused(FileRefusal.NOT_STORED) from error


def uploads_of(user: User, premise: Premise, ids: Sequence[str], *, now: dt.datetime) -> list[Upload]:
    """Return the files a login handed in for a premise, in the order of their ids; others are left out.

    Args:
        user: the login that handed them in.
        premise: the place of consumption the form is for.
        ids: as a form names them, so they may be anything; PostgreSQL takes no NUL in a text.
        now: when, aware.

    """
    wanted = [each for each in dict.fromkeys(ids) if each.isalnum()]
    if not wanted:
        return []
    kept = Upload.objects.filter(user=user, premise=premise, kept_at__gt=now - KEPT_FOR)
    known = {each.public_id: each for each in kept.filter(public_id__in=wanted).select_related("file")}
    return [known[each] for each in wanted if each in known]


def keep_longer(uploads: Sequence[Upload], *, now: dt.datetime) -> None:
    """Let files wait another while, because their form was shown again."""
    Upload.objects.filter(pk__in=[each.pk for each in uploads]).update(kept_at=now)


def move_uploads(user: User, premise: Premise, ids: Sequence[str]) -> list[Upload]:
    """Take files out of those that wait, in the transaction that gives them a row of their topic.

    Args:
        user: the login that sends the form.
        premise: the place of consumption the form is for.
        ids: the files the form names.

    Returns:
        The files in the order of their ids, no longer stored as waiting.

    Raises:
        UploadGone: when one of them is not there any more.

    """
    if not ids:
        return []
    waiting = Upload.objects.select_for_update(of=("self",)).filter(user=user, premise=premise)
    known = {each.public_id: each for each in waiting.filter(public_id__in=ids).select_related("file")}
    if set(known) != set(ids):
        raise UploadGone
    Upload.objects.filter(pk__in=[each.pk for each in known.values()]).delete()
    return [known[each] for each in ids]


def let_go_of_old_uploads(now: dt.datetime) -> int:
    """Delete files whose form was not sent within the hour, and return how many."""
    with transaction.atomic(durable=True):
        old = Upload.objects.select_for_update(skip_locked=True).filter(kept_at__lte=now - KEPT_FOR)
        files = dict(old.order_by("pk").values_list("pk", "file_id")[:_LET_GO_AT_ONCE])
        Upload.objects.filter(pk__in=files).delete()
        StoredFile.objects.filter(pk__in=files.values()).delete()
    return len(files)
