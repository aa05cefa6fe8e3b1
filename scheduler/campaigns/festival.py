"""Festivals: some days before each, once a year, to whoever takes offers.

Each festival has a switch of its own besides the campaign's (`festival:mid_autumn`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Select, literal, select, true, union_all

from bot.texts import _, long_day
from bot.views import feasts as cards
from bot.views import kit
from bot.views.kit import Message
from models import feasts
from models.base import end_of_day
from models.calendar_terms import FestivalTerms
from models.loyalty.coupons import CouponFact
from models.people import members
from models.people.consents import Topic
from models.people.members import Member
from models.programme import CouponTerms, Programme
from models.talk import switches
from scheduler.campaign import Campaign, Part, Recipient


class Festival(Campaign):
    key = "festival"
    title = "節日"
    topic = Topic.OFFERS
    hour = 10
    each_day = True

    @classmethod
    def parts(cls, programme: Programme, day: date) -> Sequence[Part]:
        return [
            Part(f"{cls.key}:{each.key}", each.name, each.send, _told_on(each, day))
            for each in programme.calendar.festivals
        ]

    @cached_property
    def near(self) -> Mapping[str, tuple[FestivalTerms, int, date]]:
        """The festivals that are so many days away, by key, each with the year it is of."""
        found = {}
        for each in self.programme.calendar.festivals:
            feast = self.day + timedelta(days=each.days_before)
            for year in feasts.years_around(feast):
                if feasts.yearly(each.day, year) == feast and end_of_day(feast) > self.now:
                    found[each.key] = (each, year, feast)
        return found

    def audience(self) -> Select[Any] | None:
        on = [key for key, (terms, *_rest) in self.near.items() if self._is_on(terms)]
        if not on:
            return None
        named = union_all(*(select(literal(key).label("festival")) for key in on)).subquery()
        query = self.people(named.c.festival).join(named, true())
        return query.where(members.reachable()).order_by(Member.id, named.c.festival)

    def period(self, person: Recipient) -> str:
        return f"{person.festival}:{self.near[person.festival][1]}"

    def use_until(self, person: Recipient, due_at: datetime) -> datetime:
        return end_of_day(self.near[person.festival][2])

    def coupon(self, person: Recipient) -> CouponTerms | None:
        key = self._of(person.festival)[0].coupon
        return self.programme.coupons[key] if key else None

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        terms, feast = self._of(person.festival)
        return kit.card(
            _(terms.name),
            kit.line(_(terms.message)),
            *cards.gift(coupon),
            buttons=cards.buttons(gifted=coupon is not None),
            choices=cards.choices(),
            subtitle=long_day(feast),
            colour=kit.WARM,
        )

    def _is_on(self, terms: FestivalTerms) -> bool:
        return switches.is_on(self.session, f"{self.key}:{terms.key}", at_first=terms.send)

    def _of(self, key: str) -> tuple[FestivalTerms, date]:
        """A festival and its day: the one that is near, else the next."""
        if key in self.near:
            terms, _year, feast = self.near[key]
            return terms, feast
        terms = next(each for each in self.programme.calendar.festivals if each.key == key)
        return terms, feasts.next_yearly(terms.day, self.day) or self.day


def _told_on(terms: FestivalTerms, day: date) -> date | None:
    """The first day from `day` on that is so many days before the festival."""
    before = timedelta(days=terms.days_before)
    feast = feasts.next_yearly(terms.day, day + before)
    return feast and feast - before
