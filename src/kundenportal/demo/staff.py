"""Who works at the demo's utility, and the authenticator app that stands in for their telephones.

The app's keys lie in a file of the demo's directory, beside the demo's own database; nothing of this is there
outside the demo.
"""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

import pyotp

from kundenportal.casework.services import accept_submission
from kundenportal.demo.keeping import STAFF_KEYS
from kundenportal.demo.logins import PASSWORD
from kundenportal.identity.factors.authenticator_app import key_of_setup, new_setup, prove_app
from kundenportal.identity.models import StaffMember
from kundenportal.identity.password_hashing import hash_password
from kundenportal.identity.staff.members import SHELL, give_access
from kundenportal.identity.staff.set_up import member_of_link, set_up_access
from kundenportal.submissions.marks import mark_of
from kundenportal.submissions.models import Submission


@dataclass(frozen=True)
class StaffLogin:
    """Somebody who works at the demo's utility."""

    email: str
    name: str
    role: StaffMember.Role

    @property
    def password(self) -> str:
        """The password; all logins of the demo have the same."""
        return PASSWORD


@dataclass(frozen=True)
class StaffLoginWithCode:
    """A login, and the code its app shows now, as in ``123 456``."""

    login: StaffLogin
    code: str


STAFF_LOGINS = (
    StaffLogin("huber@stadtwerke.example", "Frau Huber", StaffMember.Role.CLERK),
    StaffLogin("maier@stadtwerke.example", "Herr Maier", StaffMember.Role.SUPERVISOR),
)


def create_staff_logins(directory: Path, *, now: dt.datetime) -> None:
    """Set every staff login up by its link, with an app, and keep the keys of the apps.

    Args:
        directory: the demo's directory.
        now: when, aware.

    """
    keys = {login.email: _set_up(login, now) for login in STAFF_LOGINS}
    (directory / STAFF_KEYS).write_text(json.dumps(keys), encoding="utf-8")


def staff_with_codes(directory: Path, *, now: dt.datetime) -> list[StaffLoginWithCode]:
    """Return the staff logins of a demo with the codes of the moment; none of a demo that has none."""
    path = directory / STAFF_KEYS
    keys = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    codes = {email: pyotp.TOTP(key).at(now) for email, key in keys.items()}
    return [
        StaffLoginWithCode(login, f"{codes[login.email][:3]} {codes[login.email][3:]}")
        for login in STAFF_LOGINS
        if login.email in codes
    ]


def clerk() -> StaffMember:
    """Return Frau Huber."""
    return _member(STAFF_LOGINS[0])


def supervisor() -> StaffMember:
    """Return Herr Maier."""
    return _member(STAFF_LOGINS[1])


def release_unusual(submission: Submission) -> None:
    """Let Frau Huber release what only waits because it is unusual, two hours after it arrived."""
    if submission.is_unusual:
        _accept(submission, clerk(), hours=2)


def propose_release(submission: Submission) -> None:
    """Let Frau Huber propose to release a bank change, two hours after it arrived."""
    _accept(submission, clerk(), hours=2)


def release_by_two(submission: Submission) -> None:
    """Let Frau Huber propose to release a bank change, and Herr Maier release it."""
    propose_release(submission)
    _accept(submission, supervisor(), hours=3)


def _accept(submission: Submission, member: StaffMember, *, hours: int) -> None:
    now = submission.received_at + dt.timedelta(hours=hours)
    submission.refresh_from_db()
    accept_submission(submission, member=member, seen=mark_of(submission), now=now)


def _member(login: StaffLogin) -> StaffMember:
    return StaffMember.objects.select_related("user").get(user__email=login.email)


def _set_up(login: StaffLogin, now: dt.datetime) -> str:
    token = give_access(email=login.email, role=login.role, actor=SHELL, now=now)
    member = member_of_link(token, now=now)
    assert member is not None, "the link was made just now"
    setup = new_setup(member.user, now=now)
    key = key_of_setup(member.user, setup, now=now)
    proven = prove_app(member.user, setup=setup, code=pyotp.TOTP(key).at(now), now=now)
    set_up_access(
        token=token,
        name=login.name,
        password_hash=hash_password(PASSWORD),
        factor=proven,
        device="",
        now=now,
    )
    return key
