"""One per kind of action: what it takes, what it touches, how it runs and how it rehearses."""

from calibrant.connectors import (
    data_filter,
    data_group,
    data_join,
    data_map,
    data_pick,
    data_sort,
    file_list,
    file_read,
    file_write,
    http_request,
    mail_read,
    mail_send,
    python_call,
    sheet_append,
    sheet_read,
    sheet_update,
    shell_run,
    sql_execute,
    sql_query,
)
from calibrant.connectors.catalogue import Connectors, Declarations
from calibrant.model.connector import Connector, Registry, Specs

BUILTIN: tuple[Connector, ...] = (
    shell_run.CONNECTOR,
    python_call.CONNECTOR,
    http_request.CONNECTOR,
    file_read.CONNECTOR,
    file_write.CONNECTOR,
    file_list.CONNECTOR,
    data_filter.CONNECTOR,
    data_map.CONNECTOR,
    data_sort.CONNECTOR,
    data_group.CONNECTOR,
    data_pick.CONNECTOR,
    data_join.CONNECTOR,
    sheet_read.CONNECTOR,
    sheet_append.CONNECTOR,
    sheet_update.CONNECTOR,
    mail_read.CONNECTOR,
    mail_send.CONNECTOR,
    sql_query.CONNECTOR,
    sql_execute.CONNECTOR,
)
"""The connectors that come with Calibrant."""


def registry() -> Registry:
    """Return the connectors by name, those of other packages too; they are imported when they are asked for."""
    return Connectors({connector.spec.name: connector for connector in BUILTIN})


def specs() -> Specs:
    """Return the connectors' declarations by name, those of other packages too (see `registry`)."""
    return Declarations({connector.spec.name: connector.spec for connector in BUILTIN})
