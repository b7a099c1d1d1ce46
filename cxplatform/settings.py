"""All settings, by environment. Nonsense is refused with a sentence (see env.py)."""

import importlib.util
import secrets
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from cxplatform import embedded
from cxplatform.env import BadEnvironment, Environment
from cxplatform.logs import logging_config

env = Environment()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA = env.folder("CX_DATA", BASE_DIR / "var")
DEBUG = env.flag("CX_DEBUG", default=False)
TESTING = "pytest" in sys.modules

# --- Databases and broker: given addresses win, else the embedded servers' sockets -----------------------
_embedded = embedded.locations(DATA)
_POSTGRES = {"postgres", "postgresql"}
DATABASE_URL = env.url("DATABASE_URL", _POSTGRES)
REDIS_URL = env.url("REDIS_URL", {"redis", "rediss", "unix"})
if bool(DATABASE_URL) != bool(REDIS_URL):
    raise BadEnvironment(
        "REDIS_URL" if DATABASE_URL else "DATABASE_URL",
        "is missing",
        "Set both DATABASE_URL and REDIS_URL, or neither.",
    )
EMBEDDED = not DATABASE_URL
# Read by `migrate` alone (tenancy/management/commands/migrate.py); the program itself never holds the owner's role.
DATABASE_OWNER_URL = env.url("DATABASE_OWNER_URL", _POSTGRES) or (_embedded.database_owner_url if EMBEDDED else "")
DATABASE_URL = DATABASE_URL or _embedded.database_url
REDIS_URL = REDIS_URL or _embedded.redis_url

DATABASES = {
    "default": {
        **dj_database_url.parse(DATABASE_URL),
        "ENGINE": "cxplatform.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,
        # The choices of a form would be read through a cursor, in four trips, and one that its template does not
        # read to the end stays open beyond its transaction.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
}
# Behind PgBouncer in transaction mode a prepared statement is not there the next time.
DATABASE_POOLED = env.flag("CX_DATABASE_POOLED", default=False)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "cxplatform.cache.FailOpenRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cx",
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
}


# --- Secrets and hosts -----------------------------------------------------------------------------------
def _secret_key() -> str:
    given = env.text("SECRET_KEY")
    if given:
        if len(given) < 32:
            raise BadEnvironment("SECRET_KEY", "is shorter than 32 characters", "Set it to a long random text.")
        return given
    if not EMBEDDED:
        raise BadEnvironment("SECRET_KEY", "is not set", "Set it to a long random text and keep it between starts.")
    file = DATA / "secret_key"
    if not file.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50))
    return file.read_text()


def _former_keys() -> list[str]:
    keys = env.list("SECRET_KEY_FALLBACKS")
    if any(len(key) < 32 for key in keys):
        raise BadEnvironment(
            "SECRET_KEY_FALLBACKS",
            "has a key shorter than 32 characters",
            "Set it to the values that SECRET_KEY had before, with commas between them.",
        )
    return keys


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = _former_keys()  # personal links and opt-outs by address made under these still hold
DEMO_PASSWORD = env.text("CX_DEMO_PASSWORD")
PORT = env.number("PORT", 8000, low=1, high=65535)
BIND = env.text("CX_BIND", "127.0.0.1")  # the network that `up` serves; this machine alone unless told otherwise
DEMO = env.flag("CX_DEMO", default=EMBEDDED)
LIVE = env.flag("CX_LIVE", default=DEMO)  # customers of the demo company come by all the time
READY_QUEUE_SECONDS = env.number("CX_READY_QUEUE_SECONDS", 300, low=1)  # events waiting longer: not ready
WEBHOOKS_INSIDE = env.flag("CX_WEBHOOKS_INSIDE", default=False)  # post to plain http and the own network too
PUBLIC_URL = (env.url("CX_URL", {"http", "https"}) or f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("CX_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL.startswith("https") else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https")
BEHIND_PROXY = env.flag("CX_BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if PUBLIC_URL.startswith("https") else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "cxplatform.errors.csrf_failure"

# --- Applications ----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "cxplatform.apps.PlatformConfig",
    "cxplatform.tenancy.apps.TenancyConfig",
    "cxplatform.pipeline.apps.PipelineConfig",
    "cxplatform.deliveries.apps.DeliveriesConfig",
    "cxplatform.api.apps.ApiConfig",
    "journeys.apps.JourneysConfig",
    "surveys.apps.SurveysConfig",
    "promises.apps.PromisesConfig",
    "dashboards.apps.DashboardsConfig",
]
if importlib.util.find_spec("django_linear_migrations"):
    INSTALLED_APPS.append("django_linear_migrations")  # development only
FIRST_PARTY_APPS = [
    app
    for app in INSTALLED_APPS
    if app.startswith(("cxplatform.", "journeys.", "surveys.", "promises.", "dashboards."))
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "cxplatform.api.middleware.StraightToRest",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "cxplatform.tenancy.middleware.TenantMiddleware",
    "cxplatform.errors.only_forms",
    "cxplatform.api.pressed_twice.PressedTwice",
]
ROOT_URLCONF = "cxplatform.urls"
WSGI_APPLICATION = "cxplatform.wsgi.application"
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
                "csp.context_processors.nonce",
                "cxplatform.tenancy.context_processors.tenant",
            ]
        },
    }
]

# --- People ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "tenancy.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "cxplatform.tenancy.forms.SignupForm"
OPEN_SIGNUP = env.flag("CX_OPEN_SIGNUP", default=True)  # off: only who is invited can join
# A whole office signs in from one address on a Monday. Guessing is held back per account, and widely per address.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "100/5m/ip,5/5m/key"}
ACCOUNT_ADAPTER = "cxplatform.tenancy.accounts.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = PUBLIC_URL.partition(":")[0]
ACCOUNT_PREVENT_ENUMERATION = True
ALLAUTH_TRUSTED_PROXY_COUNT = int(SECURE_PROXY_SSL_HEADER is not None)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "cxplatform"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PUBLIC_URL.startswith("http://localhost")
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

# --- Mail: everything goes into the outbox, and from there by DELIVERY_BACKEND ----------------------------
EMAIL_BACKEND = "cxplatform.deliveries.backend.OutboxBackend"
_mail = env.url("EMAIL_URL", {"smtp", "smtps"})
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "cxplatform <noreply@localhost>")
if _mail:
    _parts = urlsplit(_mail)
    EMAIL_HOST, EMAIL_PORT = _parts.hostname or "localhost", _parts.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_parts.username or ""), unquote(_parts.password or "")
    EMAIL_USE_SSL, EMAIL_USE_TLS = _parts.scheme == "smtps", _parts.port == 587
    EMAIL_TIMEOUT = 20
    DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
elif TESTING:
    DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
else:
    DELIVERY_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA / "mail")

# Replies to what customers and owners are sent: fetched from a mailbox, or piped in by the mail server (take_mail).
MAIL_REPLIES_URL = env.url("MAIL_REPLIES_URL", {"imap", "imaps"})
_mailbox = unquote(urlsplit(MAIL_REPLIES_URL).username or "")
MAIL_REPLIES_ADDRESS = env.mailbox("MAIL_REPLIES_ADDRESS", default=_mailbox if "@" in _mailbox else "")
if MAIL_REPLIES_URL and not MAIL_REPLIES_ADDRESS:
    raise BadEnvironment("MAIL_REPLIES_ADDRESS", "is not set", "Set it to the mailbox's address, replies@example.fi.")

MAIL_LEAVES = bool(_mail)  # without a server mail stays on this machine, to be read in the outbox

# --- Text messages: by a provider's HTTP address; without one they stay on this machine too ----------------
SMS_URL = env.url("SMS_URL", {"http", "https"})
SMS_PROVIDER = env.choice("SMS_PROVIDER", "generic", {"generic", "twilio"})
SMS_ACCOUNT = env.text("SMS_ACCOUNT")  # Twilio's account SID
SMS_TOKEN = env.text("SMS_TOKEN")  # the bearer token, or Twilio's auth token
SMS_FROM = env.text("SMS_FROM")  # our number or name
SMS_COUNTRY = env.text("SMS_COUNTRY", "358")  # of numbers that begin with a single 0
if SMS_PROVIDER == "twilio" and not (SMS_ACCOUNT and SMS_TOKEN and SMS_FROM):
    raise BadEnvironment("SMS_PROVIDER", "needs more", "Set SMS_ACCOUNT, SMS_TOKEN and SMS_FROM for Twilio.")

# --- Language and time -----------------------------------------------------------------------------------
LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
FORMAT_MODULE_PATH = ["cxplatform.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "Europe/Helsinki"


# --- Static files: ours, and third-party ones straight from their packages ---------------------------------
def _inside(package: str, folder: str = "") -> Path:
    """A folder of an installed package, found without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{package} is not installed. Run make up, or uv sync --frozen.")
    return Path(spec.submodule_search_locations[0]) / folder


STATIC_URL = "/static/"
STATIC_ROOT = env.folder("CX_STATIC", DATA / "static")
STATICFILES_DIRS: list[Path | tuple[str, Path]] = [
    BASE_DIR / "static",
    ("bootstrap", _inside("bootstrap")),
    ("plotly", _inside("plotly", "package_data")),
]
_collected = (STATIC_ROOT / "staticfiles.json").exists() and not TESTING and not DEBUG
WHITENOISE_USE_FINDERS = not _collected and not TESTING  # it would list thousands of files for each test client
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _collected or {"collectstatic", "up"} & set(sys.argv[1:2])
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = DATA / "media"

# --- Content security: scripts by nonce; the admin alone loosens this, by decorator ------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- REST ------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["cxplatform.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["cxplatform.api.authentication.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["cxplatform.api.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "cxplatform.api.negotiation.Negotiation",
    "DEFAULT_PARSER_CLASSES": ["cxplatform.api.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "cxplatform.api.schema.ProblemAutoSchema",
    "DEFAULT_PAGINATION_CLASS": "cxplatform.api.pagination.CursorPages",
    "EXCEPTION_HANDLER": "cxplatform.api.problems.exception_handler",
    "DEFAULT_THROTTLE_CLASSES": ["cxplatform.api.limits.KeyThrottle"],
    "UNAUTHENTICATED_USER": None,
    # No `?format=` and no `.json` suffix: the Accept header alone chooses.
    "URL_FORMAT_OVERRIDE": None,
    "FORMAT_SUFFIX_KWARG": None,
    "NON_FIELD_ERRORS_KEY": "body",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "cxplatform REST API",
    "DESCRIPTION": "Push what happens to customers, read what it means. See /api/v1/docs.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVERS": [{"url": PUBLIC_URL}],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "GET_LIB_DOC_EXCLUDES": "cxplatform.api.schema.bases",
    "ENUM_NAME_OVERRIDES": {"LifecycleEnum": "promises.models.Promise.Lifecycle"},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "cxplatform.api.schema.close_requests",
    ],
}
API_MAX_BODY = 5 * 1024 * 1024
API_MAX_EVENTS = 5_000
API_IDEMPOTENCY_DAYS = 7
API_REQUESTS_PER_MINUTE = env.number("CX_API_REQUESTS_PER_MINUTE", 60_000, low=1)
DATA_UPLOAD_MAX_MEMORY_SIZE = API_MAX_BODY
# Sooner after the page was made than this, an answer must be confirmed once more; 0 = never.
FASTEST_ANSWER_SECONDS = 0 if TESTING else env.number("CX_FASTEST_ANSWER_SECONDS", 1, low=0, high=60)
# From one address, to the survey page and the widget: a whole shop may sit behind one.
ANSWERS_PER_MINUTE = env.number("CX_ANSWERS_PER_MINUTE", 300, low=1)

# --- Work in the background --------------------------------------------------------------------------------
CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = "cx"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 350_000  # kB
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 5,
    "visibility_timeout": 3600,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "pipeline-sweep": {"task": "cxplatform.pipeline.tasks.sweep", "schedule": 5.0},
    "deliveries-sweep": {"task": "cxplatform.deliveries.tasks.sweep", "schedule": 10.0},
    "deliveries-forget": {"task": "cxplatform.deliveries.tasks.forget", "schedule": 6 * 3600.0},
    "messages-sweep": {"task": "cxplatform.deliveries.tasks.sweep_messages", "schedule": 10.0},
    "webhooks-sweep": {"task": "cxplatform.deliveries.tasks.sweep_webhooks", "schedule": 10.0},
    "surveys-send-due": {"task": "surveys.tasks.send_due", "schedule": 15.0},
    "surveys-follow-ups": {"task": "surveys.followups.tasks.sweep", "schedule": 60.0},
    "surveys-expire": {"task": "surveys.tasks.expire", "schedule": 3600.0},
    "promises-sweep": {"task": "promises.tasks.sweep", "schedule": 15.0},
    "dashboards-digests": {"task": "dashboards.tasks.digests", "schedule": 300.0},
    "dashboards-look": {"task": "dashboards.tasks.look", "schedule": 60.0},
    "dashboards-chair": {"task": "dashboards.tasks.tell_cases", "schedule": 900.0},
    "dashboards-days": {"task": "dashboards.tasks.keep_days", "schedule": 1800.0},
    "promises-weigh": {"task": "promises.tasks.weigh", "schedule": 60.0},
    "promises-watch": {"task": "promises.tasks.watch", "schedule": 60.0},
    "surveys-replies": {"task": "surveys.tasks.fetch_replies", "schedule": 60.0},
    "surveys-contact": {"task": "surveys.tasks.contact", "schedule": 60.0},
    "api-forget-requests": {"task": "cxplatform.api.tasks.forget_requests", "schedule": 6 * 3600.0},
    "surveys-tell-texts": {"task": "surveys.texts.tasks.sweep", "schedule": 60.0},
    "surveys-count-asks": {"task": "surveys.tasks.count_asks", "schedule": 15.0},
    "journeys-paths": {"task": "journeys.tasks.sweep_paths", "schedule": 15.0},
    "journeys-months": {"task": "journeys.tasks.sweep_months", "schedule": 3600.0},
    "journeys-uploads": {"task": "journeys.tasks.sweep_uploads", "schedule": 60.0},
    "journeys-meanings": {"task": "journeys.tasks.sweep_meanings", "schedule": 30.0},
    "journeys-forget-keys": {"task": "journeys.tasks.forget_event_keys", "schedule": 6 * 3600.0},
}
EVENT_KEY_DAYS = env.number("CX_EVENT_KEY_DAYS", 30, low=7, high=3650)

LOGGING_CONFIG = None
LOG_LEVEL = env.choice("CX_LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"})
logging_config(level=LOG_LEVEL)

UNFOLD = {
    "SITE_TITLE": "cxplatform",
    "SITE_HEADER": "cxplatform",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
}
