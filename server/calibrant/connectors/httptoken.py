"""Getting a token by OAuth client credentials (RFC 6749, 4.4): once in a run, shown nowhere."""

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import msgspec

from calibrant.connectors import httpanswer, httptarget, httpunpack, httpwords
from calibrant.connectors.httpauth import Client
from calibrant.model.connector import Context
from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind

if TYPE_CHECKING:
    import httpx

_ANSWER_LIMIT = 1 << 20
_HOURS = 3600.0
_EARLIER = 5.0
"""Seconds by which a token is given up before it runs out."""
_TOKENS = ("access_token", "refresh_token", "id_token")
_REFUSALS = ("400", "401", "403")


async def token(client: Client, context: Context, credential: str, deadline: float) -> str:
    """Return a token for that client: the run's own, got with the first call and anew when it has run out.

    Raises:
        StepError: the server refuses the client (kind `auth`, origin of the token's URL), cannot be reached, or gives none.
    """

    async def get() -> tuple[str, float]:
        return await _get(client, context, credential, deadline)

    return await context.remember(f"http.token:{client.key}", get)


async def _get(client: Client, context: Context, credential: str, deadline: float) -> tuple[str, float]:
    target = httpwords.Target(
        shown=httptarget.without_query(client.url),
        origin=httptarget.origin(client.url, "auth"),
        credential=credential,
        credential_in="auth",
        parameter="auth",
    )
    try:
        answer = await httpanswer.exchange(
            _request(client, context), context, target, deadline, httpanswer.taking(_ANSWER_LIMIT)
        )
    except StepError as error:
        raise StepError(_discreet(error.failure, client)) from error
    return _taken(answer.body, context, target)


def _request(client: Client, context: Context) -> "httpx.Request":
    form = {"grant_type": "client_credentials", "scope": client.scope, "audience": client.audience}
    headers = {"accept": "application/json", "accept-encoding": httpunpack.ACCEPTED}
    if client.in_body:
        form |= {"client_id": client.id, "client_secret": client.secret}
    else:
        pair = f"{quote_plus(client.id)}:{quote_plus(client.secret)}"
        headers["authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    headers["content-type"] = "application/x-www-form-urlencoded"
    content = httptarget.form({name: value for name, value in form.items() if value})
    timeout = httpanswer.patience(context)
    return context.http().build_request("POST", client.url, headers=headers, content=content, timeout=timeout)


def _discreet(failure: Failure, client: Client) -> Failure:
    """Return the failure without what the server said at length, which may repeat what it was sent."""
    failure = msgspec.structs.replace(failure, details="")
    if failure.evidence.get("status") not in _REFUSALS:
        return failure
    message = failure.message.replace("does not accept the request", "gives no token")
    hint = "Check ‘client_id’ and ‘client_secret’" + (", and ‘scope’." if client.scope else ".")
    return msgspec.structs.replace(
        failure, code="login-failed", kind=Kind.AUTH, message=message, hint=hint, parameter=("auth",)
    )


def _taken(body: object, context: Context, target: httpwords.Target) -> tuple[str, float]:
    fields = body if isinstance(body, dict) else {}
    for name in _TOKENS:
        if isinstance(fields.get(name), str):
            context.confide(fields[name])
    found, kind = fields.get("access_token"), str(fields.get("token_type") or "bearer").lower()
    if not isinstance(found, str) or not found.strip() or kind != "bearer":
        words = "gives no token." if kind == "bearer" else f"gives a token of a kind that is not known: ‘{kind}’."
        raise StepError(httpwords.failed(target, "bad-response", Kind.DATA_SHAPE, words))
    lasting = str(fields.get("expires_in"))  # a number, but some send it as text
    seconds = float(lasting) if lasting.isascii() and lasting.isdigit() else _HOURS
    return httptarget.header_text(found, "auth", "The token", ""), max(0.0, seconds - _EARLIER)
