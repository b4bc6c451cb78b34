"""How the go command reports that it could not fetch a module: at the place in the source that asks for it.

Samples of Go 1.19 against servers on loopback that answer 429, 502, 403, or nothing, or with a certificate that nobody signed.
"""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

_AT = (
    r"^(?:go: |[^\n:]{1,300}\.go:\d{1,7}:\d{1,6}: )[^\n]{0,200}@v[^\n:]{1,100}: "
    r"(?:Get|reading|invalid|unrecognized)[^\n]{0,300}?"
)


def _pattern(name: str, kind: Kind, code: str, end: str, message: str, hint: str, sample: str) -> Pattern:
    return Pattern(
        name=f"go-fetch-{name}",
        regex=_AT + end,
        kind=kind,
        code=code,
        confidence=0.96,
        message=message,
        hint=hint,
        tool="go",
        matching=(f"main.go:3:8: example.org/dep@v1.0.0: {sample}",),
        non_matching=("main.go:3:8: example.org/dep@v1.0.0: missing go.sum entry",),
    )


PATTERNS: tuple[Pattern, ...] = (
    _pattern(
        "limited",
        Kind.RATE_LIMIT,
        "rate-limited",
        r": 429 Too Many Requests",
        "The server of the Go modules was asked too often and refuses for now.",
        "Wait a little, or add ‘retry’ with a longer ‘delay’.",
        "reading http://127.0.0.1:18080/r429/example.org/dep/@v/v1.0.0.zip: 429 Too Many Requests",
    ),
    _pattern(
        "unavailable",
        Kind.TRANSIENT,
        "service-unavailable",
        r": 50\d [A-Z]",
        "The server of the Go modules is there but could not answer.",
        "Try again later; where it goes on, tell those who run the service.",
        "reading http://127.0.0.1:18080/502/example.org/dep/@v/v1.0.0.zip: 502 Bad Gateway",
    ),
    _pattern(
        "forbidden",
        Kind.AUTH,
        "login-failed",
        r": 40[13] [A-Z]",
        "The server of the Go modules refused the login.",
        "Check the user name, password or token that Git or .netrc has for it.",
        "reading http://127.0.0.1:18080/403/example.org/dep/@v/v1.0.0.zip: 403 Forbidden",
    ),
    _pattern(
        "no-host",
        Kind.CONNECTION,
        "host-not-found",
        r"dial tcp: lookup [^\n]{1,200}: (?:no such host|[^\n]{0,100}server misbehaving)",
        "The host of the Go modules is not known here.",
        "Check GOPROXY and the network.",
        'Get "http://goproxy.example.invalid/example.org/dep/@v/v1.0.0.zip": dial tcp: lookup goproxy.example.invalid on '
        "192.0.2.53:53: no such host",
    ),
    _pattern(
        "refused",
        Kind.CONNECTION,
        "connection-refused",
        r"connect: connection refused",
        "Nothing answers where the Go modules are fetched from.",
        "Check GOPROXY and the network.",
        'Get "http://127.0.0.1:9/example.org/dep/@v/v1.0.0.zip": dial tcp 127.0.0.1:9: connect: connection refused',
    ),
    _pattern(
        "certificate",
        Kind.CONNECTION,
        "certificate-error",
        r"(?:x509|tls): ",
        "The certificate of the server of the Go modules is not accepted.",
        "Name the authority that signed it (SSL_CERT_FILE), or correct GOPROXY.",
        'Get "https://localhost:18443/example.org/dep/@v/v1.0.0.zip": x509: certificate signed by unknown authority',
    ),
)
