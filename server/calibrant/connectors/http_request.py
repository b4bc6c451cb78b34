"""http.request: one HTTP request and its answer, or the pages of it."""

from typing import TYPE_CHECKING

from calibrant.connectors import httpauth, httptarget, parameters
from calibrant.connectors.refusal import listing, refuse
from calibrant.model.closest import ranked
from calibrant.model.connector import (
    Connector,
    ConnectorSpec,
    Context,
    Effect,
    Freshness,
    Output,
    ParameterSpec,
    Params,
)
from calibrant.model.shape import ANY, INTEGER, OBJECT, STRING, object_of
from calibrant.model.value import UNKNOWN

if TYPE_CHECKING:
    from calibrant.connectors.httpplan import Plan

_READING = ("GET", "HEAD", "OPTIONS")
_METHODS = (*_READING, "POST", "PUT", "PATCH", "DELETE")

SPEC = ConnectorSpec(
    name="http.request",
    summary="Send an HTTP request and read the answer.",
    parameters=(
        ParameterSpec("url", "string", "Where to: http:// or https://.", required=True),
        ParameterSpec(
            "method", "string", "GET, HEAD and OPTIONS read; the others write.", default="GET", enum=_METHODS
        ),
        ParameterSpec("query", "object", "Added to the URL; a list gives its name several times."),
        ParameterSpec("headers", "object", "Request headers."),
        ParameterSpec("json", "any", "A body, sent as JSON."),
        ParameterSpec("form", "object", "A body, sent as form fields; with `files`, their fields."),
        ParameterSpec("body", "string", "A body, sent as it is."),
        ParameterSpec(
            "files", "object", "Files to send by field: a path, or `{path, name, type}`, or a list of these."
        ),
        ParameterSpec("auth", "object", "As whom: one of the forms below."),
        ParameterSpec("paginate", "object", "How one page leads to the next: one of the ways below."),
        ParameterSpec("save_to", "path", "The file to save the answer's body in."),
    ),
    output=object_of(status=INTEGER, headers=OBJECT, body=ANY, url=STRING, path=STRING, size=INTEGER),
    effects=(Effect.READ, Effect.WRITE_LOCAL, Effect.WRITE),
    example='- id: issues\n  uses: http.request\n  with: {url: "https://api.example.com/issues", query: {state: open}}',
    version=2,
)


def method_of(params: Params) -> str:
    """Return the request's method in capitals.

    Raises:
        StepError: there is no such method.
    """
    method = parameters.text(params, "method", "GET").upper()
    if method not in _METHODS:
        message = f"There is no method ‘{method}’. The choices are: {listing(_METHODS)}."
        raise refuse("invalid-value", "method", message, value=method, candidates=ranked(method, _METHODS))
    return method


def touches(params: Params) -> Effect:
    """Return WRITE for methods that write; else WRITE_LOCAL where the answer is saved, and READ where it is not."""
    if method_of(params) not in _READING:
        return Effect.WRITE
    return Effect.READ if params.get("save_to") is None else Effect.WRITE_LOCAL


async def run(params: Params, context: Context) -> Output:
    """Send the request, follow redirects and pages, and return status, headers, body and final URL.

    With `save_to` the body is in the file at `path` instead. `size` is the body's, in bytes.

    Raises:
        StepError: it cannot be built or sent, or an answer is an error.
    """
    from calibrant.connectors import httpsend

    plan = _plan(params)
    answer = await httpsend.send(plan, context)
    return {
        "status": answer.status,
        "headers": answer.headers,
        "body": answer.body,
        "url": plan.shown(answer.url),
        "path": plan.save_to or None,
        "size": answer.size,
    }


async def rehearse(params: Params, context: Context) -> Output:
    """Build the request without sending it, and look at its files; the body that would come back is unknown.

    Raises:
        StepError: it cannot be built.
    """
    from calibrant.connectors import httpsend

    plan = _plan(params)
    await httpsend.look(plan, context)
    return {
        "status": 200,
        "headers": {},
        "body": None if plan.save_to else UNKNOWN,
        "url": plan.shown(plan.url),
        "path": plan.save_to or None,
        "size": UNKNOWN,
    }


async def check(params: Params, context: Context) -> None:
    """Look at what is known of the URL, the login, the pages and the files.

    Raises:
        StepError: one of them cannot be used.
    """
    from calibrant.connectors import httpcontent, httppages, httpsave

    if parameters.known(params, "url"):
        httptarget.checked(parameters.text(params, "url"))
    if parameters.known(params, "auth"):
        httpauth.read(parameters.mapping(params, "auth"))
    if parameters.known(params, "paginate"):
        httppages.read(params)
    if parameters.known(params, "files"):
        httpcontent.look(httpcontent.uploads(params), context)
    if parameters.known(params, "save_to") and params.get("save_to") is not None:
        httpsave.check(parameters.path(params, "save_to"), context)


def fresh(params: Params) -> Freshness:
    """Return what an answer hangs on: the files that are sent or saved, and the server, which cannot be looked at."""
    from calibrant.connectors import httpcontent

    named = [upload.path for upload in httpcontent.uploads(params)] if params.get("files") is not None else []
    named += [parameters.path(params, "save_to")] if params.get("save_to") is not None else []
    return Freshness(files=tuple(named), aged=True)


def _plan(params: Params) -> "Plan":
    from calibrant.connectors import httpplan

    return httpplan.make(params, method_of(params))


def _origin(params: Params) -> str:
    return httptarget.origin(parameters.text(params, "url"))


def _credential(params: Params) -> str:
    headers = httptarget.headers(parameters.mapping(params, "headers"))
    auth = parameters.mapping(params, "auth")
    return httpauth.credential(parameters.text(params, "url"), headers, auth)


def _login(params: Params) -> str:
    return httpauth.login(parameters.mapping(params, "auth"))


CONNECTOR = Connector(
    SPEC,
    run,
    touches=touches,
    rehearse=rehearse,
    check=check,
    origin=_origin,
    credential=_credential,
    login=_login,
    fresh=fresh,
)
