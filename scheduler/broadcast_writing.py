"""What members read of a broadcast: written once for all who read the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

import orjson
from sqlalchemy.orm import Session

from bot import taps
from bot.texts import speaking
from bot.views import broadcasts as views
from bot.views.group_buys import Viewer, offer_card
from bot.views.kit import Message
from models.base import local_day, vault
from models.loyalty import coupon_handouts, points, tiers
from models.loyalty.coupons import CouponFact
from models.programme import CouponTerms, Programme, Tier
from models.shop import group_buys
from models.shop.group_buy_records import GroupBuy
from models.talk import clicks, personal_fields, tracked_links
from models.talk.broadcast_terms import Content, Wanted
from models.talk.personal_fields import Field
from models.talk.tracked_links import Ticket

MOST = 5_000  # bodies that are remembered


class Known(NamedTuple):
    """What a message needs of a member besides their name."""

    tier: Tier
    points: int


class Link(NamedTuple):
    """An address that is counted, and what stands in its place until it is somebody's."""

    address: str
    site: str
    place: int
    blank: str


@dataclass
class Writer:
    """Writes what members read of a broadcast, once for all who read the same.

    With its `number` links and buttons are those that are counted; without one,
    when it is only tried out, they are as they were written.
    """

    session: Session
    wanted: Wanted
    now: datetime
    programme: Programme
    number: int | None = None
    _known: dict[int, Known] = field(default_factory=dict)
    _cards: dict[tuple[str, str], Message] = field(default_factory=dict)
    _written: dict[tuple[object, ...], str] = field(default_factory=dict)

    @cached_property
    def group_buy(self) -> GroupBuy | None:
        """The one whose card goes along.

        Raises:
            NoSuchGroupBuy: there is none of this number.
        """
        number = self.wanted.group_buy
        return None if number is None else group_buys.find(self.session, number)

    @cached_property
    def coupon(self) -> CouponTerms | None:
        """The kind of coupon everybody is given.

        Raises:
            NoSuchKind: the shop has none of this name.
        """
        listed = list(self.programme.coupons.values())
        return coupon_handouts.kind(self.wanted.coupon, listed) if self.wanted.coupon else None

    @cached_property
    def named(self) -> list[frozenset[Field]]:
        """The fields that each variant's text names."""
        return [personal_fields.used(each.text) for each in self.wanted.variants]

    @cached_property
    def links(self) -> list[Link]:
        """The addresses that are sent as links of our own."""
        found = [] if self.number is None else clicks.links(self.session, self.number)
        return [
            Link(each.address, each.site, each.place, tracked_links.blank(each.site, each.place))
            for each in found
        ]

    @cached_property
    def contents(self) -> list[Content]:
        """What each variant says, with a blank link in each address's place."""
        blank = {each.address: each.blank for each in self.links}
        return [
            replace(each, text=tracked_links.woven(each.text, blank))
            for each in self.wanted.variants
        ]

    def look_up(self, people: Sequence[Any]) -> None:
        """Read what these members' messages need, for all of them at once."""
        ids, named = [each.id for each in people], frozenset().union(*self.named)
        today, by_tier = local_day(self.now), self.group_buy is not None
        standings: Mapping[int, Any] = {}
        balances: Mapping[int, Any] = {}
        if Field.TIER in named or by_tier:
            standings = tiers.standings(self.session, ids, today=today, programme=self.programme)
        if Field.POINTS in named:
            balances = points.balances(self.session, ids, self.now)
        for each in ids:
            tier = standings[each].tier if each in standings else self.programme.base
            self._known[each] = Known(tier, balances[each].available if each in balances else 0)
        if by_tier:
            for language in {each.language for each in people}:
                self._draw(language)

    def body(self, person: Any, variant: int, coupon: CouponFact | None) -> str:
        """The JSON array of message objects for one member."""
        known, named = self._known[person.id], self.named[variant]
        alike = (
            variant,
            person.language,
            known.tier.key,
            person.name if Field.NAME in named else None,
            known.points if Field.POINTS in named else None,
            coupon,
        )
        found = self._written.get(alike)
        if found is None:
            found = orjson.dumps(self.messages(person, variant, coupon)).decode()
            if len(self._written) < MOST and coupon is None:
                self._written[alike] = found
        return self._signed(found, person.id)

    def _signed(self, body: str, member_id: int) -> str:
        """The body with links that are this member's."""
        if self.number is None or not self.links:
            return body
        keys = vault(self.session)
        for each in self.links:
            ticket = Ticket(self.number, each.place, member_id)
            body = body.replace(each.blank, tracked_links.link(keys, each.site, ticket))
        return body

    def messages(self, person: Any, variant: int, coupon: CouponFact | None) -> list[Message]:
        """The message objects for one member who was looked up."""
        known = self._known[person.id]
        with speaking(person.language):
            values = {
                Field.NAME: person.name,
                Field.POINTS: f"{known.points:,}",
                Field.TIER: known.tier.name,
            }
            card = self._cards.get((person.language, known.tier.key))
            found = views.messages(self.contents[variant], values, coupon=coupon, offer=card)
        return found if self.number is None else taps.marked(found, self.number, before=card)

    def _draw(self, language: str) -> None:
        """The group-buy's card as each tier sees it."""
        for tier in self.programme.tiers:
            if self.group_buy is not None and (language, tier.key) not in self._cards:
                viewer = Viewer(
                    tier.pay, tier.name, group_buys.opens_for(self.group_buy, tier.key)
                )
                with speaking(language):
                    card = offer_card(self.group_buy, now=self.now, viewer=viewer)
                if self.number is not None:
                    [card] = taps.marked([card], self.number)
                self._cards[language, tier.key] = card
