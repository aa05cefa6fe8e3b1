"""What was done that matters, in words: who, what, when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.texts import _, clock, day
from bot.views import kit
from bot.views.crew import NAMES
from bot.views.kit import Block, Message

# an action is `noun.verb`, a subject `noun:number`
NOUNS = {
    "act": "操作",
    "approval": "核准",
    "backup": "備份",
    "campaign": "自動訊息",
    "claim": "兌換單",
    "coupon": "優惠券",
    "deposit": "入帳",
    "group_buy": "團購",
    "import": "匯入",
    "item": "品項",
    "member": "團友",
    "members": "團友名單",
    "note": "備註",
    "order": "訂單",
    "orders": "訂單",
    "outbox": "待寄訊息",
    "payment": "收款",
    "payments": "收款",
    "pickup": "取貨",
    "points": "點數",
    "refund": "退款",
    "reward": "獎品",
    "role": "權限",
    "shop": "店家資料",
    "statement": "銀行明細",
    "tag": "標籤",
    "ticket": "客服單",
}
VERBS = {
    "accept": "接受邀請",
    "add": "新增",
    "answer": "回覆",
    "approve": "核准",
    "arrive": "到貨",
    "ask": "提出",
    "book": "入帳",
    "cancel": "取消",
    "change": "修改",
    "close": "結單",
    "confirm": "核對",
    "correct": "更正",
    "decline": "不准",
    "deliver": "出貨",
    "draft": "存草稿",
    "drop": "刪草稿",
    "duplicate": "標為重複",
    "extend": "延長",
    "fail": "流團",
    "finish": "完成",
    "give": "給予",
    "grant": "給予",
    "hand_over": "交付",
    "hold": "暫停",
    "invite": "邀請",
    "members": "團友名單",
    "open": "開始",
    "note": "備註",
    "orders": "訂單",
    "pay": "收款",
    "pick_up": "取貨",
    "post": "貼出",
    "publish": "發布",
    "redeem": "核銷",
    "refund": "退款",
    "release": "繼續",
    "remove": "移除",
    "reopen": "重開",
    "restore": "恢復",
    "reject": "退回",
    "revoke": "收回",
    "set_aside": "先擱著",
    "share": "分配",
    "switch": "開關",
    "tag": "標籤",
    "take": "扣除",
    "take_back": "收回",
    "undo": "復原",
    "void": "作廢",
    "withdraw": "下架",
}
ROLES: dict[str, str] = {role.value: name for role, name in NAMES.items()}
PAGE = 10


class Written(Protocol):
    """One act."""

    @property
    def id(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def action(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def detail(self) -> str: ...


def page(found: Sequence[Written]) -> Message:
    if not found:
        return kit.text(_("沒有更早的操作紀錄。"), choices=[kit.choice(_("說明"), "說明")])
    shown = found[:PAGE]
    blocks: list[Block] = []
    for each in shown:
        blocks += [kit.rule(), *_entry(each)] if blocks else _entry(each)
    choices = [kit.choice(_("/小幫手"), "/小幫手"), kit.choice(_("說明"), "說明")]
    if len(found) > PAGE:
        choices.insert(0, kit.choice(_("更早的"), f"/操作紀錄 #{shown[-1].id}"))
    return kit.card(_("操作紀錄"), *blocks, choices=choices)


def action(name: str) -> str:
    """`coupon.void` as 優惠券作廢; a word that is not known stays as it is."""
    noun, _dot, verb = name.partition(".")
    said = NOUNS.get(noun) or VERBS.get(noun, noun)
    return _(said) + (_(VERBS.get(verb, verb)) if verb else "")


def subject(name: str) -> str:
    """`coupon:12` as 優惠券 #12."""
    noun, colon, number = name.partition(":")
    if not colon or not number.isdigit():
        return name
    return f"{_(NOUNS.get(noun, noun))} #{number}"


def _entry(each: Written) -> list[Block]:
    people = {"cli": _("終端機")}
    who = each.name or people.get(each.actor) or _("（未填稱呼）")
    detail = _(ROLES.get(each.detail, each.detail))
    told = " ".join(part for part in (subject(each.subject), detail) if part)
    return [
        kit.row(f"{day(each.at)} {clock(each.at)}", who),
        kit.line(action(each.action), size="sm", weight="bold"),
        *([kit.note(kit.clip(told, 120))] if told else []),
    ]
