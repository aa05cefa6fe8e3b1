"""Messages of a broadcast written one by one, with the coupon that comes with each.

As they are for few, for SQLite, and for whose name does not fit where words are
only filled in (`scheduler.broadcast_sets`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Row

from models.base import local_day
from models.loyalty import coupons
from models.loyalty.coupons import CouponFact
from models.people.consents import Topic
from models.shop import worth
from models.talk import arms, broadcast_records, broadcasts, outbox, retry_keys
from models.talk.broadcast_records import ARMS, Broadcast
from models.talk.outbox import Draft
from models.talk.policy import Purpose
from scheduler.broadcast_writing import Writer
from scheduler.planning import excluded

TOPIC = Topic.OFFERS
RETRY_KEYS = uuid5(NAMESPACE_URL, "tuanyou/broadcasts")

Recipient = Row[Any]


class Addressed(NamedTuple):
    """Somebody who is written to: in which variant, and by what their message is known.

    Many are held at once, so it is one object and not a row with others around it.
    """

    id: int
    line_user_id: str
    name: str
    language: str
    arm: int
    key: str


@dataclass
class Part:
    """Members who were taken together, up to the `last`: those written to, and the others."""

    size: int = 0
    last: int = 0
    to: list[Addressed] = field(default_factory=list)
    kept_out: list[int] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def read(people: Iterable[Recipient], broadcast: Broadcast) -> Part:
    """Who of them is written to, and who is not."""
    found = Part()
    number, held_back = broadcast.id, broadcast.held_back
    variants = len(broadcast.terms.variants)
    for person in people:
        found.size, found.last = found.size + 1, person.id
        if why := excluded(person):
            found.left_out[why] += 1
            continue
        arm = arms.arm(number, person.id, held_back=held_back, variants=variants)
        if arm is None:
            found.kept_out.append(person.id)
        else:
            key = _key(broadcast, person, arm)
            to = person.id, person.line_user_id, person.name, person.language
            found.to.append(Addressed(*to, arm, key))
    return found


def queue(writer: Writer, broadcast: Broadcast, part: Part) -> None:
    """Queue messages to those who may be written to; keep out and count the others."""
    session = writer.session
    broadcasts.leave_out(broadcast, part.left_out)
    broadcasts.keep_out(session, broadcast, part.kept_out)
    to, given = part.to, _coupons(writer, broadcast, part.to)
    if writer.coupon is not None:
        to = [each for each in to if each.key in given]
        broadcasts.leave_out(broadcast, Counter(coupon_gone=len(part.to) - len(to)))
    writer.look_up(to)
    values = worth.values(session, TOPIC, [each.id for each in to], writer.programme.responses)
    drafts = _drafts(writer, broadcast, to, given, values)
    broadcast.planned += len(outbox.enqueue_many(session, drafts, now=writer.now))


def blank(writer: Writer, broadcast: Broadcast, arm: int) -> Draft:
    """What all messages of an arm have alike."""
    return Draft(
        key="",
        rule=broadcast.rule,
        period=ARMS[arm],
        member_id=None,
        to_id="",
        messages="",
        topic=TOPIC,
        purpose=Purpose.MARKETING,
        due_at=max(broadcast.release_at, writer.now),
        use_until=broadcast.use_until,
    )


def _drafts(
    writer: Writer,
    broadcast: Broadcast,
    to: Iterable[Addressed],
    given: Mapping[str, CouponFact],
    values: Mapping[int, int],
) -> Iterator[Draft]:
    number = broadcast.id
    blanks = [blank(writer, broadcast, arm) for arm in range(len(broadcast.terms.variants))]
    for each in to:
        yield blanks[each.arm]._replace(
            key=each.key,
            member_id=each.id,
            to_id=each.line_user_id,
            messages=writer.body(each, each.arm, given.get(each.key)),
            value=values[each.id],
            retry_key=retry_keys.of(RETRY_KEYS, f"{number}:{each.line_user_id}"),
        )


def _coupons(
    writer: Writer, broadcast: Broadcast, to: Sequence[Addressed]
) -> dict[str, CouponFact]:
    """A coupon for each, as far as the shop's limits allow; known by their message."""
    if writer.coupon is None or not to:
        return {}
    grants = [(each.id, each.key) for each in to]
    starts = local_day(max(broadcast.release_at, writer.now))
    return coupons.issue_many(
        writer.session, writer.coupon, grants, now=writer.now, from_day=starts
    )


def _key(broadcast: Broadcast, person: Recipient, arm: int) -> str:
    return broadcast_records.key(broadcast.id, ARMS[arm], person.id)
