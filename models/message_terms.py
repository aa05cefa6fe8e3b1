"""What messages are worth and what they cost: response rates by topic, and LINE's plans.

Defaults to begin with; what the shop itself observes is mixed in
(`models.insight.responses`). The plans are Taiwan's, before tax, as they have
been since `PLANS_SINCE`; a shop whose contract differs writes its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from models.strict_toml import BadProgramme, read, text, whole

PLANS_SINCE = date(2023, 9, 1)
THOUSAND = 1_000
OWN_FROM = 2  # orders


@dataclass(frozen=True)
class ResponseTerms:
    """Of a thousand messages on each topic, how many are followed by an order within `days`.

    What was observed counts as much as these once it is of `trust` messages; a
    member's own mean order counts as much as `order` NT$ from the second order on.
    """

    birthday: int = field(default=80, metadata=whole(0, 1000))
    replenishment: int = field(default=120, metadata=whole(0, 1000))
    preorder: int = field(default=150, metadata=whole(0, 1000))
    offers: int = field(default=30, metadata=whole(0, 1000))
    expiry: int = field(default=50, metadata=whole(0, 1000))
    news: int = field(default=15, metadata=whole(0, 1000))
    feedback: int = field(default=20, metadata=whole(0, 1000))
    days: int = field(default=3, metadata=whole(1, 30))
    trust: int = field(default=200, metadata=whole(1, 1_000_000))
    order: int = field(default=500, metadata=whole(1, 1_000_000))

    @property
    def window(self) -> timedelta:
        """After a message, the time within which an order counts as its effect."""
        return timedelta(days=self.days)

    def rate(self, topic: str, sent: int = 0, answered: int = 0) -> float:
        """Orders for each message on this topic, given what was observed."""
        default = getattr(self, topic, 0) / THOUSAND
        return float((self.trust * default + answered) / (self.trust + sent))

    def mean_order(self, orders: int, spend: int) -> float:
        """NT$ to expect of a member's next order."""
        return (OWN_FROM * self.order + spend) / (OWN_FROM + orders)


@dataclass(frozen=True)
class LinePlan:
    """A plan of LINE's: NT$ a month, messages in it, and 1/1000 NT$ for each one beyond.

    `extra` None: beyond those none can be bought.
    """

    name: str = field(metadata=text(20))
    fee: int = field(metadata=whole(0, 1_000_000))
    messages: int = field(metadata=whole(1, 100_000_000))
    extra: int | None = field(default=None, metadata=whole(1, 100_000))

    def cost(self, messages: int) -> float:
        """NT$ for so many messages of the month: their part of the fee, and what is beyond it."""
        within = min(messages, self.messages)
        beyond = (messages - within) * (self.extra or 0) / THOUSAND
        return self.fee * within / self.messages + beyond


PLANS = (
    LinePlan("輕用量", 0, 200),
    LinePlan("中用量", 800, 3_000),
    LinePlan("高用量", 1_200, 6_000, extra=200),
)


def plans(tables: Mapping[str, Any], file: str) -> tuple[LinePlan, ...]:
    """The plans that a rules file writes, or those of Taiwan.

    Raises:
        BadProgramme: there are none, or one is not as it must be.
    """
    if "line_plans" not in tables:
        return PLANS
    written = tables["line_plans"]
    if not isinstance(written, list) or not 1 <= len(written) <= 10:
        problem = "要有 1 到 10 種方案，每種寫成一個 [[line_plans]]"
        raise BadProgramme(file, "", "line_plans", problem)
    return tuple(
        read(LinePlan, table, file=file, name=f"line_plans.{number}")
        for number, table in enumerate(written, start=1)
    )


def plan_for(plans: tuple[LinePlan, ...], monthly: int) -> LinePlan | None:
    """The plan whose messages a quota is of: the largest that is not larger."""
    fitting = [plan for plan in plans if plan.messages <= monthly]
    return max(fitting, key=lambda plan: plan.messages, default=None)
