"""Activation codes by post (product.md ruling 2, ``REGISTRATION_PROOF=letter``; security.md A0, A1)."""

import datetime as dt
import os
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kundenportal.addresses.selectors import PostalAddress, letter_address
from kundenportal.audit.services import record
from kundenportal.core.dates import format_date_short
from kundenportal.core.references import new_code
from kundenportal.core.spreadsheets import csv_lines
from kundenportal.customers.models import Customer
from kundenportal.identity.models import OneTimeSecret
from kundenportal.identity.one_time_secrets import lock_secret
from kundenportal.identity.password_hashing import hash_password
from kundenportal.linking.addressees import may_get_letter
from kundenportal.linking.holds import is_held
from kundenportal.linking.models import AccountLink, ActivationLetter, Registration
from kundenportal.linking.registrations import claim_of, customer_of, is_locked, known
from kundenportal.linking.rules import name_fits
from kundenportal.linking.services.activation import ProofLocked
from kundenportal.linking.services.errors import LinkExpired

CODE_LENGTH = 10
CODE_LIFETIME = dt.timedelta(days=30)
COLUMNS = ("name", "adresszusatz", "strasse", "plz", "ort", "land", "code", "gueltig_bis")


def request_letter(*, token: str, now: dt.datetime) -> None:
    """Ask for an activation code by post; the link stays good for as long as the code.

    A letter is written only when number and name fit a customer without a login, or with a login whose
    access is restricted, at most three in 90 days to one and 50 a day in all. What the visitor sees is the
    same in every case. Asking twice is asking once.

    Raises:
        LinkExpired: when the link opens nothing (any more).
        ProofLocked: when codes were wrong too often.

    """
    with transaction.atomic(durable=True):
        secret = lock_secret(OneTimeSecret.Purpose.REGISTRATION, token, now=now)
        registration = Registration.objects.filter(secret=secret).first() if secret else None
        if secret is None or registration is None:
            raise LinkExpired
        if is_locked(registration):
            raise ProofLocked
        if registration.status == Registration.Status.LETTER_REQUESTED:
            return
        registration.status = Registration.Status.LETTER_REQUESTED
        registration.save(update_fields=["status"])
        _extend(secret, now)
        customer = _addressee(registration, now)
        if customer is not None:
            ActivationLetter.objects.create(customer=customer, registration=registration, created_at=now)
        record(
            "letter.requested",
            actor="visitor",
            now=now,
            customer_id=customer.pk if customer else None,
            subject=f"registration:{registration.pk}",
        )


def export_letters(directory: Path, *, now: dt.datetime) -> Path | None:
    """Write one print job with every letter that waits, each exactly once; return its file, or None.

    A letter goes to an address that has been known for 30 days (``addresses.selectors.letter_address``);
    one without such a place goes on waiting.

    Codes are made here and exist in the file only; the database keeps their hashes. The file appears
    under its name when its letters are marked as printed. A job that was cut off between the two is
    finished by the next run; one that was cut off earlier is thrown away.

    Args:
        directory: where the file goes; it must exist.
        now: when, aware.

    Raises:
        OSError: when the file cannot be written; nothing changed then.

    """
    _finish_cut_off_jobs(directory)
    with transaction.atomic(durable=True):
        waiting = (
            ActivationLetter.objects.select_for_update(of=("self",))
            .filter(printed_at=None)
            .select_related("customer__billing_address", "registration__secret")
            .order_by("id")
        )
        letters = [
            (letter, address) for letter in waiting if (address := letter_address(letter.customer, now=now))
        ]
        if not letters:
            return None
        draft = directory / f"freischaltbriefe-{letters[-1][0].pk:06d}.csv.part"
        _write_private(draft, _print_job(letters, now))
        record("letter.printed", actor="system", now=now, details={"letters": len(letters)})
    return draft.rename(draft.with_suffix(""))


def _addressee(registration: Registration, now: dt.datetime) -> Customer | None:
    """Return the customer that gets a letter, or None."""
    customer = customer_of(registration)
    if customer is None or not name_fits(claim_of(registration), known(customer)):
        return None
    present = AccountLink.objects.filter(customer=customer, ended_at=None).first()
    if present is not None and not is_held(present, now=now):
        return None
    return customer if may_get_letter(customer, now=now) else None


def _print_job(letters: list[tuple[ActivationLetter, PostalAddress]], now: dt.datetime) -> bytes:
    """Make the codes of some letters, mark them as printed, and return the rows for the printer."""
    valid_until = format_date_short(timezone.localdate(now + CODE_LIFETIME, settings.UTILITY_TIME_ZONE))
    rows = [
        (
            letter.customer.full_name,
            address.supplement,
            address.street_line,
            address.postal_code,
            address.city,
            address.country,
            _issue_code(letter, now),
            valid_until,
        )
        for letter, address in letters
    ]
    return csv_lines([COLUMNS, *rows], line_end="\n")


def _issue_code(letter: ActivationLetter, now: dt.datetime) -> str:
    """Make the code of a letter; it and the link it is typed behind are good for 30 days."""
    code = new_code(CODE_LENGTH)
    letter.secret = OneTimeSecret.objects.create(
        purpose=OneTimeSecret.Purpose.LETTER_CODE,
        subject=f"letter:{letter.pk}",
        digest=hash_password(code),
        created_at=now,
        expires_at=now + CODE_LIFETIME,
    )
    letter.printed_at = now
    letter.save(update_fields=["secret", "printed_at"])
    if letter.registration and letter.registration.secret:
        _extend(letter.registration.secret, now)
    return f"{code[:5]}-{code[5:]}"


def _extend(secret: OneTimeSecret, now: dt.datetime) -> None:
    secret.expires_at = now + CODE_LIFETIME
    secret.save(update_fields=["expires_at"])


def _finish_cut_off_jobs(directory: Path) -> None:
    for draft in directory.glob("freischaltbriefe-*.csv.part"):
        last = int(draft.name.removeprefix("freischaltbriefe-").removesuffix(".csv.part"))
        if ActivationLetter.objects.filter(pk=last).exclude(printed_at=None).exists():
            draft.rename(draft.with_suffix(""))
        else:
            draft.unlink()


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, and be sure it is on the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
