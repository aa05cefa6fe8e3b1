"""How the words of an opening line are written: a pattern for each field, by kind.

A group that occurs twice in one pattern is named with a 2 the second time.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from models.shop.opening_times import DAY, WHEN

UNITS = (
    "公斤|台斤|箱|盒|包|袋|瓶|罐|組|個|件|條|串|支|片|顆|粒|斤|打|雙|隻|套|本|杯|桶|捲|盤|尾|把|束"
)
UNITS += "|球|塊|張|台|份|籃|盆|枚|根|頂|磅|入"
AXES = "顏色|尺寸|口味|規格|款式|容量|大小|甜度|冰量|辣度|味道|花色|尺碼|重量|香味"


class Kind(StrEnum):
    """What a field of an opening line says."""

    WORD = "word"
    PRICE = "price"
    STOCK = "stock"
    LIMIT = "limit"
    MINIMUM = "minimum"
    CASE = "case"
    RUNG = "rung"
    OPTIONS = "options"
    CATEGORY = "category"
    SUPPLY = "supply"
    CLOSES = "closes"
    OPENS = "opens"
    PREORDER = "preorder"
    WINDOW = "window"
    TIER = "tier"
    TAG = "tag"
    PICKUP = "pickup"
    HOME = "home"
    STORE = "store"
    COLLECT = "collect"
    FREE_FROM = "free_from"
    FREE = "free"
    DROPSHIP = "dropship"
    HOLD = "hold"
    PICTURE = "picture"
    TITLE = "title"


Patterns: TypeAlias = tuple[tuple[Kind, re.Pattern[str]], ...]
Written: TypeAlias = list[tuple[Kind, str]]

UNIT = f"(?:{UNITS})"
OWN_UNIT = f"(?P<unit>{UNIT})"
SOME = rf"(?P<n>\d{{1,6}})(?P<unit>{UNIT})?"
MONEY = r"(?:NT|nt)?\$?(?P<n>\d{1,7})"
AMOUNT = r"(?P<n>\d{1,7})"
TIME = f"(?P<when>{WHEN})"
CLOSING = "(?:結單|收單|結團|截單|關團|截止|收團)"
OPENING = "(?:開賣|開團|開始|開放|上架)"
FETCHING = "(?:取貨|自取|面交|領貨|到貨)"
SENT = "(?:宅配|宅急便|到府|寄送|運費)"
SHOP = "(?:超商|店到店|7-?11|全家|便利商店)"
VALUE = r"[^\s,、/|:]+"
FEE = rf"(?:取貨|到付|運費)?\s?:?(?:{MONEY}元?|(?P<free>免運費?|免費))"
EDGE = r"(?=[\s,]|$)"


@lru_cache(maxsize=32)
def patterns(tier_words: tuple[str, ...]) -> Patterns:
    """Every way to write a field, where tiers go by these words; earlier ones first."""
    tier = f"(?P<tier>{'|'.join(map(re.escape, tier_words))})"
    written = [*_of_items(), *_of_times(tier), *_of_delivery(), *_of_the_rest()]
    return tuple((kind, re.compile(f"(?:{pattern}){EDGE}")) for kind, pattern in written)


def _of_items() -> Written:
    by_unit = rf"(?:元(?:/?[每一]?{OWN_UNIT})?|(?:/|/?[每一])(?P<u>{UNIT}))"
    worded = rf"(?:團購價|團購|特價|售價|價格|單價|價)\s?:?|[每一]{OWN_UNIT}"
    cheaper = rf"(?:[每一]{UNIT})?{_again(MONEY)}元?(?:/{UNIT})?"
    return [
        (Kind.LIMIT, rf"(?:(?:每人|每戶|一人)(?:限購|限|最多|上限)|限購)\s?:?{SOME}"),
        (Kind.STOCK, rf"(?:限量|限|庫存|現貨|總共|共|只有|數量)\s?:?{SOME}"),
        (Kind.STOCK, "(?P<none>不限量?)"),
        (Kind.MINIMUM, rf"成團(?:數|門檻|量)?\s?:?{SOME}"),
        (Kind.MINIMUM, rf"(?:滿|至少|最少|最低)?\s?{SOME}\s?(?:才|就)?成團"),
        (Kind.MINIMUM, rf"(?:至少|最少|最低){SOME}"),
        (Kind.CASE, rf"(?:箱入數?|整箱)\s?:?{SOME}"),
        (Kind.CASE, rf"(?:一|每|1)箱(?P<n>\d{{1,6}}){OWN_UNIT}"),
        (Kind.CASE, rf"{SOME}(?:一|每|1|/)箱"),
        (Kind.RUNG, rf"滿?{SOME}(?:起|以上)\s?:?{cheaper}"),
        (Kind.PRICE, r"(?P<bare>\d{1,7})"),
        (Kind.PRICE, rf"(?:(?:NT|nt)\$?|\$){AMOUNT}元?(?:/[每一]?{OWN_UNIT})?"),
        (Kind.PRICE, f"{AMOUNT}{by_unit}"),
        (Kind.PRICE, f"(?:{worded}){MONEY}元?"),
        (Kind.CATEGORY, r"(?:分類|類別)(?::|\s)(?P<word>[^\s,:]{1,40})"),
        (Kind.SUPPLY, r"(?:可用|可吃|用|吃)(?P<n>\d{1,3})天"),
        (Kind.OPTIONS, rf"(?P<axis>{AXES})(?::|\s){_list(VALUE)}"),
        (Kind.OPTIONS, rf"(?P<axis>[^\W\d]{{2,6}}):{_list(VALUE, least=1)}"),
    ]


def _of_times(tier: str) -> Written:
    then = rf"\s?:?\s?{_again(TIME)}"
    return [
        (Kind.CLOSES, rf"{TIME}\s?{CLOSING}(?:時間)?|{CLOSING}(?:時間|日期|日)?{then}"),
        (Kind.OPENS, rf"{TIME}\s?{OPENING}|{OPENING}(?:時間)?{then}"),
        (Kind.PREORDER, rf"預購(?:\s?:?\s?{TIME})?"),
        (Kind.WINDOW, rf"{tier}(?:會員)?\s?:?\s?{TIME}"),
        (Kind.TIER, rf"(?:限|僅限|只限){tier}(?:會員)?(?:以上|限定|專屬)?"),
        (Kind.TIER, rf"{tier}(?:會員)?(?:以上|限定|專屬)"),
        (Kind.TAG, r"(?:限|僅限|只限)?#(?P<tag>[^\s,#]{1,50})"),
    ]


def _of_delivery() -> Written:
    fetched = f"{FETCHING}(?:日期|日|時間|地點|地)?"
    return [
        (Kind.PICKUP, rf"{fetched}\s?:?\s?(?P<day>{DAY})(?P<place>[^\s,]*)"),
        (Kind.PICKUP, rf"{fetched}:?(?P<place>[^\s,:]*)"),
        (Kind.PICKUP, rf"(?P<day>{DAY})\s?(?P<place>[^\s,]*?){FETCHING}"),
        (Kind.PICKUP, r"地點:?(?P<place>[^\s,:]*)"),
        (Kind.COLLECT, "(?:可?自取|自取免運|自取免費|面交)"),
        (Kind.HOME, rf"(?P<only>只|僅|限)?{SENT}{FEE}"),
        (Kind.STORE, rf"(?P<only>只|僅|限)?{SHOP}{FEE}"),
        (Kind.FREE_FROM, rf"滿{MONEY}元?就?免運費?"),
        (Kind.FREE, "免運費?"),
        (Kind.DROPSHIP, "(?:廠商)?(?:代發|直送|直寄|直出)"),
    ]


def _of_the_rest() -> Written:
    return [
        (Kind.PICTURE, r"(?:圖片|照片|圖):?\s?(?P<url>https?://\S+)|(?P<bare>https?://\S+)"),
        (Kind.HOLD, r"候補保留\s?(?P<n>\d{1,5})分鐘?"),
        (Kind.TITLE, r"(?:團名|標題):(?P<word>[^\n,]{1,100})"),
    ]


def _again(pattern: str) -> str:
    """A pattern that occurs twice in one, its groups renamed."""
    return re.sub(r"\(\?P<(\w+)>", r"(?P<\g<1>2>", pattern)


def _list(value: str, least: int = 0) -> str:
    return rf"(?P<values>{value}(?:[,、/|]{value}){{{least},}})"
