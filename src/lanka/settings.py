"""Django's settings. What an operator may change is in `config.py`."""

from __future__ import annotations

from typing import Any

import psycopg.conninfo
from csp.constants import NONCE, SELF

from lanka import config

SECRET_KEY = config.secret_key()
DEBUG = config.DEBUG
ALLOWED_HOSTS = ["*"]  # links are made from LANKA_PUBLIC_URL, never from the Host header
PUBLIC_URL = config.PUBLIC_URL
HTTPS = PUBLIC_URL.startswith("https://")

ROOMS = [  # from the ground up, as the floors are
    f"lanka.{room}"
    for room in (
        *("core", "people", "channels", "customers", "timeline", "content", "decide", "deliver", "conversations", "commerce"),
        *("outreach", "receive", "insights", "integrations", "desk", "api", "pages", "town"),
    )
]
INSTALLED_APPS = [
    *ROOMS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_htmx",
    "lucide",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "lanka.urls"
WSGI_APPLICATION = "lanka.wsgi.application"


def database(url: str) -> dict[str, Any]:
    """A `postgresql://…` address or libpq words, as Django wants them."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options = {name: value for name, value in parts.items() if name not in known}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{django: str(parts[pq]) for pq, django in known.items() if parts.get(pq)},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**options, "server_side_binding": False},
    }


def single_sign_on(provider: config.Oidc | None) -> list[dict[str, Any]]:
    """The operator's OpenID Connect provider, as allauth wants it."""
    if provider is None:
        return []
    rest = {"server_url": provider.server, "oauth_pkce_enabled": True}
    return [{"provider_id": "company", "name": provider.name, "client_id": provider.client_id, "secret": provider.secret, "settings": rest}]


DATABASES = {"default": database(config.DATABASE_URL or "postgresql:///lanka")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [config.ROOT / "src" / "lanka"],  # 'desk/inbox/inbox.html': a template lies beside its view
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "lanka.desk.context.desk",
            ],
            "loaders": [
                "django.template.loaders.filesystem.Loader",
                "django.template.loaders.app_directories.Loader",
            ],
        },
    }
]
if not DEBUG:
    TEMPLATES[0]["OPTIONS"]["loaders"] = [  # type: ignore[index]
        ("django.template.loaders.cached.Loader", TEMPLATES[0]["OPTIONS"]["loaders"])  # type: ignore[index]
    ]

STATIC_URL = "/static/"
STATIC_ROOT = config.HOME / "static"
STATICFILES_FINDERS = ["lanka.core.assets.RoomFinder", "django.contrib.staticfiles.finders.AppDirectoriesFinder"]
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
}
WHITENOISE_MAX_AGE = 3600

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fi", "Suomi"), ("sv", "Svenska"), ("pl", "Polski")]
LOCALE_PATHS = [config.ROOT / "src" / "lanka" / "locale"]
LANGUAGE_COOKIE_NAME = "lanka_language"
USE_TZ = True
TIME_ZONE = config.TIME_ZONE

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "lanka.people.accounts.Accounts"
ACCOUNT_RATE_LIMITS = {"login_failed": "20/10m/ip,5/5m/key"}  # five wrong passwords: that account waits five minutes for everybody
MFA_ADAPTER = "lanka.people.factors.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
SOCIALACCOUNT_ADAPTER = "lanka.people.single_sign_on.SingleSignOn"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": single_sign_on(config.oidc())}}
# A link, not a form: providers send on to others, and `form-action` would have to name them all.
# What it starts can only end as oneself: the answer is bound to this session, and joins nothing to an account.
SOCIALACCOUNT_LOGIN_ON_GET = True
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",  # pace and lock-out: one count for all processes, over restarts
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

SESSION_COOKIE_NAME = "lanka_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "frame-src": [SELF, "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"procrastinate": {"level": "WARNING"}, "django.request": {"level": "ERROR"}},
}
