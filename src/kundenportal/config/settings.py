"""Django's settings, from ``KUNDENPORTAL_*`` variables (docs/configuration.md lists them)."""

import os
import sys
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from csp.constants import NONE, SELF

from kundenportal.config.catalogues import compiled_catalogues
from kundenportal.config.databases import database_settings, use_current_sqlite
from kundenportal.config.environment import Environment
from kundenportal.config.private_storage import private_storage_settings
from kundenportal.config.secrets import data_directory, field_key, kept_secret
from kundenportal.core.utility import Utility, load_tables
from kundenportal.utility_settings.current import CurrentUtility

use_current_sqlite()

PACKAGE_DIR = Path(__file__).resolve().parent.parent
# The demo brings its own environment (kundenportal.demo.environment); an installation's .env is not for it.
DEMO = os.environ.get("KUNDENPORTAL_DEMO") == "true"
ENVIRONMENT = Environment.of_process(None if DEMO else Path(".env"))

# --- The installation -------------------------------------------------------------------------------
DATA_DIR = data_directory(ENVIRONMENT.text("DATA_DIR", "var"))
BASE_URL = ENVIRONMENT.origin("BASE_URL", "http://localhost:8000")
STAFF_HOST = ENVIRONMENT.host("STAFF_HOST")
STAFF_BASE_URL = f"{urlsplit(BASE_URL).scheme}://{STAFF_HOST}" if STAFF_HOST else BASE_URL
UTILITY_FILE = ENVIRONMENT.text("UTILITY")
# What staff changed is put over the file once the database can be asked; who reads it sees a Utility.
UTILITY: Utility = cast("Utility", CurrentUtility(load_tables(Path(UTILITY_FILE)) if UTILITY_FILE else {}))
UTILITY_TIME_ZONE = ZoneInfo(UTILITY.time_zone)
TEXTS_DIR = ENVIRONMENT.text("TEXTS_DIR")
SMTP_URL = ENVIRONMENT.text("SMTP_URL")
BOUNCES = ENVIRONMENT.text("BOUNCES")
MAIL_FROM = ENVIRONMENT.text("MAIL_FROM")

# --- How customers prove who they are (product.md ruling 2) -----------------------------------------
REGISTRATION_PROOF = ENVIRONMENT.choice("REGISTRATION_PROOF", "meter", "meter", "name", "letter")
ACCESS_DATA = ENVIRONMENT.choice("ACCESS_DATA", "link", "link", "start_password")
LINKING_PROOF = ENVIRONMENT.choice("LINKING_PROOF", "meter", "meter", "letter")
AUTO_LINK = ENVIRONMENT.choice("AUTO_LINK", "verified", "verified", "confirm", "off")
NEW_ACCESS_HOLD_HOURS = ENVIRONMENT.number("NEW_ACCESS_HOLD_HOURS", 72, at_least=0, at_most=336)
BANK_HOLD_HOURS = ENVIRONMENT.number("BANK_HOLD_HOURS", 72, at_least=24, at_most=336)
BANK_ASKS_PASSWORD = ENVIRONMENT.flag("BANK_ASKS_PASSWORD", default=True)
PASSWORD_MIN_LENGTH = ENVIRONMENT.number("PASSWORD_MIN_LENGTH", 12, at_least=12, at_most=64)
SESSION_IDLE_MINUTES = ENVIRONMENT.number("SESSION_IDLE_MINUTES", 30, at_least=5, at_most=120)
SESSION_MAX_HOURS = ENVIRONMENT.number("SESSION_MAX_HOURS", 12, at_least=1, at_most=24)
STAFF_SESSION_IDLE_MINUTES = ENVIRONMENT.number("STAFF_SESSION_IDLE_MINUTES", 15, at_least=5, at_most=60)
STAFF_SESSION_MAX_HOURS = ENVIRONMENT.number("STAFF_SESSION_MAX_HOURS", 10, at_least=1, at_most=12)
NEW_DEVICE_MAIL = ENVIRONMENT.flag("NEW_DEVICE_MAIL", default=True)
NEW_DEVICE_CODE = ENVIRONMENT.flag("NEW_DEVICE_CODE", default=False)

# --- How long logins are kept (security.md B7) ------------------------------------------------------------
LOGIN_KEPT_MONTHS = ENVIRONMENT.number("LOGIN_KEPT_MONTHS", 36, at_least=36, at_most=120)

# --- How staff and the billing system share the work (ADR 13) ------------------------------------------
STAFF_REVIEW = ENVIRONMENT.choice("STAFF_REVIEW", "none", "none", "unusual", "all", "manual")
BANK_FOUR_EYES = ENVIRONMENT.flag("BANK_FOUR_EYES", default=False)
DOCUMENTS_RELEASE_ABOVE = ENVIRONMENT.number("DOCUMENTS_RELEASE_ABOVE", 500, at_least=0, at_most=1_000_000)

# --- What customers are told of staff (ADR 14) -----------------------------------------------------------
SHOW_STAFF_VIEWS = ENVIRONMENT.flag("SHOW_STAFF_VIEWS", default=True)

# --- Reading campaigns --------------------------------------------------------------------------------
CAMPAIGN_MAILS_PER_MINUTE = ENVIRONMENT.number("CAMPAIGN_MAILS_PER_MINUTE", 120, at_least=6, at_most=6000)

# --- The exchange with the billing system (docs/erp-formats.md, "Watched directories") -------------------
INBOX_DIR = ENVIRONMENT.text("INBOX_DIR")
UPLOAD_MAX_ROWS = ENVIRONMENT.number("UPLOAD_MAX_ROWS", 5_000_000, at_least=10_000, at_most=100_000_000)
IMPORT_RELEASE = ENVIRONMENT.choice("IMPORT_RELEASE", "staff", "staff", "automatic")
OUTBOX_DIR = ENVIRONMENT.text("OUTBOX_DIR")
OUTBOX_EVERY = ENVIRONMENT.schedule("OUTBOX_EVERY", "60")
OUTBOX_FORMAT = ENVIRONMENT.choice("OUTBOX_FORMAT", "csv", "csv", "json")
OPERATOR_EMAIL = ENVIRONMENT.email("OPERATOR_EMAIL")

# --- Secrets ----------------------------------------------------------------------------------------
SECRET_KEY = ENVIRONMENT.text("SECRET_KEY") or kept_secret(DATA_DIR / "secret-key")
FIELD_KEY = field_key(ENVIRONMENT.text("FIELD_KEY") or kept_secret(DATA_DIR / "field-key"))

# --- The web ----------------------------------------------------------------------------------------
DEBUG = False
IS_HTTPS = BASE_URL.startswith("https://")
_HOSTS = (urlsplit(BASE_URL).hostname, urlsplit(STAFF_BASE_URL).hostname, "localhost", "127.0.0.1")
ALLOWED_HOSTS = [host for host in dict.fromkeys(_HOSTS) if host]
CSRF_TRUSTED_ORIGINS = list(dict.fromkeys([BASE_URL, STAFF_BASE_URL]))
TRUSTED_PROXIES = [each.strip() for each in ENVIRONMENT.text("TRUSTED_PROXIES").split(",") if each.strip()]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONMENT.flag("HSTS_SUBDOMAINS", default=False)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "kundenportal.identity.session_store"
# The prefix binds a cookie to this very host and to encrypted connections (RFC 6265bis, 4.1.3.2).
_COOKIE_PREFIX = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}sitzung"
STAFF_SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}verwaltung"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = SESSION_MAX_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "kundenportal.ui.errors.csrf_failure"
LANGUAGE_COOKIE_NAME = f"{_COOKIE_PREFIX}sprache"
APPEARANCE_COOKIE_NAME = f"{_COOKIE_PREFIX}darstellung"
DEVICE_COOKIE_NAME = f"{_COOKIE_PREFIX}geraet"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:"],
        "manifest-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
    }
}
FILES_ACCEL = ENVIRONMENT.text("FILES_ACCEL")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
# What staff may hand in at once (documents.batches); customers' forms take five.
DATA_UPLOAD_MAX_NUMBER_FILES = 500
# Five files of ten megabytes (files.accepted.MAX_SIZE) and what is typed beside them.
MAX_REQUEST_SIZE = 56 * 1_048_576
FILE_UPLOAD_HANDLERS = ["kundenportal.ui.upload_handlers.SignedInUploadHandler"]

# --- Django -----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "kundenportal.audit",
    "kundenportal.files",
    "kundenportal.mailing",
    "kundenportal.utility_settings",
    "kundenportal.identity",
    "kundenportal.customers",
    "kundenportal.submissions",
    "kundenportal.documents",
    "kundenportal.metering",
    "kundenportal.advance_payments",
    "kundenportal.banking",
    "kundenportal.addresses",
    "kundenportal.feedback",
    "kundenportal.contact",
    "kundenportal.linking",
    "kundenportal.privacy",
    "kundenportal.casework",
    "kundenportal.mail_log",
    "kundenportal.customer_care",
    "kundenportal.campaigns",
    "kundenportal.cellar",
    "kundenportal.statistics",
    "kundenportal.ui",
    "kundenportal.selfservice",
    "kundenportal.backoffice",
    "kundenportal.erp",
    "kundenportal.demo",
    "kundenportal.config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "kundenportal.config.kept_nowhere.keep_nowhere",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kundenportal.config.compression.PageCompressionMiddleware",
    "kundenportal.config.request_log.request_log_middleware",
    "django.middleware.locale.LocaleMiddleware",
    "kundenportal.config.maintenance.maintenance_middleware",
    "kundenportal.identity.middleware.AreaSessionMiddleware",
    "kundenportal.config.method_page.method_page_middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "kundenportal.identity.middleware.language_middleware",
    "kundenportal.identity.middleware.SessionTimeoutMiddleware",
    "kundenportal.config.nul_guard.refuse_nul",
    "kundenportal.config.staff_host.StaffHostMiddleware",
    "kundenportal.config.request_size.refuse_large_requests",
]
ROOT_URLCONF = "kundenportal.config.urls"
AS_CUSTOMER_URLCONF = "kundenportal.config.urls_as_customer"
FORM_RENDERER = "kundenportal.ui.renderer.PortalRenderer"
WSGI_APPLICATION = "kundenportal.config.wsgi.application"
TEMPLATE_BUILTINS = [
    "django.templatetags.static",
    "django.templatetags.i18n",
    "kundenportal.ui.templatetags.portal",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "django",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": TEMPLATE_BUILTINS,
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "kundenportal.ui.context_processors.frame",
                "kundenportal.demo.context_processors.ready_logins",
                "kundenportal.demo.context_processors.staff_logins",
            ],
        },
    },
    {
        # Subjects and text parts of mails: no HTML, so nothing is escaped.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "text",
        "APP_DIRS": True,
        "OPTIONS": {"builtins": TEMPLATE_BUILTINS, "autoescape": False},
    },
]
DATABASES = {"default": database_settings(ENVIRONMENT.text("DATABASE_URL"), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["kundenportal.identity.backends.SessionBackend"]
PASSWORD_HASHERS = ["kundenportal.identity.hashers.PortalArgon2PasswordHasher"]
LOGIN_URL = "/anmelden/"
LOGIN_REDIRECT_URL = "/"
LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [PACKAGE_DIR / "locale", compiled_catalogues(PACKAGE_DIR / "locale", DATA_DIR / "locale")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = UTILITY.time_zone
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
# Nobody else's pages read our style sheets and fonts, so none of them is told that it may.
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": private_storage_settings(
        ENVIRONMENT.text("FILES_URL"),
        DATA_DIR,
        access_key=ENVIRONMENT.text("S3_ACCESS_KEY"),
        secret_key=ENVIRONMENT.text("S3_SECRET_KEY"),
    ),
    "staticfiles": {"BACKEND": "kundenportal.ui.static_files.PortalStaticFilesStorage"},
}
LOGGING_CONFIG = "kundenportal.config.logs.configure_logging"
LOGGING = {"as_json": not sys.stderr.isatty(), "level": "WARNING" if DEMO else "INFO"}
# Every setting was asked for by now: what is left over is misspelt (config.checks).
UNKNOWN_VARIABLES = {} if DEMO else ENVIRONMENT.unknown()
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SILENCED_SYSTEM_CHECKS = ["fields.W340"]
