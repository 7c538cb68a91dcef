"""Settings, in two modes.

Production is the default and refuses to start, each time with one sentence, when a value is missing or
unsafe. `DEMO=1` (set by `make run`, by the tests, and by `manage.py` when the environment says nothing at
all) works out of the box: it makes its own secret key and answers to this machine only.

| variable | meaning |
|---|---|
| DEMO | 1: demonstration on this machine, with demo accounts on the sign-in page |
| DATABASE_URL | postgresql://user:password@host:5432/name; `?host=/folder` for a Unix socket |
| SECRET_KEY, ALLOWED_HOSTS | required in production |
| DATA_DIR | where the demonstration's database and the collected static files live; `.data` by default |
| ATTACHMENT_DIR | where attached evidence is kept, in no folder that is served; DATA_DIR/attachments |
| PUBLIC_FILES_DIR | where files made for the public are kept; DATA_DIR/public; may be emptied at any time |
| EXPORT_DIR | where bulk exports lie for a week, in no folder that is served; DATA_DIR/exports |
| SERVING | 1: this process answers requests: a pool and time-outs (config/run.py and config/wsgi.py set it) |
| TRUSTED_PROXIES | number of reverse proxies in front; from 1 on X-Forwarded-Proto and -For are trusted |
| PASSWORD_PROFILE | dengbao (usual): ≥ 10 characters of 3 classes, for 90 days; asvs: ≥ 12, no expiry |
| SESSION_IDLE_MINUTES, SESSION_HOURS | after which a session ends: nobody there (30), in any case (8) |
| SECOND_FACTOR_ROLES | roles that must have a second factor, as "administrator,auditor"; usually none |
| EMAIL_URL, EMAIL_FROM | smtps://user:password@host:465 and the sender of notices; without, none is mailed |
| SITE_ADDRESS | https://… before the links in e-mails; usually that of the first of ALLOWED_HOSTS |
| DEBUG | 1: Django's debug pages, demonstration only |
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.environment import (
    demo_secret,
    env_bool,
    env_choice,
    env_folder,
    env_hosts,
    env_int,
    env_list,
    env_secret,
    env_subset,
    parse_database_url,
    parse_email_url,
)
from config.password_rules import PROFILES
from config.postgres import data_folder

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = data_folder()

# --- Mode and secrets

DEMO = env_bool("DEMO")
DEMO_PASSWORD = "yanshi-2023"  # of all demo accounts, which are nobody when DEMO is off
DEBUG = env_bool("DEBUG")
SERVING = env_bool("SERVING")
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 0, most=10)

if DEMO:
    SECRET_KEY = demo_secret(DATA_DIR / "secret_key")
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env_list("ALLOWED_HOSTS")]
else:
    if DEBUG:
        raise ImproperlyConfigured("生产环境不能打开 DEBUG（演示请设置 DEMO=1）。")
    SECRET_KEY = env_secret("SECRET_KEY")
    ALLOWED_HOSTS = env_hosts("ALLOWED_HOSTS")

# --- Applications

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "pgtrigger",
    "django_tables2",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "procrastinate.contrib.django",
    "orgs",
    "submissions",
    "budgets",
    "performance",
]

MIDDLEWARE = [
    "config.middleware.response_headers",  # outermost, so that error pages have the headers too
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.readable",  # before anything looks for a cookie
    "config.middleware.nobody_in_public",  # likewise
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.located",
    "config.middleware.timed",
    "config.middleware.recorded",  # needs to know who asks
    "config.middleware.LoginRequired",  # deny by default; public pages opt out
    "config.middleware.CodeFirst",
    "config.middleware.PasswordDue",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
CHECKED_BESIDE = "performance.effects.effects_of"  # gives the checks of the money goal and indicators
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Database


def database() -> dict[str, Any]:
    """Describe the database, with a pool and time-outs for a process that answers requests only.

    A migration or a load may rightly take minutes; a page may not. CONN_HEALTH_CHECKS is a must with the
    pool: without it every idle connection fails once after the database has been restarted.
    """
    url = os.environ.get("DATABASE_URL", "")
    if not url and not DEMO:
        raise ImproperlyConfigured("生产环境必须设置环境变量 DATABASE_URL。")
    described: dict[str, Any] = parse_database_url(url) if url else {"NAME": "", "OPTIONS": {}}
    options: dict[str, Any] = {"connect_timeout": 10, "application_name": "budget", **described["OPTIONS"]}
    if SERVING:
        options["options"] = (
            "-c statement_timeout=30s -c lock_timeout=5s -c idle_in_transaction_session_timeout=15s"
        )
        options["pool"] = {"min_size": 1, "max_size": THREADS, "timeout": 5, "max_lifetime": 1800}
    return {
        **described,
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,  # with a pool it must be
        "CONN_HEALTH_CHECKS": True,
    }


THREADS = env_int("THREADS", 8, least=1, most=64)  # of one worker process, and so its most connections
DATABASES = {"default": database()}

# --- Language and time

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- Signing in

ROLES = ("preparer", "unit_head", "department", "division", "performance_office", "administrator", "auditor")
AUTH_USER_MODEL = "orgs.User"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "my_work"
LOGOUT_REDIRECT_URL = "sign_in"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "config.backends.PeopleBackend",
]
PASSWORD_HASHERS = [
    "config.passwords.Argon2id",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_RULES = PROFILES[env_choice("PASSWORD_PROFILE", PROFILES)]
AUTH_PASSWORD_VALIDATORS = PASSWORD_RULES.validators
SECOND_FACTOR_ROLES = env_subset("SECOND_FACTOR_ROLES", ROLES)
OTP_TOTP_ISSUER = "绩效自评"
AXES_ENABLED = env_bool("AXES_ENABLED", True)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_HANDLER = "config.lockout.Handler"
AXES_LOCKOUT_PARAMETERS = "config.lockout.counted_by"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else one who keeps trying is locked out for ever
AXES_LOCKOUT_CALLABLE = "config.middleware.locked_out"
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "orgs.requests.client_address"

# --- Cookies, headers, content

SESSION_IDLE = timedelta(minutes=env_int("SESSION_IDLE_MINUTES", 30, least=1))  # see orgs/sessions.py
SESSION_LONGEST = timedelta(hours=env_int("SESSION_HOURS", 8, least=1, most=24))
SESSION_COOKIE_AGE = SESSION_LONGEST // timedelta(seconds=1)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
if not DEMO:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env_bool("HSTS_INCLUDE_SUBDOMAINS")
    # Both speak for other sites of the domain, which are not this system's to promise for.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    SECURE_REDIRECT_EXEMPT = [r"^health/$"]
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- Static files: `python -m config.run` collects them; other processes find them where they lie

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STATIC_MANIFEST = env_bool("STATIC_MANIFEST", SERVING and not DEBUG)
WHITENOISE_USE_FINDERS = not STATIC_MANIFEST
WHITENOISE_AUTOREFRESH = not STATIC_MANIFEST
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "config.static.HashedFiles"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Attached evidence: served through permission only (submissions/views/attachments.py), so no MEDIA_URL

ATTACHMENT_DIR = env_folder(
    "ATTACHMENT_DIR",
    DATA_DIR / "attachments",
    apart_from=[BASE_DIR / "static", BASE_DIR / "templates", STATIC_ROOT],
)

PUBLIC_FILES_DIR = env_folder(
    "PUBLIC_FILES_DIR",
    DATA_DIR / "public",
    apart_from=[BASE_DIR / "static", BASE_DIR / "templates", STATIC_ROOT],
)

# --- Public pages as they were made, for a minute, in each process (performance/views/public_pages.py)

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100},
    }
}

# --- Bulk exports: archives made by `manage.py run_jobs`, downloaded through permission only

EXPORT_DIR = env_folder(
    "EXPORT_DIR",
    DATA_DIR / "exports",
    apart_from=[BASE_DIR / "static", BASE_DIR / "templates", STATIC_ROOT],
)

# --- E-mail: sent by `manage.py send_notices` alone (submissions/mail_actions.py), never while a page waits

EMAIL_URL = os.environ.get("EMAIL_URL", "").strip()
MAIL_IS_SENT = bool(EMAIL_URL) or DEMO
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "").strip() or ("demo@example.com" if DEMO else "")
SITE_ADDRESS = os.environ.get("SITE_ADDRESS", "").strip().rstrip("/") or (
    f"http://127.0.0.1:{env_int('PORT', 8000)}" if DEMO else f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
)
if EMAIL_URL:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    globals().update(parse_email_url(EMAIL_URL))
    if not DEFAULT_FROM_EMAIL:
        raise ImproperlyConfigured("设置了 EMAIL_URL，还要用 EMAIL_FROM 写明发信的邮箱地址。")
elif DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

# --- Logging: plain lines on stderr

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "psycopg.pool": {"level": "ERROR"},  # it warns at each attempt while a database restarts
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
    },
}
