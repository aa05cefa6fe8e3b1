"""Reliability as the member sees it: the score, every outcome in it, and what follows."""

from __future__ import annotations

from bot.texts import _, day
from bot.views import kit
from bot.views.kit import Block, Message
from models.shop.reliability import Outcome, Reliability, Weighed
from models.terms import ReliabilityTerms

SHOWN = 12


def explained(found: Reliability, terms: ReliabilityTerms) -> Message:
    """The score and its working, in the member's own chat: nothing is kept from them."""
    blocks: list[Block] = [
        kit.figure(_("取貨信用"), _("{score} 分", score=found.score)),
        kit.bar(found.score / 100),
        *kit.bullets(_consequences(found, terms)),
        kit.rule(),
        kit.row(_("每個人的起點"), _("{score} 分", score=found.neutral), shares=kit.LABEL_WIDE),
        *(_counted(each) for each in found.weighed[:SHOWN]),
    ]
    rest = found.weighed[SHOWN:]
    if rest:
        label = _("更早的 {count} 筆合計", count=len(rest))
        effect = sum(each.effect for each in rest)
        blocks.append(kit.row(label, _signed(effect), shares=kit.LABEL_WIDE))
    if not found.weighed:
        blocks.append(kit.note(_("還沒有取貨紀錄，從起點開始。")))
    blocks.append(
        kit.note(
            _(
                "準時取貨會加分；每過 {days} 天，一筆紀錄的影響減半，所以過去的事會慢慢淡掉。",
                days=terms.half_life_days,
            )
        )
    )
    return kit.card(
        _("我的取貨信用"),
        *blocks,
        choices=[kit.choice(_("會員卡")), kit.choice(_("客服"))],
    )


def outcome(fact_outcome: Outcome, days_late: int) -> str:
    """What became of an order, in a few words that blame nobody."""
    texts = {
        Outcome.PICKED_UP: _("準時取貨"),
        Outcome.PICKED_UP_LATE: _("晚 {days} 天取貨", days=days_late),
        Outcome.NO_SHOW: _("沒有取貨"),
        Outcome.CANCELLED_LATE: _("結單後取消"),
        Outcome.PAID_LATE: _("晚付款"),
    }
    return texts[fact_outcome]


def _consequences(found: Reliability, terms: ReliabilityTerms) -> list[str]:
    if not terms.enabled:
        return [_("目前不影響任何權益，僅供參考。")]
    said = []
    if found.deposit_percent:
        said.append(
            _(
                "下單時請先付 {percent}% 訂金，{days} 天內付；回到 {score} 分就不用。",
                percent=found.deposit_percent,
                days=terms.deposit_days,
                score=terms.deposit_below,
            )
        )
    if found.barred_from_early:
        said.append(_("暫時沒有提早購買；回到 {score} 分就恢復。", score=terms.no_early_below))
    if found.early_access:
        said.append(_("謝謝你總是準時，可以提早購買。"))
    if not said:
        said.append(_("下單不用訂金，一切照常。"))
    if terms.deposit_below and terms.deposit_percent and not found.deposit_percent:
        rule = _(
            "規則：低於 {score} 分時，下單要先付 {percent}% 訂金。",
            score=terms.deposit_below,
            percent=terms.deposit_percent,
        )
        said.append(rule)
    return said


def _counted(each: Weighed) -> Block:
    fact = each.fact
    label = f"{day(fact.on)} {fact.order} {outcome(fact.outcome, fact.days_late)}"
    share = _("{effect}（今天算 {weight} 筆）", effect=_signed(each.effect), weight=_share(each))
    return kit.row(label, share, shares=kit.EVEN)


def _share(each: Weighed) -> str:
    return f"{each.weight:.2f}"


def _signed(effect: float) -> str:
    # no -0.0 for what has faded
    rounded = round(effect, 1) or 0.0
    return f"{rounded:+.1f}"
