"""What payment matching is given and what it answers: deposits, claims and matches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from functools import cached_property

ACCOUNT = re.compile(r"[0-9*xX＊●-]+")
HIDDEN = "*xX＊●"
FIVE = 5


@dataclass(frozen=True)
class Deposit:
    """Money that came in on a day in Taipei; `amount` is whole TWD.

    `text` is whatever the bank says about where it came from; `at` is the time
    of day if the bank tells it. `id` is the same in every statement.
    """

    id: str
    on: date
    amount: int
    text: str = ""
    at: time | None = None

    @cached_property
    def last_fives(self) -> frozenset[str]:
        """The last five digits of every account number that its text may hold."""
        runs = (run.rstrip("-") for run in ACCOUNT.findall(self.text))
        # where the end is masked nobody knows the last five
        shown = (re.sub(r"\D", "", run) for run in runs if run and run[-1] not in HIDDEN)
        return frozenset(digits[-FIVE:] for digits in shown if len(digits) >= FIVE)


@dataclass(frozen=True)
class Claim:
    """A sum that a member owes, for an order or a day's orders; `due` is whole TWD.

    `on` is the day it was reported as paid, or else ordered; `last_five` are the
    digits the member reported or always pays from, "" if nobody knows them.
    """

    id: str
    member_id: int
    due: int
    on: date
    last_five: str = ""


@dataclass(frozen=True)
class Window:
    """How many days before and after a claim's day its money may come."""

    before: int = 3
    after: int = 14

    def holds(self, deposit: Deposit, claim: Claim) -> bool:
        early, late = timedelta(days=self.before), timedelta(days=self.after)
        return claim.on - early <= deposit.on <= claim.on + late


class Confidence(StrEnum):
    """How sure a match is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True)
class Match:
    """A deposit, and the claims (by id) it pays together.

    One that is possible has several `options`, of which somebody must choose;
    the others have one. `difference` is what was paid beyond the sum owed:
    below 0 it was paid in part.
    """

    deposit: Deposit
    confidence: Confidence
    options: tuple[tuple[str, ...], ...]
    difference: int = 0

    @property
    def claims(self) -> tuple[str, ...]:
        """What it pays; nothing as long as somebody must choose."""
        return () if self.confidence is Confidence.POSSIBLE else self.options[0]

    @property
    def is_partial(self) -> bool:
        return self.difference < 0

    @property
    def is_overpaid(self) -> bool:
        return self.difference > 0


class Doubt(StrEnum):
    """Why a deposit and claims that agree do not pay each other one by one."""

    REPORTED_TWICE = "reported_twice"
    CONTESTED = "contested"
    PAID_TWICE = "paid_twice"


@dataclass(frozen=True)
class Duplicate:
    """A deposit that too many claims (by id) point to, or that came for a claim paid already."""

    doubt: Doubt
    deposit: Deposit
    claims: tuple[str, ...]


@dataclass(frozen=True)
class Matching:
    """Every deposit is in `matches` or in `unmatched`; `unpaid` are claims still to be paid."""

    matches: tuple[Match, ...]
    duplicates: tuple[Duplicate, ...]
    unmatched: tuple[Deposit, ...]
    unpaid: tuple[Claim, ...]
