"""A form filled in: who orders, a telephone, an address stand beside what is ordered.

They are left out before anything is read; a name of somebody else in it is kept, as theirs.
"""

from __future__ import annotations

import re

from models.shop.reading.writing import pattern

_PERSON = r"(?:訂購人|訂購者|訂購姓名|購買人|團員|姓名|名字|暱稱|稱呼|line名稱|line暱稱|群組名稱)"
_OTHER = (
    r"(?:聯絡電話|連絡電話|手機號碼|電話號碼|電話|手機|聯絡方式|地址|住址|門牌|戶別|取貨人|領取人|收件人|"
    r"取貨方式|取貨地點|取貨時間|取貨日期|取貨日|取貨點|取貨|領貨|自取時間|付款方式|付款|匯款|後五碼|末五碼|"
    r"寄送方式|運送方式|配送|日期|總金額|金額|小計)"
)
_GOODS = r"(?:品項|品名|商品|團購|款式|口味|規格|顏色|尺寸|數量|份數|備註)"
_ENDS = rf"(?=\s*(?:\n|$|[\s,]{_PERSON}\s?:|[\s,]{_OTHER}\s?:|[\s,]{_GOODS}\s?:))"
FIELD = pattern(
    rf"(?:(?<=^)|(?<=[\s,]))(?:\d\.\s?)?(?:(?P<whose>{_PERSON})|{_OTHER})"
    rf"\s?:[ ]*(?P<value>[^\n]*?){_ENDS}"
)
# 顏色：黑 and 數量：1 on lines of their own are of one thing
GOES_ON = pattern(
    r"(?<=\S)\n(?=(?:款式|口味|規格|顏色|尺寸|辣度|甜度|冰塊|大小|數量|份數)\s?:\s?[^\s:]+\s*(?:\n|$))"
)


def ordered_in(text: str, others: frozenset[str], writer: str) -> str:
    """The folded text with such fields blank, as long as it was; `others` are known by name."""
    told = "我是" + writer
    if writer and text.startswith(told) and len(text) > len(told):
        text = " " * len(told) + text[len(told) :]
    if ":" not in text:
        return text
    text = GOES_ON.sub(" ", text)

    def blank(found: re.Match[str]) -> str:
        kept = found["value"] if found["whose"] and found["value"].strip() in others else ""
        return " " * (len(found[0]) - len(kept)) + kept

    left = FIELD.sub(blank, text)
    return left if left.strip() else text
