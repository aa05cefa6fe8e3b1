"""Points as somebody would play them with counters on a table: one object for each point.

It shares nothing with the ledger but the rules, so that both going wrong in the
same way is unlikely.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from models.base import end_of_day


class Refused(Exception):
    pass


@dataclass(frozen=True)
class Step:
    """One thing asked of the ledger; `about` is the source of what it confirms or reverses."""

    kind: str
    member: int
    source: str
    amount: int | None = None
    about: str = ""
    earned_on: date = date(2026, 11, 24)


@dataclass(eq=False)
class Point:
    lot: str
    expires_at: datetime
    number: int
    state: str
    spent_by: str = ""


@dataclass
class Table:
    """The counters of some members; `negative` is the programme's setting."""

    valid_days: int
    negative: bool
    points: dict[int, list[Point]] = field(default_factory=lambda: {0: [], 1: []})
    owed: Counter[int] = field(default_factory=Counter)
    done: dict[str, Step] = field(default_factory=dict)
    earned: dict[str, int] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)
    reversed: Counter[str] = field(default_factory=Counter)
    size: Counter[str] = field(default_factory=Counter)

    def take(self, step: Step, now: datetime) -> bool:
        """Play a step; whether it changed anything. Raises Refused."""
        earlier = self.done.get(step.source)
        if step.kind != "confirm" and earlier is not None:
            if earlier != step:
                raise Refused
            return False
        changed = bool(getattr(self, step.kind)(step, now))
        if changed and step.kind != "confirm":
            self.done[step.source] = step
        return changed

    def earn(self, step: Step, now: datetime) -> bool:
        return self._earn(step, now, "available")

    def earn_pending(self, step: Step, now: datetime) -> bool:
        return self._earn(step, now, "pending")

    def confirm(self, step: Step, now: datetime) -> bool:
        points = self._lot(step.about, "pending")
        self._credit(self.earned[step.about], points, now)
        return bool(points)

    def spend(self, step: Step, now: datetime) -> bool:
        self.expire(now, step.member)
        points = self._available(step.member)
        if step.amount is None or step.amount > len(points):
            raise Refused
        for point in points[: step.amount]:
            point.state, point.spent_by = "redeemed", step.source
        return True

    def give_back(self, step: Step, now: datetime) -> bool:
        if step.about not in self.spent_sources():
            raise Refused
        member = self.done[step.about].member
        points = [point for point in self.points[member] if point.spent_by == step.about]
        points.sort(key=_order, reverse=True)
        if step.amount is not None and step.amount > len(points):
            raise Refused
        returned = points[: step.amount]
        self._credit(member, returned, now)
        return bool(returned)

    def cancel(self, step: Step, now: datetime) -> bool:
        points = self._lot(step.about, "pending")
        for point in points:
            point.state = "reversed"
        self.reversed[step.about] += len(points)
        return bool(points)

    def take_back(self, step: Step, now: datetime) -> bool:
        self._lot(step.about, "pending")
        member = self.earned[step.about]
        left = self.size[step.about] - self.reversed[step.about]
        if step.amount is not None and step.amount > left:
            raise Refused
        amount = left if step.amount is None else step.amount
        if not amount:
            return False
        self.expire(now, member)
        own = [self._lot(step.about, state) for state in ("pending", "available", "expired")]
        others = [point for point in self._available(member) if point.lot != step.about]
        reachable = [*own[0], *own[1], *own[2], *others][:amount]
        for point in reachable:
            point.state = "reversed"
        self.reversed[step.about] += amount
        self.owed[member] += amount - len(reachable)
        return True

    def expire(self, now: datetime, *members: int) -> None:
        for member in members or self.points:
            for point in self.points[member]:
                if point.state == "available" and point.expires_at <= now:
                    point.state = "expired"

    def shown(self, member: int, now: datetime) -> tuple[int, int, int, dict[str, int]]:
        """Available, pending, debt and what is left of each lot."""
        live = [point for point in self._available(member) if point.expires_at > now]
        pending = sum(point.state == "pending" for point in self.points[member])
        below, debt = (self.owed[member], 0) if self.negative else (0, self.owed[member])
        return len(live) - below, pending, debt, dict(Counter(point.lot for point in live))

    def spent_sources(self) -> set[str]:
        return {source for source, step in self.done.items() if step.kind == "spend"}

    def _earn(self, step: Step, now: datetime, state: str) -> bool:
        expires_at = end_of_day(step.earned_on, days_later=self.valid_days)
        number = len(self.earned)
        new = [Point(step.source, expires_at, number, state) for _ in range(step.amount or 0)]
        self.earned[step.source] = step.member
        self.size[step.source] = len(new)
        self.points[step.member] += new
        if state == "available":
            self._credit(step.member, new, now)
        return True

    def _credit(self, member: int, points: list[Point], now: datetime) -> None:
        for point in points:
            point.spent_by = ""
            if self.owed[member]:
                self.owed[member] -= 1
                point.state = "claimed"
            else:
                point.state = "expired" if point.expires_at <= now else "available"

    def _available(self, member: int) -> list[Point]:
        return sorted(
            (point for point in self.points[member] if point.state == "available"), key=_order
        )

    def _lot(self, source: str, state: str) -> list[Point]:
        if source not in self.earned:
            raise Refused
        points = self.points[self.earned[source]]
        return [point for point in points if point.lot == source and point.state == state]


def _order(point: Point) -> tuple[datetime, int]:
    return point.expires_at, point.number
