"""What every test may use."""

import gc
from collections.abc import Generator, Sequence

import pytest
from django.conf import settings
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.signals import post_migrate
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

_THIS_MACHINE = ["127.0.0.1", "::1", "localhost"]
_STANDS_ON_THE_DATABASE = {"db", "transactional_db", "live_server"}

# The same examples in every run, however slow the machine: what fails, fails for everybody. Others are looked for
# with --hypothesis-profile=default.
hypothesis_settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("same")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Leave what is there once all tests are collected out of every later search for garbage, and search less often.

    Ten thousand tests and all modules stay until the end; looking through them took a quarter of all time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000)
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Open this machine's sockets where they are needed, and leave out what another database cannot change.

    What speaks to a browser, a server or a process of its own waits for others, whom a busy machine can make late:
    such a test fails when it fails three times. The summary names each that needed another try; it is to be mended.
    """
    for item in items:
        if any(item.get_closest_marker(name) for name in ("real_socket", "journey", "fault")):
            item.add_marker(pytest.mark.allow_hosts(_THIS_MACHINE))
            item.add_marker(pytest.mark.flaky(reruns=2))
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        needed = [item for item in items if _depends_on_the_database(item)]
        config.hook.pytest_deselected(items=list(set(items).difference(needed)))
        items[:] = needed


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Let the tables of Django's own rights stay empty once a test has emptied them all.

    Django would fill them again after each such test, as after a migration, which takes twenty times as long as
    emptying all tables. The portal has rights of its own and never asks Django's.
    """
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    if connection.vendor == "postgresql":
        pytest.MonkeyPatch().setattr(type(connection.ops), "sql_flush", _emptied_by_deleting)


def _emptied_by_deleting(
    operations: BaseDatabaseOperations, style: object, tables: Sequence[str], **options: bool
) -> list[str]:
    """Return what empties tables of a few rows five times as fast as TRUNCATE, which makes each one's files anew.

    As a replica the server asks neither foreign keys nor triggers: all tables are emptied at once.
    """
    deletes = [f"DELETE FROM {operations.quote_name(table)};" for table in tables]
    return ["".join(["SET LOCAL session_replication_role = replica;", *deletes])]


def _depends_on_the_database(item: pytest.Item) -> bool:
    """Tell whether a test may end otherwise on another database; SQLite's run has all the others."""
    if item.get_closest_marker("any_database"):
        return False
    if any(item.get_closest_marker(name) for name in ("django_db", "fault")):
        return True
    return not _STANDS_ON_THE_DATABASE.isdisjoint(getattr(item, "fixturenames", ()))
