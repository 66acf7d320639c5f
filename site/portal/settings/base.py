"""What every set-up shares. Everything an operator may set comes from `PORTAL_…` variables with working defaults."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parents[3]
VAR_DIR = BASE_DIR / "var"

env = environ.Env()

PORTAL_DEMO = env.bool("PORTAL_DEMO", default=False)
"""Demo mode: sample logins, and every page says that it is sample data. Refused by production."""
PORTAL_PRODUCTION = False
"""A production portal records the real time only (procedures.ledger.clock)."""

DATA_DIR = VAR_DIR / "demo" if PORTAL_DEMO else VAR_DIR
"""Database and files unless they are set: what demo mode writes is never what the portal in earnest opens."""

PORTAL_REAL_DATA = env.bool("PORTAL_REAL_DATA", default=False)
PORTAL_CHECK_LINKS = env.bool("PORTAL_CHECK_LINKS", default=False)
"""With demo mode: the catalogue is real, desks and hours are samples ("dữ liệu thật, đơn vị mẫu")."""

PORTAL_BASE_URL = env.str("PORTAL_BASE_URL", default="http://localhost:8000").rstrip("/")
PORTAL_PROVINCE_NAME = "Hà Tĩnh"
PORTAL_PROVINCE_CODE = "H27"
"""Suffix of this province in full procedure codes (1.004194.000.00.00.H27)."""

DEBUG = False
ALLOWED_HOSTS = env.list("PORTAL_ALLOWED_HOSTS", default=[])

INSTALLED_APPS = [
    "portal",
    "procedures",
    "guidance",
    "home.apps.HomeConfig",
    "search",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.contrib.search_promotions",
    "wagtail.embeds",
    "wagtail.sites",
    "home.apps.PortalUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "django_tasks",
    "django_tasks_db",
    "modelcluster",
    "taggit",
    "axes",
    "csp",
    "django_prometheus",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "portal.security.KnownMethodsMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.security.ContentSecurityPolicyMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
    "portal.security.TooLargeMiddleware",
    "procedures.editing.middleware.PublishRefusedMiddleware",
    "procedures.ledger.middleware.LedgerMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.furniture.context",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Data ---------------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("PORTAL_DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE and a long timeout: writers queue instead of failing; WAL: readers never wait (docs/van-hanh.md).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; "
            "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

_database = Path(str(DATABASES["default"]["NAME"]))
PORTAL_SEARCH_FILE = (
    _database.with_name(
        "search.sqlite3" if _database.stem == "portal" else f"{_database.stem}-search.sqlite3"
    )
    if _database.is_absolute()
    else DATA_DIR / "search.sqlite3"
)
"""Where the embedded index lies: beside its database, so that two portals never share one. Built from the content at any time."""
PORTAL_SEARCH_URL = env.str("PORTAL_SEARCH_URL", default=f"sqlite:///{PORTAL_SEARCH_FILE}")
"""sqlite:///FILE, or https://HOST:9200 of an Elasticsearch cluster, several nodes with commas between (docs/van-hanh.md)."""
PORTAL_SEARCH_API_KEY = env.str("PORTAL_SEARCH_API_KEY", default="")
PORTAL_SEARCH_CA_FILE = env.str("PORTAL_SEARCH_CA_FILE", default="")
"""Certificates that vouch for the cluster's, where no public authority does."""
PORTAL_SEARCH_STARTS_EMPTY = False
"""Whether an index that isn't there counts as an empty one: only in tests, else it has to be built."""

CACHES = {"default": env.cache_url("PORTAL_CACHE_URL", default="locmemcache://")}

TASKS = {
    # Wagtail's own index tasks stay in the request's transaction; ours that take long go to the worker.
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "background": {"BACKEND": "django_tasks_db.DatabaseBackend"},
}

# Files --------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("PORTAL_MEDIA_ROOT", default=str(DATA_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
"""A procedure of 224 papers posts about 3,000 fields; Django's default of 1,000 would lose the editor's work."""

# Language and time --------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["portal.formats"]

# People -------------------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "home.authentication.MembershipBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "wagtailadmin_login"
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24 * 3
SESSION_COOKIE_AGE = 60 * 60 * 10
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_PATH = "/"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "home.views.errors.csrf_failure"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "portal.security.client_address"
AXES_LOCKOUT_TEMPLATE = "home/locked_out.html"

# Mail ---------------------------------------------------------------------------------------------------------------

_email = env.email_url("PORTAL_EMAIL_URL", default="consolemail://")
vars().update(_email)
EMAIL_BACKEND: str = _email["EMAIL_BACKEND"]
DEFAULT_FROM_EMAIL = env.str("PORTAL_FROM_EMAIL", default="khong-tra-loi@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Wagtail ------------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Cổng cải cách hành chính"
WAGTAILADMIN_BASE_URL = PORTAL_BASE_URL
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "home.forms.PortalPasswordResetForm"  # noqa: S105 -- the name of a form
WAGTAILADMIN_USER_LOGIN_FORM = "home.forms.PortalLoginForm"
# An invitation goes by address: whoever could change their own would take a future colleague's.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
WAGTAIL_TIME_FORMAT = "%H:%M"
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_COMMENTS_ENABLED = False
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["bold", "italic", "ol", "ul", "link", "h3"]},
    },
}
WAGTAILDOCS_EXTENSIONS = ["doc", "docx", "odt", "pdf", "xls", "xlsx"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "procedures.editing.document_form.CheckedDocumentForm"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
"""More than any telephone takes; unpacked, each million of them is four megabytes of memory."""
WAGTAIL_MODERATION_ENABLED = True

# Security -----------------------------------------------------------------------------------------------------------

X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # The listing board keeps its pages for when the network is gone.
        "worker-src": [SELF],
        # Previews show public templates inside the admin's frame.
        "frame-ancestors": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
    },
}
ADMIN_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    # Wagtail's page editor builds two <style> elements by script, one with changing content.
    "style-src-elem": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "media-src": [SELF],
    "frame-src": [SELF],
}
"""Only below /admin/ (portal.security)."""

PORTAL_COUNT_SECONDS = 10
"""How long counts of what is searched wait in a process before they are written together; 0: until somebody writes them."""

PORTAL_METRICS_TOKEN = env.str("PORTAL_METRICS_TOKEN", default="")
"""Bearer token for /metrics and the details of /readyz."""
PORTAL_METRICS_LOCALLY = True
"""Whether this machine itself may read /metrics without the token, though not through a proxy."""
PORTAL_TRUSTED_PROXIES = env.list("PORTAL_TRUSTED_PROXIES", default=[])
"""Addresses of proxies on other machines, whose X-Forwarded-For is believed; one on this machine always is."""

# Logs ---------------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "loggers": {
        # Strangers ask for strangers' names all day: answered with 400, nothing for us to mend.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        # Every question to a node that is away would be lines; the search says once that its cluster is.
        "elastic_transport": {"level": "ERROR"},
        "urllib3.connection": {"level": "ERROR"},
    },
    "root": {"handlers": ["console"], "level": env.str("PORTAL_LOG_LEVEL", default="WARNING")},
}
