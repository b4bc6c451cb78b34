"""Why a secure connection cannot be made, in plain words."""

import ssl
from collections.abc import Iterator

_TRUST = "If you trust it, name a file with its certificate in the environment variable SSL_CERT_FILE."
_RENEW = "Ask those who run it to renew the certificate."
_CERTIFICATE: dict[int, tuple[str, str]] = {
    9: ("its certificate is not valid yet", "Check the clock of this machine."),
    10: ("its certificate has expired", _RENEW),
    18: ("its certificate is self-signed", _TRUST),
    19: ("its certificate comes from an authority that is not known here", _TRUST),
    20: ("its certificate comes from an authority that is not known here", _TRUST),
    21: ("its certificate comes from an authority that is not known here", _TRUST),
    23: ("its certificate was revoked", _RENEW),
    62: ("its certificate is for another host", "Check the host's name in the URL."),
    64: ("its certificate is for another host", "Name the host as its certificate does, not by its address."),
}
"""By the codes of OpenSSL's verification (x509_vfy.h): the reason, and what helps."""
_REASONS: dict[str, tuple[str, str]] = {
    "WRONG_VERSION_NUMBER": ("it does not speak TLS there", "Check the port, or write http:// where it is meant."),
    "HTTP_REQUEST": ("it does not speak TLS there", "Check the port, or write http:// where it is meant."),
    "RECORD_LAYER_FAILURE": ("it does not speak TLS there", "Check the port, or write http:// where it is meant."),
    "CERTIFICATE_REQUIRED": ("it wants a certificate of ours", "Requests cannot bring one: use another way in."),
    "UNSUPPORTED_PROTOCOL": ("it speaks only an old version of TLS", "Ask those who run it to bring it up to date."),
    "PROTOCOL_VERSION": ("it speaks only an old version of TLS", "Ask those who run it to bring it up to date."),
}
"""By parts of OpenSSL's reasons."""


def insecure(error: BaseException) -> tuple[str, str]:
    """Return why there is no secure connection, and what helps; two empty texts where that is not what went wrong."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _CERTIFICATE.get(cause.verify_code, ("its certificate cannot be trusted", _TRUST))
        if isinstance(cause, ssl.SSLEOFError):
            return "it broke off while that was being set up", "Check the port, or try again."
        if isinstance(cause, ssl.SSLError):
            found = (words for part, words in _REASONS.items() if part in str(cause))
            return next(found, ("the two sides do not agree on how", "Ask those who run it."))
    return "", ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
