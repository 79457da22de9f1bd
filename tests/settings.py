"""The portal's settings as the tests run them: a fast hash, no manifest, a database of their own."""

import os
import tempfile

os.environ.setdefault("KUNDENPORTAL_DATA_DIR", tempfile.mkdtemp(prefix="kundenportal-test-"))
os.environ.setdefault("KUNDENPORTAL_SECRET_KEY", "only-for-tests")

from kundenportal.config.settings import *  # noqa: F403
from kundenportal.config.settings import DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True

if "pool" in DATABASES["default"]["OPTIONS"]:
    # Every test process opens and drops databases; a pool would hold connections to them.
    del DATABASES["default"]["OPTIONS"]["pool"]
