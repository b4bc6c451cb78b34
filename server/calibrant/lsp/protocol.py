"""The protocol's own rules, where pygls does not keep them: bad messages answered, order of life, safe shutdown."""

import json
import logging
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol, lsp_method

from calibrant.lsp.unnamed import named

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

_log = logging.getLogger(__name__)


class Protocol(LanguageServerProtocol):
    """pygls' protocol without its own copy of the documents, and with an answer for every request."""

    _server: "CalibrantServer"

    # We hold the documents ourselves: with these gone, our handlers are called instead of pygls' own.
    lsp_text_document__did_open = None  # type: ignore[assignment]
    lsp_text_document__did_change = None  # type: ignore[assignment]
    lsp_text_document__did_close = None  # type: ignore[assignment]
    lsp_notebook_document__did_open = None  # type: ignore[assignment]
    lsp_notebook_document__did_change = None  # type: ignore[assignment]
    lsp_notebook_document__did_close = None  # type: ignore[assignment]
    lsp_workspace__did_change_workspace_folders = None  # type: ignore[assignment]
    lsp_work_done_progress_cancel = None  # type: ignore[assignment]
    lsp_exit = None  # type: ignore[assignment]

    _initialized = False

    @property
    def is_shut_down(self) -> bool:
        """Tell whether the client asked for `shutdown`."""
        return self._shutdown

    def receive(self, body: bytes) -> None:
        """Handle one message as it came from the wire. Never raises: what cannot be read is answered or logged."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            self._refuse(None, JsonRpcParseError("The message is not valid JSON."))
            return
        if not isinstance(message, dict) or not _is_well_formed(message):
            self._refuse(None, JsonRpcInvalidRequest("A message is one JSON object, with a method by name or an id."))
            return
        refusal = self._out_of_order(message)
        if refusal:
            self._refuse(message.get("id"), refusal)
        elif refusal is None:
            self._pass_on(message)

    def _out_of_order(self, message: dict[str, Any]) -> JsonRpcException | bool | None:
        """Return why a request comes at the wrong time of the server's life, False for a notification then, else None."""
        method = message.get("method")
        if method is None or method == types.EXIT:
            return None
        why: JsonRpcException | None = None
        if self._shutdown:
            why = JsonRpcInvalidRequest("The server is shutting down.")
        elif method == types.INITIALIZE:
            why = JsonRpcInvalidRequest("The server is initialized already.") if self._initialized else None
            self._initialized = True
        elif not self._initialized:
            why = JsonRpcServerNotInitialized("The first request must be ‘initialize’.")
        return False if why and "id" not in message else why

    def _pass_on(self, message: dict[str, Any]) -> None:
        if "method" in message and self.get_message_type(str(message["method"])) is None:
            message.setdefault("params", None)  # else an unknown method is refused for its parameters
        try:
            structured = self.structure_message({"jsonrpc": "2.0", **message})
        except JsonRpcException:
            if "method" not in message:
                self._answered_badly(message["id"])
                return
            what = f"The parameters of ‘{message['method']}’ are not as the protocol has them."
            self._forget_broken_initialize(message)
            self._refuse(message.get("id"), JsonRpcInvalidParams(what))
            return
        try:
            self.handle_message(structured)
        except Exception:  # noqa: BLE001 - whatever one message does, the next one must be served
            _log.exception("Cannot handle a message")
            self._refuse(message.get("id"), JsonRpcInternalError("This message could not be handled."))

    def _answered_badly(self, msg_id: Any) -> None:
        """Let our own request fail whose answer is not as the protocol has it; an answer is never answered."""
        why = types.ResponseError(JsonRpcInvalidParams.CODE, "The client's answer is not as the protocol has it.")
        self._handle_response(msg_id, None, why)

    def _forget_broken_initialize(self, message: dict[str, Any]) -> None:
        if message.get("method") == types.INITIALIZE:
            self._initialized = False

    def _refuse(self, msg_id: Any, why: JsonRpcException | bool) -> None:
        """Answer a request with an error; a notification's is logged, for there is no one to answer."""
        if isinstance(why, bool) or (msg_id is None and not isinstance(why, JsonRpcParseError | JsonRpcInvalidRequest)):
            _log.warning("Ignored: %s", why)
            return
        error = {"code": why.code, "message": why.message}
        self._send_data({"jsonrpc": "2.0", "id": msg_id, "error": error})

    def _send_data(self, data: Any) -> None:
        """Send a message. pygls lets `json` write it, which takes several times as long where it is a large one."""
        if self.writer is None:
            _log.error("There is no one to send a message to")
            return
        try:
            body = encoded(self._converter.unstructure(data))
            head = f"Content-Length: {len(body)}\r\nContent-Type: {self.CONTENT_TYPE}; charset={self.CHARSET}\r\n\r\n"
            self.writer.write(head.encode() + body)
        except Exception as error:  # noqa: BLE001 - one answer that cannot be written must not end the others
            _log.exception("Cannot send a message")
            self._server.report_server_error(error, JsonRpcInternalError)

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *_args: Any) -> Generator[Any, Any, None]:
        """Answer only after every run has ended; pygls' own fails where a request is in flight."""
        self._shutdown = True
        mine = self.msg_id
        yield self._server.close, (), None
        for msg_id, future in list(self._request_futures.items()):
            if msg_id != mine and not future.done():
                future.cancel()

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    def lsp_workspace__execute_command(self, params: types.ExecuteCommandParams) -> Generator[Any, Any, Any]:
        """Call a command with its one object, or with none, as some editors' lists of commands do."""
        handler = self.fm.commands.get(params.command)
        if handler is None:
            raise JsonRpcInvalidParams(f"There is no command called ‘{params.command}’.")
        arguments: list[Any] = list(params.arguments or [{}])
        if len(arguments) != 1 or not isinstance(arguments[0], dict):
            raise JsonRpcInvalidParams(f"‘{params.command}’ takes one object.")
        return (yield handler, (named(self._server, params.command, arguments[0]),), {})


def encoded(message: Any) -> bytes:
    """Return a message of plain values as JSON.

    Half a character, which UTF-8 cannot hold, is escaped, and a number may be as large as it likes.
    """
    try:
        return msgspec.json.encode(message)
    except (UnicodeEncodeError, OverflowError, TypeError):
        return json.dumps(message).encode()


def _is_well_formed(message: dict[str, Any]) -> bool:
    """Tell whether a message has a method by name, or at least an id, and no id that cannot be one."""
    named = isinstance(message["method"], str) if "method" in message else "id" in message
    return named and isinstance(message.get("id"), str | int | None)
