"""Where orders are sent: asked for field by field, shown, changed."""

from __future__ import annotations

from bot.texts import _
from bot.views import kit
from bot.views.kit import Message
from models.base import N_
from models.shop.recipients import Details

FIELDS = {
    "name": N_("收件人"),
    "phone": N_("電話"),
    "store": N_("超商門市"),
    "address": N_("宅配地址"),
}
QUESTIONS = {
    "name": N_("收件人的姓名是？請寫和證件一樣的全名，超商取貨會核對。"),
    "phone": N_("收件人的手機是？到貨簡訊和司機會打這支。"),
    "store": N_("要寄到哪一家超商？例如「7-11 民權門市」。"),
    "address": N_("要寄到哪裡？請寫含縣市的完整地址。"),
}


def question(field: str) -> Message:
    """One thing to ask before something can be sent."""
    return kit.text(
        _("{question}（加密保存，下次不用再填）", question=_(QUESTIONS[field])),
        choices=[kit.choice(_("取消"))],
    )


def shown(details: Details) -> Message:
    """What is kept, and how to change it."""
    rows = [
        kit.row(_(label), getattr(details, field) or _("（未填）"), shares=kit.VALUE_WIDE)
        for field, label in FIELDS.items()
    ]
    choices = [
        kit.choice(_("改{field}", field=_(label)), f"收件資料 {field}")
        for field, label in FIELDS.items()
    ]
    return kit.card(
        _("收件資料"),
        *rows,
        kit.note(_("寄送的訂單才會用到，加密保存；改了以後，之後確認的訂單用新的。")),
        choices=[*choices, kit.choice(_("我的訂單"))],
    )
