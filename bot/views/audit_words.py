"""The words of the log of what was done: acts, what they were done to, and details.

The log keeps what programs wrote. Ids that only LINE knows are left out here, and
days, sums and counts become what people read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from bot.texts import _, clock, long_day, money, points
from bot.views.crew import NAMES

# an action is `noun.verb`, a subject `noun:number`
NOUNS = {
    "act": "操作",
    "approval": "核准",
    "backup": "備份",
    "broadcast": "推播",
    "campaign": "自動訊息",
    "claim": "兌換單",
    "coupon": "優惠券",
    "deposit": "入帳",
    "download": "下載",
    "group_buy": "團購",
    "handout": "發券",
    "import": "匯入",
    "item": "品項",
    "member": "團友",
    "members": "團友名單",
    "messages": "待寄訊息",
    "note": "備註",
    "order": "訂單",
    "orders": "訂單",
    "outbox": "待寄訊息",
    "payment": "收款",
    "payments": "收款",
    "pickup": "取貨",
    "pickup_point": "取貨點",
    "points": "點數",
    "refund": "退款",
    "return": "退貨申請",
    "reward": "獎品",
    "role": "權限",
    "segment": "分群",
    "shipping": "出貨",
    "shop": "店家資料",
    "statement": "銀行明細",
    "supply": "點貨",
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
    "confirmed": "核對",
    "correct": "更正",
    "decline": "不准",
    "draft": "存草稿",
    "draw": "抽獎",
    "drop": "刪草稿",
    "duplicate": "標為重複",
    "enter": "代訂",
    "extend": "延長",
    "fail": "流團",
    "finish": "完成",
    "give": "給予",
    "go_ahead": "決定照開",
    "grant": "給予",
    "hand_over": "交付",
    "hold": "暫停",
    "invite": "邀請",
    "items": "改品項",
    "members": "團友名單",
    "note": "備註",
    "open": "開始",
    "orders": "訂單",
    "paste": "整批貼上",
    "pause": "暫停",
    "pay": "收款",
    "pick_up": "取貨",
    "post": "貼出",
    "publish": "發布",
    "redeem": "核銷",
    "refund": "退款",
    "reject": "退回",
    "rejected": "退回",
    "release": "繼續",
    "remove": "移除",
    "reopen": "重開",
    "reported": "回報",
    "restore": "恢復",
    "resume": "繼續",
    "revoke": "收回",
    "save": "存起來",
    "send": "排入",
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
# where noun and verb beside each other are no words that people say
WHOLE = {
    "dunning": "催款",
    "group_buy.release": "團購放給候補",
    "order.guest": "替沒有 LINE 的人代訂",
    "order.hand_back": "訂單退還溢收款",
    "payment.certain": "收款一次核對",
    "payment.take": "收款入帳",
    "pickup.absent": "取貨逾期註記",
    "deposit.waive": "訂金免收",
    "pickup_slots.offer": "設定取貨時段",
    "pickup.forgive": "保管費免收",
    "pickup_point.close": "取貨點停用",
    "pickup_point.offer": "團購設定取貨點",
    "shipping.ask": "出貨請團友填收件資料",
    "shipping.deliver": "出貨送達",
    "shipping.sheet": "做出貨單",
    "shipping.ship": "出貨登記單號",
    "shipping.track": "出貨匯入單號",
    "supply.count": "點貨記數量",
    "supply.short": "缺貨分配",
    "supply.short_no_more": "缺貨分配取消",
}
ROLES: dict[str, str] = {role.value: name for role, name in NAMES.items()}
OTHERS = {"on": "開", "off": "關", "pushes": "推播", "all": "全部", **ROLES}
COUNTED = {
    "cash at pickup": "{count} 現金，取貨時付",
    "new deposits": "{count} 筆新入帳",
    "transfer": "{count} 匯款",
    "cash": "{count} 現金",
    "coupons": "{count} 張",
    "members": "{count} 位團友",
    "orders": "{count} 筆訂單",
    "points": "{count} 點",
    "rows": "{count} 列",
    "shares": "{count} 份",
    "waits": "{count} 筆候補",
}
PAID = ("cash at pickup", "transfer", "cash")
SUMS: dict[str, Callable[[int], str]] = {
    "points.give": points,
    "payment.take_back": money,
    "deposit.set_aside": money,
    "order.refund": money,
    "order.hand_back": money,
}
# details that are the name of another act
ABOUT_ACTS = ("approval.ask", "approval.approve", "approval.decline", "undo")
COUNT = re.compile(rf"(?<![\w-])(\d+) ({'|'.join(COUNTED)})\b", re.ASCII)
LINE_ID = re.compile(r"\b[UCR][0-9a-f]{32}\b", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?\+\d\d:\d\d", re.ASCII)
HANDOUT = re.compile(r"(.*) x(\d+) -> (.*?)(?: seed [0-9a-f]+)?", re.DOTALL)
NUMBERED = re.compile(r"\b(member|return):(\d+)", re.ASCII)
LAST_SUM = re.compile(r"(?<!\S)(\d+)(?=$| return:)", re.ASCII)


def action(name: str) -> str:
    """`coupon.void` as 優惠券作廢; a word that is not known stays as it is."""
    if name in WHOLE:
        return _(WHOLE[name])
    noun, _dot, verb = name.partition(".")
    said = NOUNS.get(noun) or VERBS.get(noun, noun)
    return _(said) + (_(VERBS.get(verb, verb)) if verb else "")


def subject(name: str) -> str:
    """`coupon:12` as 優惠券 #12; who only LINE knows by an id is not named."""
    noun, _colon, number = LINE_ID.sub("", name).partition(":")
    if noun not in NOUNS:
        return _(OTHERS.get(noun, noun)) if not number else name
    said = _(NOUNS[noun])
    if not number:
        return said
    return f"{said} #{number}" if number.isdigit() else f"{said} {_(OTHERS.get(number, number))}"


def detail(of: str, written: str) -> str:
    """What was written down beside the act `of`, for people."""
    if of in ABOUT_ACTS:
        return action(written)
    if written in OTHERS:
        return _(OTHERS[written])
    if written.startswith("use:"):
        return ""
    given = HANDOUT.fullmatch(written)
    if of in ("coupon.give", "coupon.draw") and given:
        name, count, whom = given.groups()
        return _("{name} {count} 張，給 {whom}", name=name, count=count, whom=whom)
    if of in SUMS:
        written = LAST_SUM.sub(lambda found: SUMS[of](int(found[1])), written, count=1)
    if of == "group_buy.extend":
        written = written.replace("None", _("不限時間")).replace(" -> ", " → ")
    written = MOMENT.sub(lambda found: _moment(found[0]), LINE_ID.sub("", written))
    written = NUMBERED.sub(lambda found: subject(found[0]), written)
    written = COUNT.sub(lambda found: _counted(int(found[1]), found[2]), written)
    return written.replace("made at ", _("備份時間 ")).strip()


def about(of: str, name: str, written: str) -> str:
    """What an act was done to, and its detail; an order goes by its own number."""
    told = detail(of, written)
    noun, _colon, number = name.partition(":")
    if noun == "order" and number.isdigit() and told:
        return f"{_(NOUNS[noun])} {told}"
    return " ".join(part for part in (subject(name), told) if part)


def _counted(count: int, what: str) -> str:
    said = money(count) if what in PAID else f"{count:,}"
    return _(COUNTED[what], count=said)


def _moment(written: str) -> str:
    at = datetime.fromisoformat(written)
    return f"{long_day(at)} {clock(at)}"
