"""Welcome, and the notice about personal data that the law asks for at collection."""

from __future__ import annotations

from bot.texts import _
from bot.views import kit
from bot.views.coupons import described
from bot.views.kit import Block, Message
from models.programme import Programme


def welcome(programme: Programme, *, gifted: bool) -> Message:
    blocks = [
        kit.line(
            _("你已經是「{tier}」團友，免費、不用填表。", tier=programme.base.name), weight="bold"
        ),
        kit.line(_("每次消費都會累積點數和等級，傳「會員卡」隨時查看。"), size="sm"),
    ]
    if not gifted:
        blocks.append(kit.panel(*newcomer(programme)))
    blocks += [kit.rule(), kit.note(purposes(programme))]
    first = kit.button(_("完成資料拿新客禮"), "完成資料", style="primary")
    return kit.card(
        _("歡迎加入{shop}", shop=programme.shop_name),
        *blocks,
        buttons=[*([] if gifted else [first]), kit.button(_("會員卡"), "會員卡")],
        choices=_ways_on(),
    )


def welcome_back(programme: Programme, *, marketing: bool) -> Message:
    about = (
        _("優惠訊息照舊會寄給你，不想收就輸入「停止行銷」。")
        if marketing
        else _("你之前選擇不收優惠訊息，我們會照辦；想再收就輸入「恢復行銷」。")
    )
    return kit.card(
        _("歡迎回到{shop}", shop=programme.shop_name),
        kit.line(_("你的點數、等級和優惠券都還在。")),
        kit.note(about),
        buttons=[kit.button(_("會員卡"), "會員卡", style="primary")],
        choices=[kit.choice(_("優惠券"), "優惠券"), kit.choice(_("說明"), "說明")],
    )


def notice(programme: Programme, *, marketing: bool) -> Message:
    return kit.card(
        _("{shop}的小提醒", shop=programme.shop_name),
        kit.line(_("你已經是我們的團友，傳「會員卡」可以看點數和等級。")),
        kit.note(purposes(programme, marketing=marketing)),
        buttons=[kit.button(_("會員卡"), "會員卡")],
        choices=_ways_on(),
    )


def purposes(programme: Programme, *, marketing: bool = True) -> str:
    """Who, what for, which data, how long, which rights, and what refusing means."""
    offers = (
        _("並寄送優惠訊息，直到你輸入「停止行銷」")
        if marketing
        else _("目前不會寄送優惠訊息，想收請輸入「恢復行銷」")
    )
    return _(
        "{shop}會使用你的 LINE 名稱、你自願提供的資料和購買紀錄，"
        "處理訂單、點數與會員服務，{offers}。"
        "資料保存到你要求刪除為止；你可以輸入「條款」看細節，或查詢、更正、刪除。"
        "不提供生日、手機也能使用，只是拿不到對應的禮物。",
        shop=programme.shop_name,
        offers=offers,
    )


def newcomer(programme: Programme) -> list[Block]:
    """What filling in the profile brings."""
    gifts = [programme.coupons[key] for key in programme.gifts.newcomer]
    return [
        kit.line(_("留下生日或手機其中一項，馬上送："), size="sm", weight="bold"),
        *kit.bullets([described(terms) for terms in gifts]),
    ]


def _ways_on() -> list[Block]:
    return [
        kit.choice(_("說明"), "說明"),
        kit.choice(_("條款"), "條款"),
        kit.choice(_("停止行銷"), "停止行銷"),
    ]
