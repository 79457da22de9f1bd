"""The portal's settings as the tests run them: a fast hash, no manifest, databases of their own."""

import atexit
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

if "KUNDENPORTAL_DATA_DIR" not in os.environ:
    os.environ["KUNDENPORTAL_DATA_DIR"] = tempfile.mkdtemp(prefix="kundenportal-test-")
    atexit.register(shutil.rmtree, os.environ["KUNDENPORTAL_DATA_DIR"], ignore_errors=True)
if "PYTEST_XDIST_WORKER" in os.environ:
    # Locks lie in the data directory: an import in one worker must not keep another from its own.
    os.environ["KUNDENPORTAL_DATA_DIR"] = str(
        Path(os.environ["KUNDENPORTAL_DATA_DIR"]) / os.environ.pop("PYTEST_XDIST_WORKER")
    )
os.environ.setdefault("KUNDENPORTAL_SECRET_KEY", "only-for-tests-and-long-enough-for-the-checks")

from kundenportal.config.settings import *  # noqa: F403
from kundenportal.config.settings import DATA_DIR, DATABASES, STORAGES
from kundenportal.core.utility import Utility

# Without a creditor identifier the portal takes no bank account. A plain utility never asks the database.
UTILITY = replace(Utility(), creditor_id="DE98ZZZ09999999999")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True

_database = DATABASES["default"]
if "pool" in _database["OPTIONS"]:
    # Every test process opens and drops databases; a pool would hold connections to them.
    del _database["OPTIONS"]["pool"]
    # Several runs may share one server.
    _database["TEST"] = {"NAME": f"test_kundenportal_{os.getpid()}"}
else:
    # A file, because threads cannot share SQLite's memory; nothing of it need outlive the run.
    _database["TEST"] = {"NAME": str(Path(DATA_DIR) / "test.sqlite3")}
    # What thirty threads do at once takes its time on a busy machine.
    _database["OPTIONS"]["timeout"] = 60
    _database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
