"""The one place that talks to a server over RPC.

Everything in ``scripts/`` that needs a server goes through :class:`Client`. Today it
stands on odoorpc and ``/jsonrpc``, which Odoo 20 drops; the other way in is
``POST /json/2/<model>/<method>``, and only this module has to change for it.

The password (or an API key, which is used in its place) comes from the environment
variable ``ODOO_PASSWORD`` or from a file, never from the command line, where every
user of the machine could read it.
"""

from __future__ import annotations

import argparse
import datetime
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DEFAULT_URL = "http://127.0.0.1:8069"
DEFAULT_TIMEOUT = 600.0
BATCH = 1000  # rows a call: what a call costs by itself counts less than with 500


class RpcError(Exception):
    """The server refused a call; the text is the server's own message."""

    def __init__(self, message: str, kind: str = "", detail: str = ""):
        super().__init__(message)
        self.kind = kind
        self.detail = detail


class ConnectionFailedError(RpcError):
    """There is no server, no such database, or the login is wrong."""


@dataclass(frozen=True)
class LoadMessage:
    """One row that the server refused in :meth:`Client.load`.

    :param int row: index of the row in the rows given, from 0
    :param str field: technical name of the field, empty when it is about the row
    """

    row: int
    field: str
    text: str


class LoadError(RpcError):
    """Rows were refused; nothing of their batch is written.

    ``messages`` names the rows; ``written`` counts rows of earlier batches.
    """

    def __init__(self, model: str, messages: Sequence[LoadMessage], written: int):
        texts = "; ".join(f"row {m.row + 1}: {m.text}" for m in messages[:10])
        super().__init__(f"{model}: {texts}")
        self.messages = list(messages)
        self.written = written


@dataclass(frozen=True)
class Access:
    """Where the server is and who logs in; the password stays out of ``repr``."""

    url: str
    database: str
    user: str
    password: str = field(repr=False)
    timeout: float = DEFAULT_TIMEOUT


def add_options(parser: argparse.ArgumentParser) -> None:
    """Give a command the options that name server, database and user."""
    group = parser.add_argument_group("server")
    group.add_argument(
        "--url", help=f"address, default $ODOO_URL or {DEFAULT_URL}; https is possible"
    )
    group.add_argument("--host", help="name of the machine, instead of --url")
    group.add_argument("--port", type=int, help="port, with --host")
    group.add_argument("--database", help="database, default $ODOO_DATABASE")
    group.add_argument("--user", help="login, default $ODOO_USER or admin")
    group.add_argument(
        "--password-file",
        type=Path,
        help="file with the password or an API key; default is $ODOO_PASSWORD",
    )
    group.add_argument(
        "--timeout",
        type=float,
        default=DEFAULT_TIMEOUT,
        help="seconds to wait for one answer (%(default)s)",
    )


def access_from(
    options: argparse.Namespace, environment: Mapping[str, str] | None = None
) -> Access:
    """Put together where to log in from options and environment.

    :raise ConnectionFailedError: when the database or the password is not named

    >>> options = argparse.Namespace(url=None, host="kop", port=8100, database="d",
    ...     user=None, password_file=None, timeout=5.0)
    >>> access_from(options, {"ODOO_PASSWORD": "x"}).url
    'http://kop:8100'
    """
    env = os.environ if environment is None else environment
    url = options.url or env.get("ODOO_URL") or DEFAULT_URL
    if options.host or options.port:
        url = f"http://{options.host or '127.0.0.1'}:{options.port or 8069}"
    database = options.database or env.get("ODOO_DATABASE", "")
    if not database:
        raise ConnectionFailedError(
            "no database named: use --database or ODOO_DATABASE"
        )
    user = options.user or env.get("ODOO_USER") or "admin"
    return Access(url, database, user, _password(options, env), options.timeout)


def _password(options: argparse.Namespace, env: Mapping[str, str]) -> str:
    if options.password_file:
        try:
            return options.password_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConnectionFailedError(f"password file: {error}") from error
    if not env.get("ODOO_PASSWORD"):
        raise ConnectionFailedError(
            "no password: set ODOO_PASSWORD or name a file with --password-file"
        )
    return env["ODOO_PASSWORD"]


def connect(
    argv: Sequence[str] | argparse.Namespace | None = None,
    environment: Mapping[str, str] | None = None,
) -> Client:
    """Log in as options and environment say.

    :param argv: arguments of a command line, or what a parser with
        :func:`add_options` made of them
    :raise ConnectionFailedError: server, database or login is wrong
    """
    options = argv
    if not isinstance(argv, argparse.Namespace):
        parser = argparse.ArgumentParser()
        add_options(parser)
        options = parser.parse_args(argv)
    return Client(access_from(options, environment))


def plain(value: Any) -> Any:
    """Turn a value into what JSON can carry: dates to ISO, Decimal to float.

    >>> plain({"d": datetime.date(2026, 9, 1), "n": [Decimal("1.5"), None]})
    {'d': '2026-09-01', 'n': [1.5, False]}
    """
    if value is None:
        return False
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return value


class Client:
    """A logged-in user. Every call is one transaction on the server."""

    def __init__(self, access: Access):
        self.access = access
        self.context: dict[str, Any] = {}
        self._odoo = self._open(access)
        # One time zone and language for all: values go over in UTC and by their key.
        self.context.update(self._odoo.env.context, tz="UTC")
        self.uid: int = self._odoo.env.uid

    @staticmethod
    def _open(access: Access) -> Any:
        import odoorpc  # here, so that pure tests need no client library

        parts = urlsplit(access.url)
        secure = parts.scheme == "https"
        try:
            odoo = odoorpc.ODOO(
                parts.hostname or "127.0.0.1",
                protocol="jsonrpc+ssl" if secure else "jsonrpc",
                port=parts.port or (443 if secure else 80),
                timeout=access.timeout,
            )
            odoo.login(access.database, access.user, access.password)
        except odoorpc.error.Error as error:
            raise ConnectionFailedError(
                f"cannot log in at {access.url}, database '{access.database}', as"
                f" '{access.user}': {error}"
            ) from error
        except OSError as error:
            raise ConnectionFailedError(
                f"no server answers at {access.url}: {error}"
            ) from error
        return odoo

    def call(
        self,
        model: str,
        method: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call a public method; a method of records takes their ids first in ``args``.

        :param context: added to the user's context for this call
        :raise RpcError: with the server's message
        """
        import odoorpc

        keywords = {key: plain(value) for key, value in (kwargs or {}).items()}
        keywords["context"] = {**self.context, **plain(context or {})}
        try:
            return self._odoo.execute_kw(model, method, plain(list(args)), keywords)
        except odoorpc.error.RPCError as error:
            data = (error.info or {}).get("data", {}) if error.info else {}
            message = data.get("message") or str(error)
            raise RpcError(
                message.strip(), data.get("name", ""), data.get("debug", "")
            ) from error
        except OSError as error:
            raise RpcError(
                f"{model}.{method}: no answer within {self.access.timeout:.0f} s"
                f" ({error}); raise --timeout or look at the server's log"
            ) from error

    def ref(self, external_id: str) -> int:
        """Give the database id of an external id.

        :raise RpcError: when it does not exist
        """
        module, _dot, name = external_id.partition(".")
        answer = self.call("ir.model.data", "check_object_reference", [module, name])
        return answer[1]

    def refresh(self) -> None:
        """Log in again, so that rights given meanwhile count."""
        self._odoo = self._open(self.access)

    def search_read(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str],
        *,
        order: str = "id",
        limit: int = 0,
        context: Mapping[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        """Read the records that fit a domain, archived ones too.

        :return: one dictionary a record, many2one as ``[id, name]``
        """
        keywords: dict[str, Any] = {"fields": list(fields), "order": order}
        if limit:
            keywords["limit"] = limit
        full_context = {"active_test": False, **(context or {})}
        return self.call(
            model, "search_read", [list(domain)], keywords, context=full_context
        )

    def create(
        self,
        model: str,
        vals: Mapping[str, Any],
        *,
        context: Mapping[str, Any] | None = None,
    ) -> int:
        """Create one record and give its id."""
        return self.call(model, "create", [[dict(vals)]], context=context)[0]

    def with_companies(self, company_ids: Sequence[int]) -> dict[str, Any]:
        """Context in which the first company is current and all of them allowed."""
        return {"allowed_company_ids": list(company_ids)}

    def load(
        self,
        model: str,
        fields: Sequence[str],
        rows: Sequence[Sequence[Any]],
        batch: int = BATCH,
        *,
        context: Mapping[str, Any] | None = None,
        progress: Any = None,
    ) -> list[int]:
        """Create and update records by external id (column ``id``).

        Each batch is one call and all or nothing.

        :param rows: one list of texts a record, in the order of ``fields``
        :param int batch: rows a call
        :param progress: called with the number of rows done after each batch
        :return: ids in the order of ``rows``
        :raise LoadError: naming the rows that the server refused
        """
        loaded: list[int] = []
        for start in range(0, len(rows), batch):
            part = load_arguments(fields, rows[start:][:batch])
            answer = self.call(model, "load", part, context=context)
            errors = [m for m in answer["messages"] if m.get("type") == "error"]
            if errors or not answer["ids"]:
                raise LoadError(model, list(_messages(errors, start)), start)
            loaded.extend(answer["ids"])
            if progress:
                progress(len(loaded))
        return loaded


def load_arguments(fields: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[Any]:
    """Write the arguments of ``load``: names of the columns, rows of texts.

    >>> load_arguments(["id", "active"], [["a", True]])
    [['id', 'active'], [['a', '1']]]
    """
    return [list(fields), [[_cell(value) for value in row] for row in rows]]


def _cell(value: Any) -> Any:
    """Write a value as ``load`` reads it: text, empty text for nothing."""
    value = plain(value)
    if value is False or value is None:
        return ""
    if value is True:
        return "1"
    if isinstance(value, list):
        return ",".join(str(each) for each in value)
    return value if isinstance(value, str) else repr(value)


def _messages(errors: Iterable[Mapping[str, Any]], start: int) -> Iterable[LoadMessage]:
    """Give the rows of the server's messages their place in the whole file."""
    found = False
    for error in errors:
        found = True
        row = error.get("rows", {}).get("from", error.get("record", 0))
        text = " ".join(str(error.get("message", "")).split())
        yield LoadMessage(start + int(row), str(error.get("field") or ""), text)
    if not found:
        yield LoadMessage(start, "", "refused by the server without a message")
