"""The month's messages as a budget, for those who run the shop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.texts import _, clock, day
from bot.views import kit
from bot.views.kit import Block, Message
from models.message_terms import LinePlan
from models.talk.budget import Outlook
from models.talk.quota import Reading

SHOWN = 6


@dataclass(frozen=True)
class Spent:
    """A kind of message: sent this month, expected in the rest of it, and waiting for budget."""

    title: str
    sent: int
    expected: int
    waiting: int = 0


def overview(
    reading: Reading, outlook: Outlook, plan: LinePlan | None, kinds: Sequence[Spent]
) -> Message:
    """What is left, for what, and what each kind of message takes of it."""
    month = outlook.month
    unit = plan.cost(month.monthly) / month.monthly if plan is not None else None
    service = _("訂單通知預留 {count} 則", count=f"{month.reserve:,}")
    return kit.card(
        _("本月訊息額度"),
        kit.figure(_("行銷還能送"), _("{count} 則", count=f"{month.left:,}")),
        kit.bar(min(1.0, month.used / max(1, month.monthly))),
        kit.row(_("已用"), f"{month.used:,}／{month.monthly:,}"),
        kit.note(service),
        kit.note(_bid(outlook)),
        *([kit.note(_cost(plan, unit, month.used))] if plan is not None else []),
        kit.rule(),
        *(_kind(each, unit) for each in kinds[:SHOWN]),
        kit.note(_("數字是本月已推播、到月底還會有的；搭回覆送出的不扣額度。")),
        kit.note(_("{at} 向 LINE 查詢", at=f"{day(reading.told_at)} {clock(reading.told_at)}")),
        subtitle=_("還有 {days} 天", days=f"{month.days_left:.0f}"),
        choices=_choices(),
    )


def unlimited() -> Message:
    """LINE sets no limit."""
    return kit.text(_("LINE 沒有設定本月的訊息上限，行銷不受額度限制。"), choices=_choices())


def unknown() -> Message:
    """LINE was not asked yet."""
    return kit.text(_("還沒有向 LINE 問到額度，請一分鐘後再輸入 /額度。"), choices=_choices())


def _bid(outlook: Outlook) -> str:
    budget = outlook.budget
    if not budget.left:
        return _("行銷訊息先等著；有額度或下個月才送，過了時效就不送。")
    if not budget.bid:
        return _("照最近四週的量，到月底都送得完，沒有門檻。")
    return _(
        "送不完，先送預期帶來 NT${value} 以上的；其他的等額度。",
        value=f"{budget.bid / 100:,.1f}",
    )


def _cost(plan: LinePlan, unit: float | None, used: int) -> str:
    return _(
        "{plan}方案月費 NT${fee}，每則約 NT${unit}，本月至今約 NT${cost}",
        plan=plan.name,
        fee=f"{plan.fee:,}",
        unit=f"{unit or 0:.2f}",
        cost=f"{(unit or 0) * used:,.0f}",
    )


def _kind(spent: Spent, unit: float | None) -> Block:
    said = _("{sent} 則、預估 {expected} 則", sent=str(spent.sent), expected=str(spent.expected))
    if unit:
        said += f"・NT${unit * (spent.sent + spent.expected):,.0f}"
    if spent.waiting:
        said += _("・等額度 {count} 則", count=str(spent.waiting))
    return kit.row(spent.title, said, shares=(2, 3))


def _choices() -> list[Block]:
    return [
        kit.choice(_("自動訊息"), "/自動訊息"),
        kit.choice(_("說明"), "說明"),
    ]
