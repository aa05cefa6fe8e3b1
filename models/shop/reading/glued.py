"""A complete wish with a reason glued behind it, or with talk glued before it.

`我要兩箱小孩愛吃` is as much of an order as `我要兩箱 小孩愛吃`. What is glued must begin as
a reason does: with somebody, with what it is for, or with what is at home.
"""

from __future__ import annotations

from models.shop.reading.parts import GOODS, Part, Token
from models.shop.reading.writing import each, pattern

# words that say of themselves that something is ordered; 買 and 拿 may be told of the past
PLAIN = set(
    each(
        "要 想要 登記 登記我 訂 訂購 預訂 要訂 要買 想訂 想買 留 保留 記 算我 收我 記我 留我 "
        "加我 追加"
    )
)
ASKS_FOR = {Part.MORE, Part.FEWER, Part.SETS}
QUANTIFIES = {Part.NUMBER, Part.FRACTION}
REVOKES = {Part.CANCELS, Part.DECLINES}
ENDS = {Part.NUMBER, Part.FRACTION, Part.UNIT, Part.ENOUGH, Part.COURTESY, Part.SUFFIX, *GOODS}
JOINING = {
    Part.ME,
    Part.BEHALF,
    Part.WISH,
    Part.OWN,
    Part.PRAISE,
    Part.SAYS,
    Part.JOINS,
    Part.PRONOUN,
}
WHO = {Part.KIN, Part.NAME, Part.ME}
BEGINS = pattern(
    "^(?:[她他]|家[裡人中]|小孩|孩子|小朋友|寶寶|長輩|因為|想|冰箱|上次|上回|最近|剛|要[送帶吃]|要?給.{1,6}[吃用喝嚐穿]|"
    "送[人禮給朋]|帶[去回]|自己|一個人|"
    "怕|不然|今年|過年|週|周|禮拜|星期|明天|後天|晚上|下午|吃|煮|拜|辦公|公司|大家|朋友|同事|這[次個樣])"
)
LASTS = set(each("就夠 夠 就足夠"))
LASTING = pattern("[吃喝用穿]")
THINGS = pattern(
    r"^的?(?:小孩|孩子|小朋友|寶寶|朋友|長輩|大家|家人|同事|假)\W*(?:xd+|哈+|呵+|lol|笑|了|啦|喔|嗎)?\W*$"
)
TELLS = pattern(
    "[?嗎呢]|多少|怎|什麼|[沒没][到收寄有給]|了沒|錢|的人|退|壞|爛|漏|臭|寄[錯來]|送[錯來]|"
    r"[只才]|收到|[有被拿]走|種的|你|\d"
)
DOUBTS = pattern("不[行要准讓給好能]|考慮|再?問|再[想說看]|但|可是|不過|結果|不完$|一半|算了")
WHY = pattern("^(?:[她他]|家[裡人中]|小孩|因為|冰箱|最近|剛剛?[才有買]|這個月|已經)")
EATEN = pattern(
    "^(?:給?(?:小孩|小朋友|孩子們?|寶寶|長輩|全家|家人|自己|拜拜|我們|大人))要[吃喝用穿]的$"
)
SEEN = pattern("^(?:看|看到|見)[^不沒]{1,5}(?:買|喊|訂|跟)了?$")
LEADS = pattern("[?嗎]|昨天|前天|說|聽|他|她|你|如果|要是|誰|錢|壞|爛|不")


def reason_at(clause: list[Token], at: int, text: str) -> int:
    """Where the reason begins whose first unknown word is at `at`; 0 where there is none."""
    cut = at
    while cut and clause[cut - 1].kind in JOINING:
        cut -= 1
    head, rest = clause[:cut], clause[cut:]
    if not head or head[-1].kind not in ENDS | REVOKES or any(t.kind in QUANTIFIES for t in rest):
        return 0
    words = text[rest[0].start : rest[-1].end]
    revokes = any(token.kind in REVOKES for token in head)
    behind = max((t.end for t in head if t.kind in QUANTIFIES), default=head[-1].end)
    enough = any(token.kind == Part.ENOUGH for token in head)
    if not revokes and not enough and DOUBTS.search(text[behind : rest[-1].end]):
        return 0
    lasts = head[-1].text in LASTS and LASTING.match(words)  # 一箱就夠吃一個月
    if THINGS.match(words) or lasts:
        return 0  # 我要兩個小孩
    begins = rest[0].kind in WHO or (WHY if revokes else BEGINS).match(words)
    return cut if begins and not TELLS.search(words) and _complete(head) else 0


def wish_at(clause: list[Token], text: str) -> int:
    """Where 我要三包 begins that ends a clause of talk about one thing; 0 where none does."""
    at = len(clause)
    while at and clause[at - 1].kind in {Part.UNIT, Part.NUMBER, Part.COURTESY, Part.PLUS}:
        at -= 1
    wish = clause[at - 2 : at]
    if at < 3 or at == len(clause) or [t.kind for t in wish] != [Part.ME, Part.WISH]:
        return 0
    if wish[1].text not in PLAIN or not any(t.kind == Part.NUMBER for t in clause[at:]):
        return 0
    lead = clause[: at - 2]
    named = [token for token in lead if token.kind in GOODS]
    words = text[lead[0].start : lead[-1].end]
    counts = any(token.kind in QUANTIFIES for token in lead)
    return at - 2 if len(named) == 1 and not counts and not LEADS.search(words) else 0


def lead_at(clause: list[Token], text: str) -> int:
    """Where the order begins behind who eats it (小孩要吃的芒果+1) or whom one follows."""
    for at, token in enumerate(clause):
        if token.kind in GOODS or token.kind == Part.ME:
            lead = text[clause[0].start : token.start]
            return at if (EATEN if token.kind in GOODS else SEEN).search(lead) else 0
    return 0


def _complete(head: list[Token]) -> bool:
    """Something is counted, and asked for or named; or something is taken back."""
    kinds = {token.kind for token in head}
    if kinds & REVOKES:
        return True
    if not kinds & QUANTIFIES or not kinds & {Part.UNIT, Part.PLUS}:
        return False
    if Part.SOMEBODY in kinds and head[0].kind == Part.SOMEBODY:
        return Part.PLUS in kinds or any(token.text in PLAIN for token in head)
    wishes = [token.text for token in head if token.kind == Part.WISH]
    return bool(kinds & (ASKS_FOR | GOODS | {Part.ENOUGH})) or any(
        not w or w in PLAIN for w in wishes
    )  # 給我
