"""Money that came in against money that is owed: which transfer pays what, and how sure that is.

Pure. Certain is what agrees in last five digits, amount and time; likely are the
digits with another amount, or an amount that fits only once; possible is what
somebody must choose. The outcome depends on what is known, not on its order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from models.shop.bundles import Bundle, best, bundles, due, ids
from models.shop.payment_facts import (
    Claim,
    Confidence,
    Deposit,
    Doubt,
    Duplicate,
    Match,
    Matching,
    Window,
)

USUAL = Window()


def match(
    deposits: Iterable[Deposit], claims: Iterable[Claim], window: Window = USUAL
) -> Matching:
    """Which deposit pays which claims; every id is of one deposit or claim only."""
    return _Desk(deposits, claims, window).settle()


class _Desk:
    """What is not yet settled, from round to round; each round looks before it takes."""

    def __init__(
        self, deposits: Iterable[Deposit], claims: Iterable[Claim], window: Window
    ) -> None:
        owed = sorted(claims, key=lambda each: (each.on, each.id))
        came = sorted(deposits, key=lambda each: (each.on, each.at is not None, each.at, each.id))
        in_order = [each.id for each in came] + [each.id for each in owed]
        self.place = {key: number for number, key in enumerate(in_order)}
        self.deposits = {each.id: each for each in came}
        self.claims = {each.id: each for each in owed if each.due > 0}
        self.window = window
        self.matches: list[Match] = []
        self.duplicates: list[Duplicate] = []

    def settle(self) -> Matching:
        contested = self._certain()
        self._by_digits(contested)
        self._by_amount(contested)
        self._possible()
        matched = {each.deposit.id for each in self.matches}
        return Matching(
            matches=tuple(sorted(self.matches, key=lambda each: self.place[each.deposit.id])),
            duplicates=tuple(self.duplicates),
            unmatched=tuple(each for key, each in self.deposits.items() if key not in matched),
            unpaid=tuple(self.claims.values()),
        )

    def _certain(self) -> set[str]:
        """Settle where all agrees; the ids of deposits that several members point to."""
        edges = {
            deposit: [some for some in options if _named(deposit, some)]
            for deposit, options in self._equal().items()
        }
        contested = set()
        by_member: dict[int, dict[Deposit, list[Bundle]]] = defaultdict(dict)
        for deposit, options in edges.items():
            members = {some[0].member_id for some in options}
            if len(members) > 1:
                contested.add(deposit.id)
                self._doubt(Doubt.CONTESTED, deposit, options)
            elif options:
                by_member[members.pop()][deposit] = options
        for theirs in by_member.values():
            chosen = best(theirs)
            for deposit, bundle in chosen.items():
                self._take(deposit, bundle, Confidence.CERTAIN)
            self._say_twice(theirs, chosen)
        return contested

    def _say_twice(
        self, edges: dict[Deposit, list[Bundle]], chosen: dict[Deposit, Bundle]
    ) -> None:
        """What agreed as well, but with a deposit or a claim that was used."""
        paid = {claim for bundle in chosen.values() for claim in bundle}
        for deposit, options in edges.items():
            if deposit not in chosen:
                self._doubt(Doubt.PAID_TWICE, deposit, options)
                continue
            others = [some for some in options if not paid.intersection(some)]
            if others:
                self._doubt(Doubt.REPORTED_TWICE, deposit, [chosen[deposit], *others])

    def _by_digits(self, contested: set[str]) -> None:
        """The digits are right and the amount is not: the nearest sum, paid in part or beyond."""
        by_five: dict[str, list[Claim]] = defaultdict(list)
        for claim in self.claims.values():
            by_five[claim.last_five].append(claim)
        for deposit in list(self.deposits.values()):
            pointed = {claim for five in deposit.last_fives for claim in by_five[five]}
            near = [
                claim
                for claim in sorted(pointed, key=lambda each: self.place[each.id])
                if claim.id in self.claims and self.window.holds(deposit, claim)
            ]
            # whose it is must be known
            if deposit.id in contested or len({claim.member_id for claim in near}) != 1:
                continue
            bundle = min(bundles(near), key=lambda some: abs(deposit.amount - due(some)))
            self._take(deposit, bundle, Confidence.LIKELY)

    def _by_amount(self, contested: set[str]) -> None:
        """An amount that one deposit and one sum have, and no other of either."""
        edges = {
            deposit: options
            for deposit, options in self._equal().items()
            if deposit.id not in contested
        }
        wanted = Counter(
            claim for options in edges.values() for claim in {c for some in options for c in some}
        )
        for deposit, options in edges.items():
            alone = len(options) == 1 and all(wanted[claim] == 1 for claim in options[0])
            if alone and not _denied(deposit, options[0]):
                self._take(deposit, options[0], Confidence.LIKELY)

    def _possible(self) -> None:
        """Whatever else agrees in amount and time is for somebody to choose."""
        for deposit, options in self._equal().items():
            if options:
                chosen = tuple(ids(some) for some in options)
                self.matches.append(Match(deposit, Confidence.POSSIBLE, chosen))

    def _equal(self) -> dict[Deposit, list[Bundle]]:
        """For each deposit the sums of unsettled claims that it is, in their time.

        Some of a member's claims together only where the digits say whose they
        are: sums of any claims of anybody would agree by chance.
        """
        by_member: dict[int, list[Claim]] = defaultdict(list)
        for claim in self.claims.values():
            by_member[claim.member_id].append(claim)
        sums: dict[int, list[Bundle]] = defaultdict(list)
        for _member, theirs in sorted(by_member.items()):
            for bundle in bundles(theirs):
                sums[due(bundle)].append(bundle)
        return {
            deposit: [
                some
                for some in sums.get(deposit.amount, ())
                if (len(some) in (1, len(by_member[some[0].member_id])) or _named(deposit, some))
                and all(self.window.holds(deposit, claim) for claim in some)
            ]
            for deposit in self.deposits.values()
        }

    def _take(self, deposit: Deposit, bundle: Bundle, confidence: Confidence) -> None:
        difference = deposit.amount - due(bundle)
        self.matches.append(Match(deposit, confidence, (ids(bundle),), difference))
        del self.deposits[deposit.id]
        for claim in bundle:
            del self.claims[claim.id]

    def _doubt(self, doubt: Doubt, deposit: Deposit, options: Iterable[Bundle]) -> None:
        named = {claim.id for some in options for claim in some}
        ordered = tuple(sorted(named, key=lambda each: self.place[each]))
        self.duplicates.append(Duplicate(doubt, deposit, ordered))


def _named(deposit: Deposit, bundle: Bundle) -> bool:
    """Whether the deposit came from an account that these claims name, and none names another."""
    told = [claim.last_five for claim in bundle if claim.last_five]
    return bool(told) and all(five in deposit.last_fives for five in told)


def _denied(deposit: Deposit, bundle: Bundle) -> bool:
    """Whether both sides name accounts, and not the same."""
    told = any(claim.last_five for claim in bundle)
    return bool(deposit.last_fives) and told and not _named(deposit, bundle)
