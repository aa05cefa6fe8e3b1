"""Switches of what is sent, and the terms of personal data."""

from __future__ import annotations

from collections.abc import Mapping

from bot.texts import _
from bot.views import kit
from bot.views.arrival import purposes
from bot.views.kit import Block, Message
from models.people.consents import TEXT_VERSION, Topic
from models.programme import Programme

NAMES = {
    Topic.BIRTHDAY: "生日禮",
    Topic.REPLENISHMENT: "補貨提醒",
    Topic.PREORDER: "預購通知",
    Topic.OFFERS: "優惠與新團",
    Topic.EXPIRY: "點數與券到期提醒",
    Topic.NEWS: "活動與新消息",
    Topic.FEEDBACK: "滿意度問卷",
}


def settings(switches: Mapping[Topic, bool], *, marketing: bool) -> Message:
    blocks: list[Block] = [kit.row(_("訂單、取貨、付款"), _("一定會通知"))]
    if not marketing:
        blocks.append(kit.line(_("你已停止所有優惠訊息。"), weight="bold"))
        return kit.card(
            _("通知設定"),
            *blocks,
            buttons=[kit.button(_("恢復行銷"), "恢復行銷", style="primary")],
            choices=_ways_on(),
        )
    blocks += [_switch(topic, on) for topic, on in switches.items()]
    stop = kit.button(_("停止行銷（全部關掉）"), "停止行銷")
    return kit.card(_("通知設定"), *blocks, buttons=[stop], choices=_ways_on())


def stopped() -> Message:
    return kit.text(
        _(
            "好的，已停止優惠訊息，從現在起不會再寄。"
            "訂單、取貨和付款通知照常。想再收就輸入「恢復行銷」。"
        ),
        choices=[kit.choice(_("恢復行銷"), "恢復行銷"), kit.choice(_("會員卡"), "會員卡")],
    )


def resumed() -> Message:
    return kit.text(
        _("好的，之後會再寄優惠訊息給你，每週最多兩則。不想收隨時輸入「停止行銷」。"),
        choices=[kit.choice(_("通知設定"), "通知設定"), kit.choice(_("會員卡"), "會員卡")],
    )


def terms(programme: Programme, *, marketing: bool) -> Message:
    return kit.card(
        _("個人資料與會員條款"),
        kit.line(purposes(programme, marketing=marketing), size="sm"),
        kit.line(_("點數、優惠券依各自的期限使用，到期前會提醒你；退貨時依比例收回。"), size="sm"),
        kit.line(
            _("你可以查詢、更正、停止利用或刪除資料，輸入「客服」店家會協助辦理。"), size="sm"
        ),
        kit.note(_("條款版本 {version}", version=TEXT_VERSION)),
        buttons=[kit.button(_("通知設定"), "通知設定")],
        choices=[kit.choice(_("會員卡"), "會員卡"), kit.choice(_("客服"), "客服")],
    )


def _switch(topic: Topic, on: bool) -> Block:
    state, label = (_("開"), _("關掉")) if on else (_("關"), _("打開"))
    action = kit.say(label, f"{'通知關' if on else '通知開'} {topic.value}")
    return kit.switch(_(NAMES[topic]), state, action, on=on)


def _ways_on() -> list[Block]:
    return [kit.choice(_("會員卡"), "會員卡"), kit.choice(_("條款"), "條款")]
