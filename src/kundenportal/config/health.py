"""``/healthz`` and ``/readyz``: is the process alive, and can the installation work."""

import datetime as dt
import functools

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kundenportal.config.models import JobRunnerSeen

OK = "ok"

_SECONDS_TO_CONNECT = 2
"""How long PostgreSQL is waited for: the least that its client library takes."""


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Answer that the process serves requests."""
    return JsonResponse({"status": OK})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Answer 200 when database, migrations and job runner are well, else 503 and what is not."""
    findings = readiness(timezone.now())
    return JsonResponse(findings, status=200 if set(findings.values()) == {OK} else 503)


def readiness(now: dt.datetime) -> dict[str, str]:
    """Return ``ok`` or what is wrong, for each thing the portal stands on."""
    try:
        _try_to_connect()
        missing = missing_migrations()
        seen = job_runner_seen_at() if not missing else None
    except DatabaseError:
        return {"database": "unreachable"}
    return {
        "database": OK,
        "migrations": f"{len(missing)} missing" if missing else OK,
        "job_runner": OK if seen and now - seen <= JobRunnerSeen.LOST_AFTER else "not seen for 5 minutes",
    }


def missing_migrations() -> set[tuple[str, str]]:
    """Return app and name of the migrations this code needs and the database lacks."""
    return set(_needed_migrations()) - set(MigrationRecorder(connection).applied_migrations())


def job_runner_seen_at() -> dt.datetime | None:
    """Return when a job runner last gave a sign of life."""
    return JobRunnerSeen.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()


def _try_to_connect() -> None:
    """Connect to PostgreSQL apart from the pool, where a lost server is waited for for ten seconds.

    Whoever asks each second thus never keeps more than two threads of a worker busy.

    Raises:
        DatabaseError: when no connection is made in time.

    """
    if connection.vendor != "postgresql":
        return
    probe = connection.copy()
    limits = {"connect_timeout": _SECONDS_TO_CONNECT, "tcp_user_timeout": _SECONDS_TO_CONNECT * 1000}
    probe.settings_dict["OPTIONS"] |= {"pool": False, **limits}
    try:
        probe.ensure_connection()
    finally:
        probe.close()


@functools.cache
def _needed_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)
