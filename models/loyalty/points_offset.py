"""Points against an order: how many may be used on it, and what they take off (折抵).

Pure. Never more than the goods cost, never more points than there are; points
whose worth would not fit are not used, so that none is lost to rounding.
"""

from __future__ import annotations

from typing import NamedTuple

from models.base import N_, Refusal
from models.terms import PointTerms


class CannotOffset(Refusal):
    """So many points cannot be used on this order."""

    buttons = ("點數",)


class OffsetSwitchedOff(CannotOffset):
    def __init__(self) -> None:
        super().__init__(N_("本店的點數目前不能折抵訂單。"))


class TooFewToOffset(CannotOffset):
    def __init__(self, least: int) -> None:
        super().__init__(N_("折抵一次至少要用 {least} 點。"), least=f"{least:,}")
        self.least = least


class NotAStep(CannotOffset):
    def __init__(self, step: int) -> None:
        super().__init__(N_("折抵的點數要是 {step} 的倍數。"), step=f"{step:,}")
        self.step = step


class MoreThanAvailable(CannotOffset):
    def __init__(self, most: int) -> None:
        super().__init__(
            N_("你的點數不夠，這張訂單目前最多可以折抵 {most} 點。"), most=f"{most:,}"
        )
        self.most = most


class MoreThanAllowed(CannotOffset):
    def __init__(self, most: int) -> None:
        super().__init__(
            N_("這張訂單最多可以折抵 {most} 點，請改用這個點數以內。"), most=f"{most:,}"
        )
        self.most = most


class Offset(NamedTuple):
    """`points` used, and the `amount` of NT$ that they take off the goods."""

    points: int
    amount: int


NOTHING = Offset(0, 0)


def most(available: int, goods: int, terms: PointTerms) -> Offset:
    """As many points as may go against goods of this price; nothing if they are too few."""
    points = min(available, _allowed(goods, terms))
    points -= points % terms.offset_step
    return NOTHING if points < _least(terms) else Offset(points, points * terms.value)


def offset(points: int, *, available: int, goods: int, terms: PointTerms) -> Offset:
    """Exactly these points against goods of this price; none is no offset.

    Raises:
        CannotOffset: the shop's terms, the price or the balance do not allow it.
    """
    if points == 0:
        return NOTHING
    limit = most(available, goods, terms).points
    if not terms.enabled or not terms.offset_percent:
        raise OffsetSwitchedOff
    if points < _least(terms):
        raise TooFewToOffset(_least(terms))
    if points % terms.offset_step:
        raise NotAStep(terms.offset_step)
    if points > _allowed(goods, terms):
        raise MoreThanAllowed(limit)
    if points > available:
        raise MoreThanAvailable(limit)
    return Offset(points, points * terms.value)


def _allowed(goods: int, terms: PointTerms) -> int:
    """The points whose worth stays within the shop's share of the price."""
    if not terms.enabled:
        return 0
    return goods * terms.offset_percent // 100 // terms.value


def _least(terms: PointTerms) -> int:
    """The least that may be used at once: a multiple of the step."""
    return -(-terms.offset_min_points // terms.offset_step) * terms.offset_step
