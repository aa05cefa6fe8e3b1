"""Files in: members and orders from a spreadsheet, all of a file or nothing of it.

Nothing is sent because of an import. The caller commits, if the report says
that there is something to commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy.orm import Session

from backoffice.imports import members, orders
from backoffice.imports.reading import Table, Template, read
from backoffice.imports.report import BadFile, Progress, Rejection, Report
from models.base import N_, Refusal
from models.programme import Programme

__all__ = ["KINDS", "BadFile", "NoSuchKind", "Progress", "Rejection", "Report", "run"]


class Importer(Protocol):
    """Takes a table in; see `members.apply` and `orders.apply`."""

    def __call__(
        self,
        session: Session,
        table: Table,
        *,
        now: datetime,
        programme: Programme,
        commit: bool,
        progress: Progress | None = None,
    ) -> Report: ...


KINDS: Final[Mapping[str, tuple[Template, Importer]]] = {
    "members": (members.TEMPLATE, members.apply),
    "orders": (orders.TEMPLATE, orders.apply),
}


# the columns of every template, to find out which one a file follows
_ANY = Template(
    columns=tuple(dict.fromkeys([*members.TEMPLATE.columns, *orders.TEMPLATE.columns])),
    one_of=("order_no", "line_user_id", "external_id", "phone"),
)


class NoSuchKind(Refusal):
    def __init__(self, kind: str) -> None:
        super().__init__(N_("只能匯入 members 或 orders，沒有「{kind}」。"), kind=kind)


def run(
    session: Session,
    kind: str,
    data: bytes,
    filename: str,
    *,
    now: datetime,
    programme: Programme,
    commit: bool,
    progress: Progress | None = None,
) -> Report:
    """Read a file and say what each row would do; with `commit` write them, unless one is wrong.

    Raises:
        BadFile: it cannot be read as such a file, or was written to at the same moment.
        NoSuchKind: `kind` is neither members nor orders.
    """
    if kind not in KINDS:
        raise NoSuchKind(kind)
    template, importer = KINDS[kind]
    table = read(data, filename, template)
    return importer(session, table, now=now, programme=programme, commit=commit, progress=progress)


def recognise(data: bytes, filename: str) -> str:
    """Which kind of file this is, by its header row.

    Raises:
        BadFile: it cannot be read, or has no column that either kind needs.
    """
    return "orders" if "order_no" in read(data, filename, _ANY).columns else "members"
