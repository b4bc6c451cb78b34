"""http.request: one HTTP request and its answer."""

from typing import TYPE_CHECKING

from calibrant.connectors import httptarget, jsontext, parameters
from calibrant.connectors.refusal import listing, refuse
from calibrant.model.closest import ranked
from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params
from calibrant.model.issue import Kind
from calibrant.model.shape import ANY, INTEGER, OBJECT, STRING, object_of
from calibrant.model.value import UNKNOWN

if TYPE_CHECKING:
    import httpx

_READING = ("GET", "HEAD", "OPTIONS")
_METHODS = (*_READING, "POST", "PUT", "PATCH", "DELETE")
_BODIES = ("json", "form", "body")

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
        ParameterSpec("form", "object", "A body, sent as form fields."),
        ParameterSpec("body", "string", "A body, sent as it is."),
        ParameterSpec("auth", "object", "`{user, password}` for basic authentication, or `{bearer}` for a token."),
    ),
    output=object_of(status=INTEGER, headers=OBJECT, body=ANY, url=STRING),
    effects=(Effect.READ, Effect.WRITE),
    example='- id: issues\n  uses: http.request\n  with: {url: "https://api.example.com/issues", query: {state: open}}',
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
    """Return READ for GET, HEAD and OPTIONS, else WRITE."""
    return Effect.READ if method_of(params) in _READING else Effect.WRITE


async def run(params: Params, context: Context) -> Output:
    """Send the request, follow redirects, and return status, headers, body and final URL.

    Raises:
        StepError: it cannot be built or sent, or the answer is an error.
    """
    from calibrant.connectors import httpanswer, httpwords

    request = _build(params, context)
    target = httpwords.Target(
        shown=httptarget.without_query(str(request.url)),
        origin=_origin(params),
        credential=_credential(params),
        credential_in=next((name for name in ("auth", "headers") if params.get(name)), "url"),
    )
    return await httpanswer.fetch(request, context, target)


async def rehearse(params: Params, context: Context) -> Output:
    """Build the request without sending it; the body that would come back is unknown.

    Raises:
        StepError: it cannot be built.
    """
    request = _build(params, context)
    return {"status": 200, "headers": {}, "body": UNKNOWN, "url": httptarget.without_user(str(request.url))}


async def check(params: Params, _context: Context) -> None:
    """Look at the URL where it is known.

    Raises:
        StepError: it is none that can be called.
    """
    if parameters.known(params, "url"):
        httptarget.checked(parameters.text(params, "url"))


def _build(params: Params, context: Context) -> "httpx.Request":
    import httpx

    from calibrant.connectors import httpanswer

    url = httptarget.checked(parameters.text(params, "url"))
    headers = httptarget.headers(parameters.mapping(params, "headers"))
    content = _content(params, headers)
    if authorization := httptarget.authorization(parameters.mapping(params, "auth")):
        headers["authorization"] = authorization
    query = httptarget.query(parameters.mapping(params, "query"))
    try:
        target = httpx.URL(url)
        if query:
            target = target.copy_merge_params(query)
        return context.http().build_request(
            method_of(params), target, headers=headers, content=content, timeout=httpanswer.patience(context)
        )
    except httpx.InvalidURL as error:
        raise refuse("bad-url", "url", f"This is not a URL that can be called: {error}.") from error


def _content(params: Params, headers: dict[str, str]) -> bytes | None:
    """Return the request's body, naming its type in `headers` where they do not say."""
    given = [name for name in _BODIES if params.get(name) is not None]
    if len(given) > 1:
        message = f"A request has one body, but {' and '.join(f'‘{name}’' for name in given)} are given."
        raise refuse("invalid-value", given[1], message)
    if not given:
        return None
    if given == ["body"]:
        body = params["body"]
        return body if isinstance(body, bytes) else parameters.text(params, "body").encode()
    if given == ["form"]:
        headers.setdefault("content-type", "application/x-www-form-urlencoded")
        return httptarget.form(parameters.mapping(params, "form"))
    headers.setdefault("content-type", "application/json")
    try:
        return jsontext.render(params["json"]).encode()
    except (TypeError, ValueError) as error:
        message = f"‘json’ cannot be written as JSON: {error}."
        raise refuse("shape-mismatch", "json", message, kind=Kind.DATA_SHAPE) from error


def _origin(params: Params) -> str:
    return httptarget.origin(parameters.text(params, "url"))


def _credential(params: Params) -> str:
    headers = httptarget.headers(parameters.mapping(params, "headers"))
    auth = parameters.mapping(params, "auth")
    return httptarget.credential(parameters.text(params, "url"), headers, auth)


CONNECTOR = Connector(
    SPEC, run, touches=touches, rehearse=rehearse, check=check, origin=_origin, credential=_credential
)
