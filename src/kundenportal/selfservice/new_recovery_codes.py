"""Recovery codes that were just made, shown until their owner has put them away; sealed in his session."""

import datetime as dt
import json
from base64 import b64decode, b64encode

from django.conf import settings

from kundenportal.core.encryption import decrypt_field, encrypt_field
from kundenportal.selfservice.access import CustomerRequest

SHOWN_FOR = dt.timedelta(minutes=15)

_SEALED, _SINCE = "new_recovery_codes", "new_recovery_codes_since"


def keep_codes(request: CustomerRequest, codes: list[str], *, now: dt.datetime) -> None:
    """Keep new codes in the session, encrypted for this login; an empty list is nothing to keep."""
    if codes:
        sealed = encrypt_field(json.dumps(codes), key=settings.FIELD_KEY, bound_to=_name_of(request))
        request.session[_SEALED] = b64encode(sealed).decode()
        request.session[_SINCE] = int(now.timestamp())


def kept_codes(request: CustomerRequest, *, now: dt.datetime) -> list[str]:
    """Return the codes that were made within a quarter of an hour and not put away, else none."""
    age = int(now.timestamp()) - request.session.get(_SINCE, 0)
    if not 0 <= age <= SHOWN_FOR.total_seconds():
        return []
    sealed = b64decode(request.session[_SEALED])
    codes: list[str] = json.loads(decrypt_field(sealed, key=settings.FIELD_KEY, bound_to=_name_of(request)))
    return codes


def drop_codes(request: CustomerRequest) -> None:
    """Forget the codes: their owner has put them away."""
    request.session.pop(_SEALED, None)
    request.session.pop(_SINCE, None)


def _name_of(request: CustomerRequest) -> str:
    return f"new-recovery-codes:{request.user.public_id}"
