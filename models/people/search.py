"""Whom an organiser means by a name, a phone number, or `#12`.

Whoever goes by exactly what was said comes first: by name, alias, phone, the
number in an older system, or LINE id, each by its index. Only if there is
nobody, a part of a name will do, if it is one person's; that looks through the
index of all names, a fifth of a second among a million.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlalchemy.orm import Session

from models.base import N_, Refusal, insert, local_day, vault
from models.people import aliases
from models.people.aliases import MemberAlias
from models.people.members import GUEST, Member, phone_digits

SHOWN = 10
PHONE = re.compile(r"\+?[\d\-() ]{8,20}", re.ASCII)
NUMBER = re.compile(r"#(\d{1,15})", re.ASCII)
LONGEST_BUTTON = 300


class Nobody(Refusal):
    """No member goes by this."""

    def __init__(self, said: str) -> None:
        super().__init__(
            N_("找不到「{said}」這位團友，請確認稱呼或手機，或用會員編號，例如 #12。"),
            said=said,
        )
        self.said = said


class Several(Refusal):
    """More than one member goes by this; each becomes a button that says it again with `#id`."""

    def __init__(self, said: str, candidates: Sequence[Member]) -> None:
        shown = "、".join(f"#{m.id} {m.name} {m.joined_on:%Y/%m/%d}" for m in candidates[:SHOWN])
        more = "…" if len(candidates) > SHOWN else ""
        super().__init__(
            N_("「{said}」不只一位，請選一位（編號、稱呼、加入日）：{shown}"),
            said=said,
            shown=shown + more,
        )
        self.said, self.candidates = said, list(candidates[:SHOWN])

    def leads(self, words: str) -> list[tuple[str, str]]:
        """What was said, with the number of each candidate in place of the name."""
        head, space, rest = words.partition(" ") if words.startswith("/") else ("", "", words)
        if self.said not in rest:
            return []
        again = [
            (f"{m.name} #{m.id}", f"{head}{space}{rest.replace(self.said, f'#{m.id}', 1)}")
            for m in self.candidates
        ]
        return [(label, data) for label, data in again if len(data) <= LONGEST_BUTTON]


def named(session: Session, said: str) -> Member:
    """The member an organiser means, with or without LINE.

    Raises:
        Nobody: no one goes by this, nor has it in the name.
        Several: more than one does.
    """
    wanted = " ".join(said.split()).removeprefix("@").strip()
    if not wanted:
        raise Nobody(said)
    found = _exactly(session, wanted) or _partly(session, wanted)
    if not found:
        raise Nobody(said)
    if len(found) > 1:
        raise Several(said, found)
    return found[0]


def exactly(session: Session, said: str) -> Sequence[Member]:
    """Whoever goes by exactly this, and nobody who merely has it in the name."""
    wanted = " ".join(said.split()).removeprefix("@").strip()
    return _exactly(session, wanted) if wanted else []


def guest(session: Session, name: str, *, now: datetime) -> Member:
    """The record, without LINE, of somebody who orders by telephone; made if there is none.

    The same name is the same guest. They consented to nothing and cannot be written to.
    """
    called = " ".join(name.split())[:100]
    row = {
        "name": called,
        "source": GUEST,
        "joined_on": local_day(now),
        "created_at": now,
        "language": "zh-TW",
        "is_friend": False,
        "marketing": False,
    }
    session.execute(insert(session, Member).values(row).on_conflict_do_nothing())
    theirs = select(Member).where(
        Member.name == called,
        Member.source == GUEST,
        Member.line_user_id.is_(None),
        Member.erased_at.is_(None),
    )
    return session.scalars(theirs).one()


def _exactly(session: Session, wanted: str) -> Sequence[Member]:
    number = NUMBER.fullmatch(wanted)
    if number is not None:
        return _members(session, select(Member.id).where(Member.id == int(number[1])))
    ways: list[ColumnElement[bool]] = [
        Member.name == wanted,
        Member.external_id == wanted,
        Member.line_user_id == wanted,
    ]
    if PHONE.fullmatch(wanted):
        ways.append(Member.phone_mark == vault(session).mark(phone_digits(wanted)))
    by_alias = select(MemberAlias.member_id).where(MemberAlias.key == aliases.key(wanted))
    return _members(session, *(select(Member.id).where(way) for way in ways), by_alias)


def _partly(session: Session, wanted: str) -> Sequence[Member]:
    if wanted.startswith("#") or PHONE.fullmatch(wanted):
        return []
    part = func.lower(Member.name).contains(wanted.lower(), autoescape=True)
    return _members(session, select(Member.id).where(part).limit(SHOWN + 1))


def _members(session: Session, *ids: Select[int]) -> Sequence[Member]:
    """Those of the members found this way or that who are still there, each once."""
    found = union_all(*ids).subquery() if len(ids) > 1 else ids[0].subquery()
    query = select(Member).where(Member.id.in_(select(found.c[0])), Member.erased_at.is_(None))
    return session.scalars(query.order_by(Member.id).limit(SHOWN + 1)).all()
