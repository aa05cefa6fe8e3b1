"""Members in: matched by LINE user id, then external id, then phone; new ones are made.

A blank cell says nothing: it never erases what is known. What members said
themselves (an unfollow, 停止行銷) outweighs what a file says about them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from backoffice.imports import cells
from backoffice.imports.known_members import KEYS, People, seal
from backoffice.imports.member_changes import Change, Contradiction, arrival, change
from backoffice.imports.member_writing import write
from backoffice.imports.reading import Table, Template
from backoffice.imports.report import Progress, Report
from backoffice.imports.rows import Parsers, Verdicts, parsed
from models.base import N_, local_day
from models.programme import Programme

TEMPLATE = Template(
    columns=(
        "line_user_id",
        "external_id",
        "name",
        "phone",
        "email",
        "birthday",
        "joined_on",
        "left_on",
        "tags",
        "points",
        "consent",
    ),
    one_of=("line_user_id", "external_id", "phone"),
)
PARSERS: Parsers = {
    "line_user_id": cells.line_id,
    "external_id": cells.code,
    "name": partial(cells.words, longest=100),
    "phone": cells.phone,
    "email": cells.email,
    "birthday": cells.birthday,
    "joined_on": cells.day,
    "left_on": cells.day,
    "tags": cells.tags,
    "points": partial(cells.whole, least=0, most=10_000_000),
    "consent": cells.consent,
}
COLUMN_OF = {"line_user_id": "line_user_id", "external_id": "external_id", "phone_mark": "phone"}


def apply(
    session: Session,
    table: Table,
    *,
    now: datetime,
    programme: Programme,
    commit: bool,
    progress: Progress | None = None,
) -> Report:
    """Take the members in, all of them or none; the caller commits.

    Raises:
        Busy: somebody else wrote the same members at this moment.
    """
    verdicts = Verdicts()
    rows = {
        row: seal(session, values)
        for row, values in parsed(table, PARSERS, (), verdicts, progress)
        if _makes_sense(row, values, verdicts, now)
    }
    changes = _changes(rows, People(session, rows.values()), verdicts, now)
    if commit and verdicts.clean:
        write(session, changes, now=now, programme=programme, progress=progress)
    return verdicts.report(table, committed=commit and verdicts.clean)


def _makes_sense(row: int, values: Mapping[str, Any], verdicts: Verdicts, now: datetime) -> bool:
    today = local_day(now)
    if not any(column in values for column in TEMPLATE.one_of):
        verdicts.reject(
            row, None, N_("line_user_id、external_id、phone 至少要填一格，才認得出是誰。")
        )
    for column in ("joined_on", "left_on"):
        if values.get(column, today) > today:
            verdicts.reject(row, column, N_("日期比今天還晚，請確認。"))
    if values.get("left_on", today) < values.get("joined_on", values.get("left_on", today)):
        verdicts.reject(row, "left_on", N_("離開的日期不能早於加入的日期。"))
    if "birthday" in values and values["birthday"].is_after(today):
        verdicts.reject(row, "birthday", N_("生日比今天還晚，請確認。"))
    return not verdicts.has_rejected(row)


def _changes(
    rows: Mapping[int, Mapping[str, Any]], people: People, verdicts: Verdicts, now: datetime
) -> list[Change]:
    changes: list[Change] = []
    seen: dict[tuple[str, Any], int] = {}
    for row, values in rows.items():
        found, contradicting = people.match(values)
        if contradicting:
            verdicts.reject(
                row,
                COLUMN_OF[contradicting],
                N_("這一格和同一列的其他欄是兩位不同的團友，請確認是哪一位。"),
            )
            continue
        names: list[tuple[str, Any]] = [(key, values[key]) for key in KEYS if key in values]
        names += [("id", known.id) for known in found]
        if first := next((seen[name] for name in names if name in seen), None):
            _say_again(row, first, rows, verdicts)
            continue
        seen.update(dict.fromkeys(names, row))
        try:
            made = change(values, found[0]) if found else arrival(values, now)
        except Contradiction as wrong:
            verdicts.reject(row, wrong.column, wrong.msgid, **wrong.values)
            continue
        if made.is_empty:
            verdicts.keep([row])
        else:
            verdicts.accept([row])
            changes.append(made)
    return changes


def _say_again(
    row: int, first: int, rows: Mapping[int, Mapping[str, Any]], verdicts: Verdicts
) -> None:
    """A person who stands in the file twice: saying the same is harmless."""
    if rows[row] == rows[first]:
        verdicts.keep([row])
    else:
        verdicts.reject(
            row, None, N_("和第 {first} 列是同一位團友，內容卻不同，請留一列。"), first=first
        )
