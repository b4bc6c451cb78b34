"""A small SMTP server on this machine: takes mail, asks for logins, refuses what it is told to."""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager


class SmtpServer:
    """`commands` are those of the newest connection; `answers` replies by the beginning of a command, in place of the usual
    ones; `login` is "user:password"."""

    def __init__(
        self, answers: Mapping[str, str] | None = None, login: str = "", extensions: tuple[str, ...] = ()
    ) -> None:
        self.answers = dict(answers or {})
        self.login = login
        self.extensions = (*extensions, *(("AUTH PLAIN LOGIN",) if login else ()))
        self.mails: list[tuple[str, list[str], bytes]] = []
        self.commands: list[str] = []
        self.connections = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.commands.clear()
        try:
            await self._converse(reader, writer)
        except ConnectionError:
            return
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeting = self.answers.get("greeting", "220 here")
        writer.write(f"{greeting}\r\n".encode())
        sender = ""
        recipients: list[str] = []
        while line := await reader.readline():
            command = line.decode().rstrip("\r\n")
            self.commands.append(command)
            verb = command.split()[0].upper() if command.split() else ""
            refused = next(
                (reply for start, reply in self.answers.items() if command.upper().startswith(start.upper())), None
            )
            if refused == "hang up":
                return
            reply = refused or self._reply(verb, command)
            if refused is None and verb == "MAIL":
                sender, recipients = command.partition("<")[2].partition(">")[0], []
            elif refused is None and verb == "RCPT":
                recipients.append(command.partition("<")[2].partition(">")[0])
            elif refused is None and verb == "DATA":
                writer.write(b"354 go on\r\n")
                data = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append((sender, recipients, data[:-3].replace(b"\r\n..", b"\r\n.")))
                reply = self.answers.get("after data", "250 taken")
            writer.write(f"{reply}\r\n".encode())
            await writer.drain()
            if verb == "QUIT":
                return

    def _reply(self, verb: str, command: str) -> str:
        if verb == "EHLO":
            return "\r\n".join(f"250-{word}" for word in ("here", *self.extensions)) + "\r\n250 OK"
        if verb == "AUTH":
            given = base64.b64decode(command.split()[2]).decode().split("\0")
            return "235 welcome" if ":".join(given[1:]) == self.login else "535 5.7.8 wrong user or password"
        if verb == "MAIL" and self.login and not any(word.upper().startswith("AUTH") for word in self.commands):
            return "530 5.7.0 log in first"
        return "221 bye" if verb == "QUIT" else "250 OK"


@asynccontextmanager
async def running(server: SmtpServer) -> AsyncIterator[SmtpServer]:
    """Let the server listen on a free port of this machine."""
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()
