"""What an http.request step asks for, worked out from its parameters without sending anything."""

import httpx
import msgspec

from calibrant.connectors import httpauth, httpcontent, httppages, httptarget, httpunpack, parameters
from calibrant.connectors.httpauth import Auth
from calibrant.connectors.httpcontent import Upload
from calibrant.connectors.httppages import Paging
from calibrant.connectors.httpwords import Target
from calibrant.connectors.refusal import refuse
from calibrant.model.connector import Params


class Plan(msgspec.Struct, frozen=True):
    """One request. `url` has the step's own `query`; `content` is its body but for `uploads`, which have `fields` beside."""

    method: str
    url: str
    headers: dict[str, str]
    content: bytes | None
    uploads: tuple[Upload, ...]
    fields: dict[str, list[str]]
    auth: Auth
    paging: Paging | None
    save_to: str
    target: Target

    def shown(self, url: str) -> str:
        """Return a URL fit for the output: without user, password and key."""
        found = httpx.URL(url)
        for name in self.auth.query:
            found = found.copy_remove_param(name)
        return httptarget.without_user(str(found))


def make(params: Params, method: str) -> Plan:
    """Return what a step asks for.

    Raises:
        StepError: something cannot be sent, or two parameters contradict each other.
    """
    headers = httptarget.headers(parameters.mapping(params, "headers"))
    auth = parameters.mapping(params, "auth")
    url = _url(params)
    target = Target(
        shown=httptarget.without_query(url),
        origin=httptarget.origin(parameters.text(params, "url")),
        credential=httpauth.credential(parameters.text(params, "url"), headers, auth),
        credential_in=next((name for name in ("auth", "headers") if params.get(name)), "url"),
    )
    headers.setdefault("accept-encoding", httpunpack.ACCEPTED)
    save_to = parameters.path(params, "save_to") if params.get("save_to") is not None else ""
    uploads, paging = httpcontent.uploads(params), httppages.read(params)
    _check(method, uploads, paging, save_to, headers)
    content = httpcontent.read(params, headers)
    fields = httpcontent.fields(params) if uploads else {}
    return Plan(method, url, headers, content, uploads, fields, httpauth.read(auth), paging, save_to, target)


def _url(params: Params) -> str:
    written = httptarget.checked(parameters.text(params, "url"))
    query = httptarget.query(parameters.mapping(params, "query"))
    try:
        url = httpx.URL(written)
        return str(url.copy_merge_params(query) if query else url)
    except httpx.InvalidURL as error:
        raise refuse("bad-url", "url", f"This is not a URL that can be called: {error}.") from error


def _check(
    method: str, uploads: tuple[Upload, ...], paging: Paging | None, save_to: str, headers: dict[str, str]
) -> None:
    """Raise StepError where parameters contradict each other."""
    if paging is not None and method != "GET":
        message = f"‘paginate’ asks for page after page, which GET does; the method is {method}."
        raise refuse("invalid-value", "paginate", message, hint="Leave ‘paginate’ out, or use GET.")
    if paging is not None and save_to:
        message = "‘save_to’ saves one answer as it is, and ‘paginate’ puts several together."
        raise refuse(
            "invalid-value", "save_to", message, hint="Leave one out; file.write can save what was put together."
        )
    if save_to and method == "HEAD":
        message = "‘save_to’ saves the body of an answer, but answers to HEAD have none."
        raise refuse("invalid-value", "save_to", message, hint="Leave ‘save_to’ out, or use GET.")
    if uploads and "content-type" in headers:
        message = "A request with ‘files’ has a content type of its own, but one is given."
        raise refuse("invalid-value", "headers", message, hint="Leave ‘Content-Type’ out.")
    if uploads and method in ("GET", "HEAD", "OPTIONS"):
        message = f"{method} sends no files."
        raise refuse("invalid-value", "files", message, hint="Give a ‘method’ such as POST.")
