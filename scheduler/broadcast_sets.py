"""Messages of a broadcast queued inside PostgreSQL: one statement for all who read the same.

Their names, points and links are filled in there, so nobody's row travels. The
same comes out as `scheduler.broadcast_letters` writes one by one, and those to
whom it is left: whose name has letters that a card might cut, or not show as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    Text,
    column,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType, TypeEngine

from bot.views.templates import PLAIN, Template
from models.base import dialect, vault
from models.bulk import listed
from models.loyalty import points
from models.loyalty.points_records import PointBalance
from models.people.members import Member
from models.shop import worth
from models.shop.totals_records import MemberTotals
from models.talk import (
    arms,
    broadcast_records,
    broadcasts,
    outbox_selected,
    personal_fields,
    responses,
    retry_keys,
    tracked_links,
)
from models.talk.broadcast_records import ARMS, Broadcast
from models.talk.personal_fields import NAMELESS, Field
from scheduler.broadcast_letters import RETRY_KEYS, TOPIC, blank
from scheduler.broadcast_writing import Writer
from scheduler.planning import excluded

FIGURES = "FM999,999,999,999,999,999"  # as PostgreSQL writes a number in thousands


class Group(NamedTuple):
    """Members of a part who are alike, the `last` of them and their ids."""

    reachable: bool
    allowed: bool
    arm: int | None
    language: str
    plain: bool
    last: int
    ids: list[int]


class Taken(NamedTuple):
    """What became of a part: how many they were, the last of them, and who is still to be done."""

    size: int
    last: int
    rest: list[int]


def can(session: Session, broadcast: Broadcast) -> bool:
    """Whether a broadcast is for here: each coupon is a row of its own, with its own code."""
    return dialect(session) == "postgresql" and not broadcast.terms.coupon


def queue(writer: Writer, broadcast: Broadcast, people: Select[Any]) -> Taken:
    """Queue messages to those of `people` who may have them; keep out and count the others."""
    groups = _groups(writer, broadcast, people)
    rest: list[int] = []
    for group in groups:
        if why := excluded(group):
            broadcasts.leave_out(broadcast, Counter({why: len(group.ids)}))
        elif group.arm is None:
            broadcasts.keep_out(writer.session, broadcast, group.ids)
        else:
            rest += _written(writer, broadcast, group)
    last = max((group.last for group in groups), default=0)
    return Taken(sum(len(group.ids) for group in groups), last, sorted(rest))


def _groups(writer: Writer, broadcast: Broadcast, people: Select[Any]) -> list[Group]:
    of, terms = people.subquery(), broadcast.terms
    named = any(Field.NAME in personal_fields.used(each.text) for each in terms.variants)
    plain = or_(of.c.name == "", of.c.name.op("~")(PLAIN)) if named else true()
    drawn = arms.drawn(broadcast.id, of.c.id)
    seen = select(of, plain.label("plain"), drawn.label("drawn")).offset(0).subquery().c
    held_back, variants = broadcast.held_back, len(terms.variants)
    arm = arms.selected(seen.drawn, held_back=held_back, variants=variants)
    placed = select(*seen, arm.label("arm")).subquery().c
    alike = placed.reachable, placed.allowed, placed.arm, placed.language, placed.plain
    ids = type_coerce(func.array_agg(placed.id), NullType())  # a list as the driver makes it
    found = select(*alike, func.max(placed.id), ids).group_by(*alike)
    return [Group(*row) for row in writer.session.execute(found)]


def _written(writer: Writer, broadcast: Broadcast, group: Group) -> list[int]:
    """Queue what can be queued here; return who is left."""
    arm = group.arm or 0
    if not group.plain:
        return group.ids
    rest: list[int] = []
    for kind, ids in writer.kinds(group.ids, group.language, arm):
        form = writer.form(kind)
        if form is None:
            rest += ids
        else:
            broadcast.planned += _put(writer, broadcast, arm, form, ids)
    return rest


def _put(
    writer: Writer, broadcast: Broadcast, arm: int, form: Template, ids: Sequence[int]
) -> int:
    """Queue a message to each of these members; how many are new."""
    key = vault(writer.session)
    tokens = [tracked_links.tokens(key, broadcast.id, place, ids) for place in writer.places(arm)]
    to = _people(writer, ids, tokens)
    words = [
        _quoted(func.coalesce(func.nullif(to.c.name, ""), NAMELESS)),
        func.to_char(to.c.points, FIGURES),
        *(to.c[f"token{at}"] for at in range(len(tokens))),
    ]
    parts = [words[part] if isinstance(part, int) else literal(part, Text) for part in form.parts]
    differing = {
        "key": func.concat(literal(broadcast_records.prefix(broadcast.id, ARMS[arm])), to.c.id),
        "member_id": to.c.id,
        "to_id": to.c.line_user_id,
        "messages": func.concat(*parts),
        "value": worth.selected(to.c.whole).cast(Integer),
        "retry_key": retry_keys.selected(to.c.digest),
    }
    alike = blank(writer, broadcast, arm)
    return outbox_selected.enqueue(writer.session, alike, differing, of=to, now=writer.now)


def _people(writer: Writer, ids: Sequence[int], tokens: Sequence[Sequence[str]]) -> Subquery:
    """These members as rows, with what their links say, what they are worth, and a digest each."""
    given: dict[str, tuple[Sequence[Any], TypeEngine[Any]]] = {"id": (ids, BigInteger())}
    given |= {f"token{at}": (each, Text()) for at, each in enumerate(tokens)}
    rows = (
        func.unnest(*(listed(values, of) for values, of in given.values()))
        .table_valued(*(column(name, of) for name, (_, of) in given.items()), name="given")
        .render_derived()
    )
    terms = writer.programme.responses
    whole = worth.whole(responses.rate(writer.session, TOPIC, terms), terms)
    name = func.concat(literal(f"{writer.number}:", Text), Member.line_user_id)
    over = points.overdue(writer.now).subquery()
    held = points.usable(PointBalance, over.c.number)
    people = (
        select(*rows.c, Member.line_user_id, Member.name)
        .add_columns(
            whole.label("whole"),
            retry_keys.digest(RETRY_KEYS, name).label("digest"),
            func.coalesce(held, 0).label("points"),
        )
        .join(Member, Member.id == rows.c.id)
        .outerjoin(MemberTotals, MemberTotals.member_id == Member.id)
        .outerjoin(PointBalance, PointBalance.member_id == Member.id)
        .outerjoin(over, over.c.member_id == Member.id)
        # nobody else is looked through
        .where(Member.id.between(min(ids), max(ids)))
    )
    # OFFSET keeps what is read in several places from being worked out in each
    return people.offset(0).subquery()


def _quoted(word: ColumnElement[str]) -> ColumnElement[str]:
    """A word as it stands in a string of JSON."""
    written = func.to_json(word).cast(Text)
    return func.substr(written, 2, func.length(written) - 2)
