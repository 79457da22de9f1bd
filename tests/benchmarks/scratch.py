"""What a benchmark runs on: the portal with a data directory and a database of its own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_portal(database: str) -> Iterator[Path]:
    """Set Django up on an empty database, yield the data directory, and throw both away at the end.

    Args:
        database: ``KUNDENPORTAL_DATABASE_URL``; SQLite in the data directory when empty.

    """
    with tempfile.TemporaryDirectory(prefix="kundenportal-bench-") as directory:
        os.environ["KUNDENPORTAL_DATA_DIR"] = directory
        os.environ["KUNDENPORTAL_DATABASE_URL"] = database
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django

        django.setup()
        from tests.benchmarks.import_master_data import scratch_database

        with scratch_database():
            yield Path(directory)
