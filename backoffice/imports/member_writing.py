"""Members' changes, written in bulk: records, tags, opening balances and consent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice.imports.known_members import KEYS, opening_source
from backoffice.imports.member_changes import Change
from backoffice.imports.report import Progress
from backoffice.imports.rows import Busy
from models.base import N_, batches, insert, local_day, vault
from models.loyalty import points
from models.people import consents, tags
from models.people.members import Member
from models.programme import Programme


def write(
    session: Session,
    changes: Sequence[Change],
    *,
    now: datetime,
    programme: Programme,
    progress: Progress | None,
) -> None:
    """Write every change.

    Raises:
        Busy: somebody else took one of the ids or phones meanwhile.
    """
    done = 0
    for batch in batches(changes, 1_000):
        _write(session, batch, now, programme)
        done += len(batch)
        if progress:
            progress(N_("寫入"), done, len(changes))


def _write(
    session: Session, changes: Sequence[Change], now: datetime, programme: Programme
) -> None:
    ids = dict(_insert(session, [one for one in changes if one.member_id is None]))
    ids |= {id(one): one.member_id for one in changes if one.member_id is not None}
    _update(session, [one for one in changes if one.member_id is not None])
    tags.add(session, [(ids[id(one)], tag) for one in changes for tag in one.tags], now=now)
    openings = [
        points.Earning(
            member_id=ids[id(one)],
            points=one.opening,
            source=opening_source(ids[id(one)]),
            earned_on=local_day(now),
            reason=N_("匯入的期初點數"),
            kind=points.Kind.OPENING,
        )
        for one in changes
        if one.opening
    ]
    points.earn_many(session, openings, now=now, terms=programme.points)
    for granted in (True, False):
        answered = [ids[id(one)] for one in changes if one.marketing is granted]
        consents.set_marketing(session, answered, granted=granted, source="import", now=now)


def _insert(session: Session, changes: Sequence[Change]) -> Iterator[tuple[int, int]]:
    """The new members' ids, each with the identity of the change that made it."""
    if not changes:
        return
    rows = [_empty() | one.columns | _sealed(session, one) for one in changes]
    keys = (getattr(Member, key) for key in KEYS)
    made = insert(session, Member).on_conflict_do_nothing().returning(Member.id, *keys)
    returned = session.execute(made, rows).all()
    found = {(key, getattr(row, key)): row.id for row in returned for key in KEYS}
    for one, row in zip(changes, rows, strict=True):
        names = [(key, row[key]) for key in KEYS if row[key] is not None]
        if len({found.get(name) for name in names} - {None}) != 1:
            raise Busy
        yield id(one), found[names[0]]


def _update(session: Session, changes: Iterable[Change]) -> None:
    rows = [one.columns | _sealed(session, one) | {"of": one.member_id} for one in changes]
    friends = [one.friend | {"of": one.member_id} for one in changes if one.friend]
    members = Member.__table__.c
    try:
        for columns, alike in groupby(sorted(rows, key=sorted), key=sorted):
            if len(columns) > 1:
                _update_alike(session, columns, list(alike))
    except IntegrityError:
        raise Busy from None
    if friends:
        unheard = members.friend_event_at.is_(None)
        _update_alike(session, sorted(friends[0]), friends, unheard)


def _update_alike(
    session: Session, columns: Iterable[str], rows: list[dict[str, Any]], *conditions: Any
) -> None:
    members = Member.__table__
    values: dict[str, Any] = {column: bindparam(column) for column in columns if column != "of"}
    statement = update(Member).where(members.c.id == bindparam("of"), *conditions).values(values)
    session.connection().execute(statement, rows)


def _empty() -> dict[str, Any]:
    return {"phone_mark": None, "phone_sealed": None, "email_sealed": None}


def _sealed(session: Session, change: Change) -> dict[str, Any]:
    keeper = vault(session)
    columns = {}
    if change.phone:
        columns["phone_mark"] = keeper.mark(change.phone)
        columns["phone_sealed"] = keeper.seal(change.phone)
    if change.email:
        columns["email_sealed"] = keeper.seal(change.email)
    return columns
