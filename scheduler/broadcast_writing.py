"""What members read of a broadcast: written once for all to whom it says the same but words.

Which words differ - name, points, links - is known beforehand; whatever they
are, everybody reads what `messages` draws for them alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any, NamedTuple

import orjson
from sqlalchemy.orm import Session

from bot import taps
from bot.texts import speaking
from bot.views import broadcasts as views
from bot.views.group_buys import Viewer, offer_card
from bot.views.kit import Message
from bot.views.templates import Template, template
from models.base import local_day, vault
from models.loyalty import coupon_handouts, points, tiers
from models.loyalty.coupons import CouponFact
from models.programme import CouponTerms, Programme
from models.shop import group_buys
from models.shop.group_buy_records import GroupBuy
from models.talk import clicks, personal_fields, tracked_links
from models.talk.broadcast_terms import Wanted
from models.talk.personal_fields import NAMELESS, Field
from models.talk.tracked_links import Ticket

ADDRESSED = personal_fields.LONGEST[Field.NAME] // 2, personal_fields.LONGEST[Field.POINTS]


class Link(NamedTuple):
    """An address that is counted, of a variant's text."""

    address: str
    site: str
    place: int


class Kind(NamedTuple):
    """What of a message is the same for many; the coupon's code is not told."""

    variant: int
    language: str
    tier: str
    coupon: CouponFact | None


@dataclass
class Writer:
    """Writes what members read of a broadcast, once for all of a kind.

    With its `number` links and buttons are those that are counted; without one,
    when it is only tried out, they are as they were written.
    """

    session: Session
    wanted: Wanted
    now: datetime
    programme: Programme
    number: int | None = None
    _tiers: dict[int, str] = field(default_factory=dict)
    _points: dict[int, int] = field(default_factory=dict)
    _cards: dict[tuple[str, str], Message] = field(default_factory=dict)
    _forms: dict[Kind, Template | None] = field(default_factory=dict)

    @cached_property
    def _named(self) -> frozenset[Field]:
        return frozenset().union(*(personal_fields.used(c.text) for c in self.wanted.variants))

    @property
    def _by_tier(self) -> bool:
        return Field.TIER in self._named or self.group_buy is not None

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
    def links(self) -> list[list[Link]]:
        """The addresses that are sent as links of our own, of each variant."""
        found = [] if self.number is None else clicks.links(self.session, self.number)
        said = [tracked_links.addresses([each.text]) for each in self.wanted.variants]
        return [
            [Link(each.address, each.site, each.place) for each in found if each.address in within]
            for within in said
        ]

    def look_up(self, people: Sequence[Any]) -> None:
        """Read what these members' messages need, so that writing them asks nothing more."""
        ids, _links = [each.id for each in people], self.links
        self._look_up_tiers(ids, {each.language for each in people})
        if Field.POINTS in self._named:
            held = points.balances(self.session, ids, self.now)
            self._points |= {each: balance.available for each, balance in held.items()}

    def kinds(
        self, ids: Sequence[int], language: str, variant: int
    ) -> Iterator[tuple[Kind, Sequence[int]]]:
        """What those of a language read in a variant without coupons, and which of them each."""
        if not self._by_tier:
            yield Kind(variant, language, self.programme.base.key, None), ids
            return
        self._look_up_tiers(ids, {language})
        of: dict[str, list[int]] = defaultdict(list)
        for each in ids:
            of[self._tiers.get(each, self.programme.base.key)].append(each)
        for tier, some in of.items():
            yield Kind(variant, language, tier, None), some

    def places(self, variant: int) -> list[int]:
        """Where the addresses stand that a variant's links lead to."""
        return [each.place for each in self.links[variant]]

    def form(self, kind: Kind) -> Template | None:
        """What members of a kind read, with places for name, points, and what links say."""
        if kind not in self._forms:
            lengths = [*ADDRESSED, *(tracked_links.TOKEN for _ in self.links[kind.variant])]
            self._forms[kind] = template(partial(self._drawn, kind), lengths)
        return self._forms[kind]

    def body(self, person: Any, variant: int, coupon: CouponFact | None) -> str:
        """The JSON array of message objects for one member who was looked up."""
        kind, words = self._kind(person, variant, coupon), self._words(person, variant)
        found = self.form(kind)
        body = found.filled(words) if found is not None else None
        return orjson.dumps(self._drawn(kind, words)).decode() if body is None else body

    def messages(self, person: Any, variant: int, coupon: CouponFact | None) -> list[Message]:
        """The message objects for one member who was looked up."""
        return self._drawn(self._kind(person, variant, coupon), self._words(person, variant))

    def _kind(self, person: Any, variant: int, coupon: CouponFact | None) -> Kind:
        alike = None if coupon is None else coupon._replace(code="")
        tier = self._tiers.get(person.id, self.programme.base.key)
        return Kind(variant, person.language, tier, alike)

    def _words(self, person: Any, variant: int) -> list[str]:
        """Name and points, and what the links of the variant say."""
        words = [person.name or NAMELESS, f"{self._points.get(person.id, 0):,}"]
        for each in self.links[variant]:
            ticket = Ticket(self.number or 0, each.place, person.id)
            words.append(tracked_links.token(vault(self.session), ticket))
        return words

    def _drawn(self, kind: Kind, words: Sequence[str]) -> list[Message]:
        name, held, *tokens = words
        content = self.wanted.variants[kind.variant]
        to = {
            each.address: tracked_links.link(each.site, token)
            for each, token in zip(self.links[kind.variant], tokens, strict=True)
        }
        content = replace(content, text=tracked_links.woven(content.text, to))
        tier = self.programme.tier(kind.tier).name
        values = {Field.NAME: name, Field.POINTS: held, Field.TIER: tier}
        card = self._cards.get((kind.language, kind.tier))
        with speaking(kind.language):
            found = views.messages(content, values, coupon=kind.coupon, offer=card)
        return found if self.number is None else taps.marked(found, self.number, before=card)

    def _look_up_tiers(self, ids: Sequence[int], languages: Iterable[str]) -> None:
        """Read which tiers they are in, if what they read depends on it."""
        if self._by_tier:
            today, programme = local_day(self.now), self.programme
            found = tiers.standings(self.session, ids, today=today, programme=programme)
            self._tiers |= {each: standing.tier.key for each, standing in found.items()}
        if self.group_buy is not None:
            for language in languages:
                self._draw(language)

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
