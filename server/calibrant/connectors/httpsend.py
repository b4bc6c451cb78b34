"""Sending what a plan asks for: with its login, its files, and one request for each page."""

import asyncio
from contextlib import ExitStack
from typing import Any

import httpx
import msgspec

from calibrant.connectors import httpanswer, httpcontent, httpsave, httptarget, httptoken, httpwalk
from calibrant.connectors.httpanswer import Answer, Take
from calibrant.connectors.httpcontent import Opened
from calibrant.connectors.httpplan import Plan
from calibrant.connectors.httpwords import Target
from calibrant.connectors.refusal import refuse
from calibrant.connectors.threads import in_thread
from calibrant.model.connector import Context


async def send(plan: Plan, context: Context) -> Answer:
    """Send a request, or one for each page, and return the answer, with the items of all pages as its body.

    Raises:
        StepError: it cannot be sent, or an answer is an error.
    """
    deadline = asyncio.get_running_loop().time() + httpanswer.seconds_for(context)
    with ExitStack() as stack:
        opened = await in_thread(httpcontent.opened, plan.uploads, context, stack)

        async def exchange(url: httpx.URL, take: Take[Answer]) -> Answer:
            request, target = await _request(plan, url, opened, context, deadline)
            return await httpanswer.exchange(request, context, target, deadline, take)

        async def page(url: httpx.URL, before: int) -> Answer:
            return await exchange(url, httpanswer.taking(httpanswer.BODY_LIMIT, before))

        url = httpx.URL(plan.url)
        if plan.paging is not None:
            return await httpwalk.walk(url, plan.paging, plan.target, page)
        if plan.save_to:
            return await exchange(url, httpsave.saving(plan.save_to, context))
        return await page(url, 0)


async def look(plan: Plan, context: Context) -> None:
    """Build a request without sending it, and look at the files that it names.

    Raises:
        StepError: it cannot be built.
    """
    await in_thread(httpcontent.look, plan.uploads, context)
    if plan.save_to:
        httpsave.check(plan.save_to, context)
    _build(plan, httpx.URL(plan.url), [], plan.headers | plan.auth.headers, context)


async def _request(
    plan: Plan, url: httpx.URL, opened: Opened, context: Context, deadline: float
) -> tuple[httpx.Request, Target]:
    """Return the request to a URL and where it goes; at another origin than the step's own it is made as nobody."""
    shown, origin = httptarget.without_query(str(url)), httptarget.origin(str(url))
    if not httptarget.same_origin(origin, plan.target.origin):
        headers = {name: value for name, value in plan.headers.items() if httptarget.harmless(name)}
        target = msgspec.structs.replace(plan.target, shown=shown, origin=origin, credential="")
        return _build(plan, url, opened, headers, context), target
    headers = plan.headers | plan.auth.headers
    if plan.auth.client is not None:
        token = await httptoken.token(plan.auth.client, context, plan.target.credential, deadline)
        headers["authorization"] = f"Bearer {token}"
    if plan.auth.query:
        url = url.copy_merge_params(plan.auth.query)
    target = msgspec.structs.replace(plan.target, shown=shown, origin=origin)
    return _build(plan, url, opened, headers, context), target


def _build(plan: Plan, url: httpx.URL, opened: Opened, headers: dict[str, str], context: Context) -> httpx.Request:
    body: dict[str, Any] = {"data": plan.fields, "files": opened} if opened else {"content": plan.content}
    timeout = httpanswer.patience(context)
    try:
        return context.http().build_request(plan.method, url, headers=headers, timeout=timeout, **body)
    except httpx.InvalidURL as error:
        raise refuse("bad-url", "url", f"This is not a URL that can be called: {error}.") from error
