"""Points: a ledger in whole points that is only ever added to, kept in lots that expire.

This is the door to it: other packages write `points.earn(...)` and need no other
module. Each change has a `source` ("order:17") and happens once for it, however
often it is asked for. The caller commits; a `Refusal` undoes the transaction.
"""

from __future__ import annotations

from models.loyalty.points_earning import (
    Earning,
    confirm,
    confirm_many,
    earn,
    earn_many,
    opening,
)
from models.loyalty.points_expiry import expire, expiring, expiring_by_month
from models.loyalty.points_lots import NoSuchEarning
from models.loyalty.points_posting import NotAnAmount, SourceReused
from models.loyalty.points_queries import (
    Balance,
    LotFact,
    Movement,
    balance,
    balances,
    history,
    liability,
    overdue,
    totals,
    usable,
)
from models.loyalty.points_records import (
    Account,
    Kind,
    PointBalance,
    PointEntry,
    PointLot,
    PointTransaction,
)
from models.loyalty.points_refunds import cancel_pending, share, take_back
from models.loyalty.points_reversals import MoreThanEarned, TakeBack, take_back_many
from models.loyalty.points_spending import (
    MoreThanSpent,
    NoSuchSpending,
    NotEnoughPoints,
    give_back,
    spend,
)
from models.loyalty.points_verification import verify

__all__ = [
    "Account",
    "Balance",
    "Earning",
    "Kind",
    "LotFact",
    "MoreThanEarned",
    "MoreThanSpent",
    "Movement",
    "NoSuchEarning",
    "NoSuchSpending",
    "NotAnAmount",
    "NotEnoughPoints",
    "PointBalance",
    "PointEntry",
    "PointLot",
    "PointTransaction",
    "SourceReused",
    "TakeBack",
    "balance",
    "balances",
    "cancel_pending",
    "confirm",
    "confirm_many",
    "earn",
    "earn_many",
    "expire",
    "expiring",
    "expiring_by_month",
    "give_back",
    "history",
    "liability",
    "opening",
    "overdue",
    "share",
    "spend",
    "take_back",
    "take_back_many",
    "totals",
    "usable",
    "verify",
]
