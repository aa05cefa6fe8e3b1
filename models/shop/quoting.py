"""What a call would come to, shown to its member before they confirm it; nothing is written.

Whoever carries it out holds the group-buy and quotes again: what differs is said first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.loyalty import points_offset
from models.people.members import Member
from models.programme import Programme, Tier
from models.shop import billing, deposits, group_buys, shares, waitlist
from models.shop.access import Access
from models.shop.bill_records import Bill
from models.shop.billing import Shares
from models.shop.group_buy_records import GroupBuy, Item
from models.shop.group_buy_terms import Delivery
from models.shop.ordering import LARGEST, NotThatMany, TooManyAtOnce
from models.shop.pricing import Buyer, Quote, Wishes
from models.shop.shares import Want

Key = tuple[int, str, str]
BEST = Wishes()


@dataclass(frozen=True)
class Proposal:
    """What a member is about to do to their order in a group-buy.

    No `wants` changes only what is used on it; `delivery` None keeps the order's way.
    """

    number: int
    wants: tuple[Want, ...] = ()
    wishes: Wishes = BEST
    delivery: Delivery | None = None

    def with_more(self, wants: Sequence[Want]) -> Proposal:
        """The same with these differences on top."""
        sums: Counter[Key] = Counter()
        for want in (*self.wants, *wants):
            sums[want.key] += want.quantity
        summed = [Want(i, option, n, person) for (i, option, person), n in sums.items() if n]
        return replace(self, wants=tuple(summed))


@dataclass(frozen=True)
class QuotedLine:
    """Shares of one kind on the order: `more` of them are new, below zero are given up."""

    item: Item
    option: str
    person: str
    quantity: int
    more: int
    unit_price: int

    @property
    def listed(self) -> int:
        return self.quantity * self.unit_price


@dataclass(frozen=True)
class Quoted:
    """A proposal with all that it comes to.

    `waiting` goes on the waiting list and is not in `quote`; `quote` is None where
    nothing is left on the order. `fewer` is what is left of that which waits, for
    whoever takes so much instead. `usable_points` could go against it, in place of
    those that do; `earns` is what it brings once paid and picked up. `deposit_percent`
    of it is asked in advance until `deposit_due_on`.
    """

    proposal: Proposal
    group_buy: GroupBuy
    tier: Tier
    bill: Bill | None
    delivery: Delivery
    lines: tuple[QuotedLine, ...]
    waiting: tuple[Want, ...]
    quote: Quote | None
    usable_points: int
    earns: int
    fewer: tuple[Want, ...] = ()
    deposit_percent: int = 0
    deposit_due_on: date | None = None

    @property
    def total(self) -> int:
        return self.quote.total if self.quote else 0

    @property
    def deposit(self) -> int:
        """NT$ asked in advance."""
        return deposits.amount(self.total, self.deposit_percent)

    @property
    def rounded(self) -> bool:
        """Whether the tier's discount left a fraction, which the member is let off."""
        return any(line.listed * self.tier.pay % 100 for line in self.lines)

    def item(self, want: Want) -> Item:
        return shares.item_of(self.group_buy, want.item_id)


def preview(
    session: Session,
    member: Member,
    proposal: Proposal,
    *,
    now: datetime,
    programme: Programme,
    access: Access | None = None,
) -> Quoted:
    """What a proposal would come to at this moment; `access` is the member's, if known.

    Raises:
        NoSuchGroupBuy, Closed, NotOpenYet: it cannot be joined (now, by this member).
        OverLimit: more than one member may have.
        NotThatMany: fewer are there to be given up.
        TooManyAtOnce: a quantity beyond reason.
        CannotUse: a coupon that was chosen cannot be used on this.
    """
    group_buy = group_buys.find(session, proposal.number)
    access = access or Access(session, member.id, now, programme)
    access.check(group_buy)
    bill = shares.open_bill(session, group_buy.id, member.id)
    had: Counter[Key] = Counter()
    for line in billing.lines_of(session, bill.order_id) if bill else ():
        had[(line.item_id or 0, line.option, line.person)] += line.quantity
    taken, waiting, fewer = _possible(session, group_buy, member, proposal.wants, had)
    lines = _lines(group_buy, had, taken)
    way = _way(group_buy, proposal.delivery, bill)
    kept = [line for line in lines if line.quantity]
    quoted, usable = None, 0
    if kept:
        who = billing.buyer(
            session, member.id, bill, now=now, programme=programme, tier=access.tier
        )
        quoted, usable = _priced(
            session, group_buy, who, kept, way, proposal, now=now, programme=programme
        )
    terms = programme.points
    earns = quoted.cash // terms.spend_per_point if quoted and terms.enabled else 0
    asked, until = deposits.of(session, member.id, bill, now=now, programme=programme)
    return Quoted(
        *(proposal, group_buy, access.tier, bill, way, tuple(lines), tuple(waiting)),
        *(quoted, usable, earns, tuple(fewer), asked, until),
    )


def _possible(
    session: Session,
    group_buy: GroupBuy,
    member: Member,
    wants: Sequence[Want],
    had: Counter[Key],
) -> tuple[Counter[Key], list[Want], list[Want]]:
    """The differences that could be made to the order, what would wait, and what is left of it."""
    if any(abs(want.quantity) > LARGEST for want in wants):
        raise TooManyAtOnce
    made: Counter[Key] = Counter()
    waiting: list[Want] = []
    fewer: list[Want] = []
    waits = _waits(session, group_buy, member, wants)
    free: dict[int, int | None] = {item.id: item.left for item in group_buy.items}
    for want in sorted(wants, key=lambda w: (w.quantity > 0, w.item_id)):
        left = free[want.item_id]
        if want.quantity < 0:
            dropped = max(-want.quantity - waits[want.key], 0)
            if dropped > had[want.key]:
                name = shares.item_of(group_buy, want.item_id).name
                raise NotThatMany(name, had[want.key] + waits[want.key])
            made[want.key] -= dropped
            free[want.item_id] = None if left is None else left + dropped
            continue
        given_up = sum(-w.quantity for w in wants if w.item_id == want.item_id and w.quantity < 0)
        item = shares.item_of(group_buy, want.item_id)
        shares.keep_limit(session, item, member.id, want.quantity - given_up)
        short = left is not None and left < want.quantity
        others_wait = waitlist.any_waiting(session, item.id)
        if short or others_wait:
            waiting.append(want)
            if left is not None and left > 0 and not others_wait:
                fewer.append(want._replace(quantity=left))
            continue
        made[want.key] += want.quantity
        free[want.item_id] = None if left is None else left - want.quantity
    return made, waiting, fewer


def _waits(
    session: Session, group_buy: GroupBuy, member: Member, wants: Sequence[Want]
) -> Counter[Key]:
    """What the member waits for there, which is given up first; asked for only if any is."""
    found: Counter[Key] = Counter()
    if any(want.quantity < 0 for want in wants):
        for wait in waitlist.of_member(session, member.id, group_buy.id):
            found[(wait.item_id, wait.option, wait.person)] += wait.quantity
    return found


def _lines(group_buy: GroupBuy, had: Counter[Key], made: Counter[Key]) -> list[QuotedLine]:
    lines = []
    for item_id, option, person in dict.fromkeys([*had, *made]):
        key = (item_id, option, person)
        item = shares.item_of(group_buy, item_id)
        price = item.unit_price(option)
        lines.append(QuotedLine(item, option, person, had[key] + made[key], made[key], price))
    return [line for line in lines if line.quantity or line.more]


def _priced(
    session: Session,
    group_buy: GroupBuy,
    who: Buyer,
    lines: Sequence[QuotedLine],
    way: Delivery,
    proposal: Proposal,
    *,
    now: datetime,
    programme: Programme,
) -> tuple[Quote, int]:
    wanted = [Shares(line.item, line.option, line.quantity) for line in lines]
    found = billing.preview(
        session, group_buy, wanted, who, proposal.wishes, way, programme, now=now
    )
    terms = programme.points
    goods = found.cash + found.points_value
    usable = points_offset.most(who.points, goods, terms).points if terms.enabled else 0
    return found, usable


def _way(group_buy: GroupBuy, wanted: Delivery | None, bill: Bill | None) -> Delivery:
    offered = list(group_buy.deliveries)
    for way in (wanted, Delivery(bill.delivery) if bill else None):
        if way in offered:
            return way
    return offered[0]
