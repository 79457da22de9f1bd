"""What somebody chose on the first page of his access link, until the second page has his second factor."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

KEPT_FOR = dt.timedelta(hours=1)

_KEY = "chosen_access"


@dataclass(frozen=True)
class ChosenAccess:
    """The name, and the hash of the password, which is stored nowhere else before the access is set up."""

    name: str
    password_hash: str


def keep_choice(request: HttpRequest, token: str, chosen: ChosenAccess, *, now: dt.datetime) -> None:
    """Keep a choice for an hour in this browser's session, for this link alone."""
    request.session[_KEY] = [_mark(token), int(now.timestamp()), chosen.name, chosen.password_hash]


def kept_choice(request: HttpRequest, token: str, *, now: dt.datetime) -> ChosenAccess | None:
    """Return what was chosen for a link in this browser within the last hour, or None."""
    mark, kept_at, name, password_hash = request.session.get(_KEY, ["", 0, "", ""])
    age = int(now.timestamp()) - kept_at
    if not constant_time_compare(mark, _mark(token)) or not 0 <= age <= KEPT_FOR.total_seconds():
        return None
    return ChosenAccess(name, password_hash)


def _mark(token: str) -> str:
    return salted_hmac("kundenportal.chosen-access", token, algorithm="sha256").hexdigest()
