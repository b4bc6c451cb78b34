"""mail.send: send a mail over SMTP."""

import threading

from calibrant.connectors import parameters, smtptarget
from calibrant.connectors.threads import in_thread
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
from calibrant.model.shape import STRING, object_of

SPEC = ConnectorSpec(
    name="mail.send",
    summary="Send a mail over SMTP.",
    parameters=(
        ParameterSpec("server", "string", "`host:port`, `smtp://host:port` or `smtps://host:port`.", required=True),
        ParameterSpec("to", "any", "An address, several between commas, or a list of them.", required=True),
        ParameterSpec("subject", "string", "The subject, one line.", required=True),
        ParameterSpec("text", "string", "The mail as plain text."),
        ParameterSpec("html", "string", "The mail as HTML; beside `text`, readers choose."),
        ParameterSpec("from", "string", "Whom it is from; `user` where not given."),
        ParameterSpec("attachments", "array", "Files by path, or objects of `name` and `content`."),
        ParameterSpec("user", "string", "Whom to log in as."),
        ParameterSpec("password", "string", "The password; keep it in a secret."),
    ),
    output=object_of(id=STRING),
    effects=(Effect.WRITE,),
    example=(
        "- id: tell\n  uses: mail.send\n"
        '  with: {server: "mail.example.com:587", to: ops@example.com, from: bot@example.com, subject: Done}'
    ),
)


async def run(params: Params, context: Context) -> Output:
    """Send the mail and return its id.

    Raises:
        StepError: it cannot be built, the server cannot be reached, or refuses the login, an address or the mail.
    """
    from calibrant.connectors import mailmessage, smtp

    server, login = smtptarget.server_of(params), smtptarget.login_of(params)
    mail = await in_thread(mailmessage.build, params, context)
    stop = threading.Event()
    delivery = smtp.Delivery(mail, server, login, smtptarget.credential(params), context.timeout * 0.95)
    try:
        await in_thread(smtp.send, delivery, stop)
    finally:
        stop.set()  # a step that was cancelled must not send any more
    return {"id": mail.id}


async def rehearse(params: Params, context: Context) -> Output:
    """Build the mail and check where it would go, without connecting to anything.

    Raises:
        StepError: it cannot be built, or the server's address cannot be one.
    """
    from calibrant.connectors import mailmessage

    smtptarget.server_of(params)
    smtptarget.login_of(params)
    mail = await in_thread(mailmessage.build, params, context)
    return {"id": mail.id}


async def check(params: Params, _context: Context) -> None:
    """Look at the server and the addresses where they are known.

    Raises:
        StepError: one of them cannot be what it should.
    """
    from calibrant.connectors import mailmessage

    if parameters.known(params, "server", "user"):
        smtptarget.server_of(params)
    if parameters.known(params, "to"):
        mailmessage.recipients_of(params)
    if parameters.known(params, "from", "user"):
        mailmessage.sender_of(params)


def fresh(params: Params) -> Freshness:
    """Return what a rehearsal hangs on: the attached files, and the server, which cannot be looked at."""
    attached = parameters.array(params, "attachments") if params.get("attachments") is not None else ()
    return Freshness(files=tuple(one for one in attached if isinstance(one, str)), aged=True)


CONNECTOR = Connector(
    SPEC,
    run,
    touches=lambda _params: Effect.WRITE,
    rehearse=rehearse,
    check=check,
    origin=lambda params: smtptarget.server_of(params).origin,
    credential=smtptarget.credential,
    fresh=fresh,
)
