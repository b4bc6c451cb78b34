"""Which Python distribution brings a module: many are installed under another name than they are imported."""

from collections.abc import Mapping

_NAMES: Mapping[str, str] = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "corsheaders": "django-cors-headers",
    "Crypto": "pycryptodome",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "debug_toolbar": "django-debug-toolbar",
    "decouple": "python-decouple",
    "discord": "discord.py",
    "distutils": "setuptools",
    "django_filters": "django-filter",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "environ": "django-environ",
    "factory": "factory-boy",
    "faiss": "faiss-cpu",
    "fitz": "PyMuPDF",
    "flask_sqlalchemy": "Flask-SQLAlchemy",
    "git": "GitPython",
    "github": "PyGithub",
    "gi": "PyGObject",
    "google.cloud.bigquery": "google-cloud-bigquery",
    "google.cloud.pubsub": "google-cloud-pubsub",
    "google.cloud.storage": "google-cloud-storage",
    "google.protobuf": "protobuf",
    "googleapiclient": "google-api-python-client",
    "grpc": "grpcio",
    "grpc_tools": "grpcio-tools",
    "haystack": "django-haystack",
    "hydra": "hydra-core",
    "igraph": "python-igraph",
    "jose": "python-jose",
    "jwt": "PyJWT",
    "kafka": "kafka-python",
    "ldap": "python-ldap",
    "Levenshtein": "Levenshtein",
    "magic": "python-magic",
    "markdown": "Markdown",
    "memcache": "python-memcached",
    "multipart": "python-multipart",
    "mysql": "mysql-connector-python",
    "MySQLdb": "mysqlclient",
    "nacl": "PyNaCl",
    "OpenSSL": "pyOpenSSL",
    "opentelemetry": "opentelemetry-api",
    "paho": "paho-mqtt",
    "past": "future",
    "PIL": "Pillow",
    "pkg_resources": "setuptools",
    "playhouse": "peewee",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "pylab": "matplotlib",
    "PyQt5": "PyQt5",
    "pythoncom": "pywin32",
    "pytest_cov": "pytest-cov",
    "pytest_django": "pytest-django",
    "pytest_mock": "pytest-mock",
    "rest_framework": "djangorestframework",
    "ruamel": "ruamel.yaml",
    "sentry_sdk": "sentry-sdk",
    "serial": "pyserial",
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "slack_sdk": "slack-sdk",
    "slugify": "python-slugify",
    "snowflake": "snowflake-connector-python",
    "socketio": "python-socketio",
    "socks": "PySocks",
    "speech_recognition": "SpeechRecognition",
    "telegram": "python-telegram-bot",
    "usb": "pyusb",
    "websocket": "websocket-client",
    "win32api": "pywin32",
    "wx": "wxPython",
    "xdist": "pytest-xdist",
    "yaml": "PyYAML",
    "zmq": "pyzmq",
}

_OF_PYTHON = frozenset(
    {
        *(
            "asynchat",
            "asyncore",
            "audioop",
            "bz2",
            "cgi",
            "cgitb",
            "crypt",
            "ctypes",
            "curses",
            "dbm",
            "ensurepip",
            "imp",
        ),
        *(
            "lib2to3",
            "lzma",
            "nntplib",
            "pipes",
            "readline",
            "sqlite3",
            "ssl",
            "telnetlib",
            "tkinter",
            "tomllib",
            "venv",
        ),
        *("xdrlib", "zlib", "zoneinfo", "_bz2", "_ctypes", "_curses", "_lzma", "_sqlite3", "_ssl", "_tkinter"),
    }
)
"""Modules of Python itself that some versions or builds of it lack; nothing of that name is to be installed."""

_OWN = frozenset({"src", "tests", "test", "conftest"})
"""First parts of names that are those of a project's own folders and files."""


def distribution_of(module: str) -> str:
    """Return the distribution to install for a module (`yaml.cyaml` → `PyYAML`); empty for what none brings."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        known = _NAMES.get(".".join(parts[:length]))
        if known:
            return known
    return "" if parts[0] in _OF_PYTHON or is_own(module) else parts[0].replace("_", "-")


def is_own(module: str) -> bool:
    """Tell whether the name alone says that a module is the project's own."""
    first = module.partition(".")[0]
    return first in _OWN or first.startswith("test_")


def of_python(module: str) -> bool:
    """Tell whether a module is one of Python itself, which this build or version of it lacks."""
    return module.partition(".")[0] in _OF_PYTHON
