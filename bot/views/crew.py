"""Those who run the shop, and inviting them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.texts import _, clock, long_day
from bot.views import confirming, kit
from bot.views.kit import Block, Message
from models.people.roles import Role

NAMES = {
    Role.OWNER: "店長",
    Role.ORGANISER: "小幫手",
    Role.SUPPORT: "客服",
    Role.MEMBER: "團友",
}
MAY = {
    Role.OWNER: "什麼都能做，也能邀請和移除人",
    Role.ORGANISER: "什麼都能做，但不能邀請和移除人",
    Role.SUPPORT: "回覆客服、核銷優惠券",
}
SIDE = 10  # people on one card; LINE takes only so much on it


class Helping(Protocol):
    """Somebody with a role."""

    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Role: ...
    @property
    def since(self) -> datetime | None: ...


def overview(helpers: Sequence[Helping], *, owner: bool) -> Message:
    """Everybody with a role; an owner invites here, and taps a row to remove."""
    buttons = []
    if owner:
        buttons = [
            kit.button(_("邀請小幫手"), "/邀請小幫手 小幫手"),
            kit.button(_("邀請客服"), "/邀請小幫手 客服"),
        ]
    removable = owner and any(helper.since is not None for helper in helpers)
    hint = [kit.note(_("點一下名字可以移除。"))] if removable else []
    cards = [
        kit.card(
            _("誰能管理這家店"),
            *(_row(helper, owner=owner) for helper in helpers[at : at + SIDE]),
            *hint,
            buttons=buttons,
        )
        for at in range(0, max(len(helpers), 1), SIDE)
    ]
    shown = kit.carousel(cards) if len(cards) > 1 else cards[0]
    choices = [kit.choice(_("/操作紀錄"), "/操作紀錄"), kit.choice(_("說明"), "說明")]
    return kit.with_choices(shown, choices)


def invited(code: str, role: Role, *, until: datetime) -> Message:
    """The code, shown once."""
    return kit.card(
        _("邀請一位{role}", role=_(NAMES[role])),
        kit.note(_("把下面這一行傳給對方，請對方在這個官方帳號的聊天室輸入：")),
        kit.panel(kit.line(_("加入 {code}", code=code), weight="bold", size="lg")),
        kit.note(_("只能用一次，{time} 前有效。{may}。", time=clock(until), may=_(MAY[role]))),
        choices=[kit.choice(_("/小幫手"), "/小幫手")],
    )


def removing(helper: Helping, *, nonce: str) -> Message:
    return confirming.preview(
        _("要收回權限嗎？"),
        kit.row(_("稱呼"), _called(helper), shares=kit.VALUE_WIDE),
        kit.row(_("角色"), _(NAMES[helper.role]), shares=kit.VALUE_WIDE),
        kit.note(_("確認後立刻生效，對方仍然是團友。")),
        nonce=nonce,
    )


def removed(helper: Helping) -> Message:
    return kit.text(
        _("已收回 {name} 的管理權限。", name=_called(helper)),
        choices=[kit.choice(_("/復原"), "/復原"), kit.choice(_("/小幫手"), "/小幫手")],
    )


def welcome(role: Role) -> Message:
    """What the invited person hears."""
    return kit.text(
        _("歡迎！你現在是這家店的{role}：{may}。", role=_(NAMES[role]), may=_(MAY[role])),
        choices=[kit.choice(_("說明"), "說明")],
    )


def accepted(name: str, role: Role) -> Message:
    """What whoever invited them hears."""
    return kit.text(
        _(
            "{name} 用你的邀請碼成為{role}了。不是你邀請的人嗎？請輸入 /小幫手 查看。",
            name=name or _("（未填稱呼）"),
            role=_(NAMES[role]),
        ),
        choices=[kit.choice(_("/小幫手"), "/小幫手")],
    )


def _called(helper: Helping) -> str:
    return kit.clip(helper.name, 100) or _("（未填稱呼）")


def _row(helper: Helping, *, owner: bool) -> Block:
    since = _("設定檔") if helper.since is None else long_day(helper.since)
    row = kit.row(_called(helper), f"{_(NAMES[helper.role])}・{since}", shares=kit.EVEN)
    if owner and helper.since is not None and helper.name:
        row["action"] = kit.begin(_("移除"), f"/移除小幫手 {_called(helper)}")
    return row
