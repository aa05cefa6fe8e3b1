"""Surveys: how many stars for what was fetched, and what else there is to say."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _
from bot.views import kit
from bot.views.kit import Block, Message
from models.shop.survey_orders import Received
from models.talk.surveys import MOST

LONGEST_DATA = 290
STAR = "★"


def asked(orders: Sequence[Received]) -> Message:
    """How many stars; one answer is for all that is named."""
    named = _fitting(orders)
    labels = (_("不滿意"), _("不太好"), _("普通"), _("滿意"), _("很滿意"))
    rate = [f"評分 {' '.join(each.order_no for each in named)} {n}" for n in range(1, MOST + 1)]
    return kit.card(
        _("這次的商品還滿意嗎？"),
        *kit.bullets([_order(each) for each in named]),
        kit.note(_("點幾顆星就好，只有店家看得到。不想收問卷，可以在「通知設定」關掉。")),
        buttons=[kit.button(f"{n}{STAR}", data) for n, data in enumerate(rate, start=1)],
        abreast=True,
        choices=[
            *(
                kit.choice(f"{STAR * n} {label}", data)
                for n, (label, data) in reversed(
                    list(enumerate(zip(labels, rate, strict=True), start=1))
                )
            ),
            kit.choice(_("通知設定"), "通知設定"),
        ],
    )


def thanks(rating: int, *, ticket: int | None, lead: str) -> Message:
    """Kept; whether they want to say more. `lead` is a command that goes on from here."""
    more = _("想說什麼嗎？直接打字告訴我們，沒有就按「略過」。")
    if ticket is not None:
        said = _(
            "很抱歉這次沒讓你滿意，已經轉給店家（編號 #{number}），會在這裡回覆你。",
            number=ticket,
        )
    else:
        said = _("謝謝你的 {stars}！", stars=STAR * rating)
    return kit.text(
        f"{said}\n{more}",
        choices=[kit.choice(_("略過")), kit.choice(_(lead), lead), kit.choice(_("我的訂單"))],
    )


def commented() -> Message:
    return kit.text(_("收到，謝謝你告訴我們。"), choices=_ways_on())


def skipped() -> Message:
    return kit.text(_("好的，謝謝你的評分。"), choices=_ways_on())


def nothing() -> Message:
    return kit.text(_("目前沒有等你評分的訂單，取貨後會出現在這裡。"), choices=_ways_on())


def complaint(orders: Sequence[Received], rating: int) -> str:
    """What the ticket of a poor rating says."""
    named = "、".join(_order(each) for each in _fitting(orders))
    return _("問卷只給 {stars}：{orders}", stars=STAR * rating, orders=named)


def _order(each: Received) -> str:
    if not each.title:
        return each.order_no
    return _("{title}（訂單 {order_no}）", title=kit.clip(each.title, 50), order_no=each.order_no)


def _fitting(orders: Sequence[Received]) -> list[Received]:
    """As many of them as a button can name."""
    room = LONGEST_DATA - len("評分 5")
    named: list[Received] = []
    for each in orders:
        room -= len(each.order_no) + 1
        if named and room < 0:
            break
        named.append(each)
    return named


def _ways_on() -> list[Block]:
    return [kit.choice(_("團購")), kit.choice(_("我的訂單")), kit.choice(_("會員卡"))]
