"""What somebody sent that did not get through, offered to be sent again (ux.md 1.9)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest

from kundenportal.identity.areas import area_of
from kundenportal.identity.kept_forms import is_secret
from kundenportal.ui.upload_handlers import lost_files


@dataclass(frozen=True)
class SentFields:
    """A form that may go on its way again, without secrets.

    Attributes:
        action: where it goes.
        fields: names and values; a name may occur twice.
        has_files: whether files went with it, which a page cannot give back.

    """

    action: str
    fields: tuple[tuple[str, str], ...]
    has_files: bool


def sent_fields(request: HttpRequest) -> SentFields | None:
    """Return what was typed, or None when nothing was, or it cannot be read, or it is none of our forms.

    Only what the browser itself vouches for is offered (``Sec-Fetch-Site``, or ``Origin`` in browsers too old
    for it): else a stranger's page could have its form confirmed here with one click.
    """
    if request.method != "POST" or not _is_ours(request):
        return None
    try:
        sent, lost = request.POST, lost_files(request)
    except (SuspiciousOperation, BadRequest, OSError):
        return None
    typed = (dict(sent.lists()) | lost).items()
    fields = tuple((name, value) for name, values in typed if not is_secret(name) for value in values)
    return SentFields(request.get_full_path(), fields, bool(lost)) if fields else None


def _is_ours(request: HttpRequest) -> bool:
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = urlsplit(request.headers.get("Origin", ""))
    own = urlsplit(area_of(request).origin)
    return (origin.scheme, origin.netloc) == (own.scheme, own.netloc)
