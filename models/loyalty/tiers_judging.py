"""How members are judged: hold their rows, replay their credits, write what changed.

A row is held from before the credits are read until the transaction ends: two
orders of one member wait for each other, and the second sees the first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Row
from sqlalchemy.orm import Session

from models.base import insert
from models.loyalty.tiers_queries import credits_of, is_promised
from models.loyalty.tiers_records import MemberTier, Reason, TierChange, TierReward, TierRules
from models.loyalty.tiers_rules import Credit, Standing, in_period, reached_by, replay
from models.programme import Programme, Tier


class Move(StrEnum):
    """Up or down to another tier, or the same one kept for another year."""

    UP = "up"
    DOWN = "down"
    KEPT = "kept"


@dataclass(frozen=True)
class Change:
    """What became of a member: from the tier with the key `before` to `after`.

    `spend` is the NT$ of the last 12 months; `gift` says that the upgrade gift
    of `after` is due, which it is once per member and tier.
    """

    member_id: int
    move: Move
    before: str
    after: Tier
    since: date | None
    until: date | None
    reason: Reason
    spend: int
    gift: bool


class _Verdict(NamedTuple):
    row: Row[Any]
    standing: Standing
    rules: str
    spend: int


def hold(
    session: Session, member_ids: Collection[int], *, programme: Programme, now: datetime
) -> list[Row[Any]]:
    """The rows of these members, made if need be, held until the transaction ends."""
    # in one order, so that two who hold several cannot wait for each other
    return _put(
        session,
        [
            {"member_id": each, "tier": programme.base.key, "rules": "", "touched_at": now}
            for each in sorted(set(member_ids))
        ],
        "touched_at",
    )


def judge(
    session: Session,
    held: Sequence[Row[Any]],
    *,
    today: date,
    programme: Programme,
    now: datetime,
    reason: Reason,
    sources: Mapping[int, str],
) -> list[Change]:
    """Judge the members whose rows are held; `sources` names what it was about."""
    credits = credits_of(session, [row.member_id for row in held])
    verdicts = [
        verdict
        for row in held
        if (verdict := _verdict(row, credits[row.member_id], programme, today, reason)) is not None
    ]
    if not verdicts:
        return []
    _keep_rules(session, programme, now)
    _put(session, [_row(verdict, now) for verdict in verdicts], *_row(verdicts[0], now))
    moves = [(verdict, _move(verdict, programme)) for verdict in verdicts]
    moved = [(verdict, move) for verdict, move in moves if move is not None]
    gifts = _new_gifts(session, [verdict for verdict, move in moved if move is Move.UP], now)
    changes = [_change(verdict, move, reason, gifts) for verdict, move in moved]
    _log(session, changes, programme, sources, now)
    return changes


def _verdict(
    row: Row[Any], credits: Sequence[Credit], programme: Programme, today: date, reason: Reason
) -> _Verdict | None:
    """What a row should say; None if it says so already."""
    standing = replay(credits, programme, today=today)
    # what was never paid for was never promised
    if reason is not Reason.REFUND and is_promised(row, standing, programme, today):
        return None
    said = (row.tier, row.since, row.until, row.judged_on, row.rules)
    now_said = (standing.tier.key, standing.since, standing.until, standing.judged_on)
    if said == (*now_said, programme.rules):
        return None
    reached = reached_by(in_period(credits, programme, day=today, through=today))
    return _Verdict(row, standing, programme.rules, reached.get("spend", 0))


def _row(verdict: _Verdict, now: datetime) -> dict[str, Any]:
    return {
        "member_id": verdict.row.member_id,
        "tier": verdict.standing.tier.key,
        "since": verdict.standing.since,
        "until": verdict.standing.until,
        "judged_on": verdict.standing.judged_on,
        "rules": verdict.rules,
        "touched_at": now,
    }


def _move(verdict: _Verdict, programme: Programme) -> Move | None:
    before, after = verdict.row.tier, verdict.standing.tier.key
    if before != after:
        return Move.UP if programme.rank(after) > programme.rank(before) else Move.DOWN
    same_stay = verdict.row.since == verdict.standing.since and verdict.row.until is not None
    is_renewed = same_stay and verdict.row.until != verdict.standing.until
    return Move.KEPT if is_renewed else None


def _change(
    verdict: _Verdict, move: Move, reason: Reason, gifts: Collection[tuple[int, str]]
) -> Change:
    member_id, tier = verdict.row.member_id, verdict.standing.tier
    return Change(
        member_id=member_id,
        move=move,
        before=verdict.row.tier,
        after=tier,
        since=verdict.standing.since,
        until=verdict.standing.until,
        reason=reason,
        spend=verdict.spend,
        gift=(member_id, tier.key) in gifts,
    )


def _put(session: Session, rows: list[dict[str, Any]], *columns: str) -> list[Row[Any]]:
    """Insert rows, or set `columns` where the member has one; the rows as they are then."""
    put = insert(session, MemberTier)
    return list(
        session.execute(
            put.on_conflict_do_update(
                index_elements=["member_id"], set_={name: put.excluded[name] for name in columns}
            ).returning(*MemberTier.__table__.c),
            rows,
        )
    )


def _keep_rules(session: Session, programme: Programme, now: datetime) -> None:
    body = {
        "period": vars(programme.period),
        "tiers": [
            {"key": tier.key, "name": tier.name, "any": [each.measures() for each in tier.any]}
            for tier in programme.tiers
        ],
    }
    row = {"mark": programme.rules, "body": orjson.dumps(body).decode(), "first_used_at": now}
    session.execute(insert(session, TierRules).values(row).on_conflict_do_nothing())


def _new_gifts(
    session: Session, verdicts: Sequence[_Verdict], now: datetime
) -> set[tuple[int, str]]:
    """Those of the tiers reached whose gift the member never had; they have it now."""
    if not verdicts:
        return set()
    rows = [
        {
            "member_id": verdict.row.member_id,
            "tier": verdict.standing.tier.key,
            "earned_at": now,
        }
        for verdict in verdicts
    ]
    put = insert(session, TierReward).on_conflict_do_nothing()
    made = session.execute(put.returning(TierReward.member_id, TierReward.tier), rows)
    return {(member_id, tier) for member_id, tier in made}


def _log(
    session: Session,
    changes: Sequence[Change],
    programme: Programme,
    sources: Mapping[int, str],
    now: datetime,
) -> None:
    rows = [
        {
            "member_id": change.member_id,
            "before": change.before,
            "after": change.after.key,
            "since": change.since,
            "until": change.until,
            "reason": change.reason,
            "source": sources.get(change.member_id),
            "spend": change.spend,
            "rules": programme.rules,
            "at": now,
        }
        for change in changes
    ]
    if rows:
        session.execute(insert(session, TierChange), rows)
