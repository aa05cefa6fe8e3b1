"""What the events of a batch need, read for all of them in a few statements.

Only a person's first event in the batch is served from here: what they do may
change what their next one must see. Whoever is not found here is asked for
as if there were no batch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import Session

from bot import events, router
from bot.context import Facts, Reader
from bot.events import Incoming
from bot.router import Match
from models.base import among_given, dialect
from models.people.members import Member
from models.people.roles import Role, RoleGrant
from models.programme import Programme
from models.talk import outbox_riding
from models.talk.conversation import Conversation
from models.talk.inbox import Stored
from models.talk.outbox_replies import Answer


class Known(NamedTuple):
    """A member as they were before the batch began; staff are never known in advance.

    `asked` says that an answer of theirs may be awaited, `rides` that news may
    wait to go along with a reply.
    """

    member: Member
    asked: bool
    rides: bool
    match: Match | None = None
    facts: Facts | None = None


@dataclass
class Ahead:
    """A batch: its events by their rows' ids, who is known, and answers not yet kept."""

    events: dict[int, Incoming]
    known: dict[str, Known] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)

    def take(self, event: Incoming) -> Known | None:
        """What is known for this event; only once for each person."""
        return self.known.pop(event.user_id or "", None)


def read(row: Stored) -> Incoming:
    """The event of a row."""
    return events.read(orjson.loads(row.body), received_at=row.received_at)


def look(
    session: Session,
    rows: Sequence[Stored],
    *,
    now: datetime,
    programme: Programme,
    owner: str | None,
) -> Ahead:
    """Read what the events of these rows will ask for; the owner is staff without a grant."""
    ahead = Ahead({row.id: read(row) for row in rows})
    firsts: dict[str, Incoming] = {}
    for event in ahead.events.values():
        if event.direct and event.active and event.user_id != owner:
            firsts.setdefault(str(event.user_id), event)
    members = _members(session, list(firsts), now)
    matches = {who: _shown(firsts[who]) for who, known in members.items() if not known.asked}
    facts = _facts(session, members, matches, now=now, programme=programme)
    for who, known in members.items():
        ahead.known[who] = known._replace(match=matches.get(who), facts=facts.get(known.member.id))
    return ahead


def _members(session: Session, people: Sequence[str], now: datetime) -> dict[str, Known]:
    if not people:
        return {}
    found = session.execute(_who(dialect(session)), {"asked": people, "now": now})
    return {str(row[0].line_user_id): Known(*row) for row in found}


@cache
def _who(kind: str) -> Select[*tuple[Any, ...]]:
    awaited = exists().where(
        Conversation.person == Member.line_user_id,
        Conversation.slot == "main",
        Conversation.expires_at > bindparam("now"),
    )
    return (
        select(Member, awaited, outbox_riding.may_ride(Member.id))
        .outerjoin(RoleGrant, RoleGrant.line_user_id == Member.line_user_id)
        .where(
            among_given(kind, Member.line_user_id),
            func.coalesce(RoleGrant.role, Role.MEMBER.value) == Role.MEMBER.value,
        )
    )


def _shown(event: Incoming) -> Match | None:
    """The command an event calls, if it is one that only shows something."""
    said = event.words
    match = router.find(said, Role.MEMBER) if said is not None else None
    return match if match is not None and match.command.reads else None


def _facts(
    session: Session,
    members: Mapping[str, Known],
    matches: Mapping[str, Match | None],
    *,
    now: datetime,
    programme: Programme,
) -> dict[int, Facts]:
    wanted: dict[Reader[Any], list[int]] = defaultdict(list)
    for who, match in matches.items():
        for reader in match.command.reads if match else ():
            wanted[reader].append(members[who].member.id)
    found: dict[int, Facts] = defaultdict(dict)
    for reader, ids in wanted.items():
        for member_id, fact in reader(session, ids, now=now, programme=programme).items():
            found[member_id][reader] = fact
    return found
