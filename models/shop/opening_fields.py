"""The words an organiser opens a group-buy with, each as what it says: 限50箱, 12/20 21:00結單.

Pure. A line is cut into fields and words that are none; what the words are
(a name, a place) is decided where the whole line is known (`opening`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from models.programme import Programme
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


class Field(NamedTuple):
    """One field: its text as written, and the named parts of it that were found."""

    kind: Kind
    text: str
    parts: Mapping[str, str] = {}

    @property
    def number(self) -> int:
        return int(self.parts["n"])


def fold(text: str) -> str:
    """Half width, single spaces, none around colons and between the values of a list."""
    half = unicodedata.normalize("NFKC", text).replace("\r", "\n")
    half = re.sub(r"[^\S\n]+", " ", half)
    return re.sub(r" ?(:(?!//)|、) ?", r"\1", re.sub(r" ?, ?", ",", half))


def fields(segment: str, programme: Programme) -> list[Field]:
    """A line cut up, from left to right; the longest reading of each place counts."""
    return list(_cut(segment, _patterns(_tier_words(programme))))


def tiers(programme: Programme) -> dict[str, str]:
    """What tiers are called, with and without 級, by what they are called; lower case."""
    called: dict[str, str] = {}
    for tier in programme.tiers:
        for word in (tier.key, tier.name, tier.name.removesuffix("級")):
            called.setdefault(word.lower(), tier.key)
    return called


def _tier_words(programme: Programme) -> tuple[str, ...]:
    return tuple(sorted(tiers(programme), key=lambda word: (-len(word), word)))


Patterns: TypeAlias = tuple[tuple[Kind, re.Pattern[str]], ...]


def _cut(segment: str, patterns: Patterns) -> Iterator[Field]:
    at = 0
    while at < len(segment):
        if segment[at] in " ,\n":
            at += 1
            continue
        found = _longest(segment, at, patterns)
        if found.kind is Kind.OPTIONS:
            found = _ended(segment, at, found, patterns)
        yield found
        at += len(found.text)


def _longest(segment: str, at: int, patterns: Patterns) -> Field:
    """The longest field that begins here, else the word that does."""
    word = re.compile(r"[^\s,]+").match(segment, at)
    best, longest = Field(Kind.WORD, word[0] if word else segment[at]), 0
    for kind, pattern in patterns:
        found = pattern.match(segment, at)
        if found and found.end() - at > longest:
            longest = found.end() - at
            parts = {name: said for name, said in found.groupdict().items() if said}
            best = Field(kind, found[0], parts)
    return best


def _ended(segment: str, at: int, choices: Field, patterns: Patterns) -> Field:
    """A list of choices, ended where a field comes after one of its commas."""
    for comma in re.finditer(",", choices.text):
        following = _longest(segment, at + comma.end(), patterns)
        if following.kind is not Kind.WORD and following.parts.keys() != {"bare"}:
            text = choices.text[: comma.start()]
            dropped = len(choices.text) - len(text)
            values = choices.parts["values"][:-dropped]
            return Field(choices.kind, text, {**choices.parts, "values": values})
    return choices


@lru_cache(maxsize=32)
def _patterns(tier_words: tuple[str, ...]) -> Patterns:
    unit = f"(?:{UNITS})"
    some = rf"(?P<n>\d{{1,6}})(?P<unit>{unit})?"
    money = r"(?:NT|nt)?\$?(?P<n>\d{1,7})"
    tier = f"(?P<tier>{'|'.join(map(re.escape, tier_words))})"
    when = f"(?P<when>{WHEN})"
    closing = "(?:結單|收單|結團|截單|關團|截止|收團)"
    opening = "(?:開賣|開團|開始|開放|上架)"
    fetching = "(?:取貨|自取|面交|領貨|到貨)"
    sent = "(?:宅配|宅急便|到府|寄送|運費)"
    store = "(?:超商|店到店|7-?11|全家|便利商店)"
    value = r"[^\s,、/|:]+"
    fees = rf"(?:取貨|到付|運費)?\s?:?(?:{money}元?|(?P<free>免運費?|免費))"
    written: list[tuple[Kind, str]] = [
        (Kind.PICTURE, r"(?:圖片|照片|圖):?\s?(?P<url>https?://\S+)|(?P<bare>https?://\S+)"),
        (Kind.LIMIT, rf"(?:(?:每人|每戶|一人)(?:限購|限|最多|上限)|限購)\s?:?{some}"),
        (Kind.STOCK, rf"(?:限量|限|庫存|現貨|總共|共|只有|數量)\s?:?{some}"),
        (Kind.STOCK, "(?P<none>不限量?)"),
        (Kind.MINIMUM, rf"成團(?:數|門檻|量)?\s?:?{some}"),
        (Kind.MINIMUM, rf"(?:滿|至少|最少|最低)?\s?{some}\s?(?:才|就)?成團"),
        (Kind.MINIMUM, rf"(?:至少|最少|最低){some}"),
        (Kind.CASE, rf"(?:箱入數?|整箱)\s?:?{some}"),
        (Kind.CASE, rf"(?:一|每|1)箱(?P<n>\d{{1,6}})(?P<unit>{unit})"),
        (Kind.CASE, rf"{some}(?:一|每|1|/)箱"),
        (Kind.RUNG, rf"滿?{some}(?:起|以上)\s?:?(?:[每一]{unit})?{_again(money)}元?(?:/{unit})?"),
        (Kind.PRICE, r"(?P<bare>\d{1,7})"),
        (Kind.PRICE, rf"(?:(?:NT|nt)\$?|\$){_plain('n')}元?(?:/[每一]?(?P<unit>{unit}))?"),
        (
            Kind.PRICE,
            rf"{_plain('n')}(?:元(?:/?[每一]?(?P<unit>{unit}))?|(?:/|/?[每一])(?P<u>{unit}))",
        ),
        (
            Kind.PRICE,
            rf"(?:(?:團購價|團購|特價|售價|價格|單價|價)\s?:?|[每一](?P<unit>{unit})){money}元?",
        ),
        (
            Kind.CLOSES,
            rf"{when}\s?{closing}(?:時間)?|{closing}(?:時間|日期|日)?\s?:?\s?{_again(when)}",
        ),
        (Kind.OPENS, rf"{when}\s?{opening}|{opening}(?:時間)?\s?:?\s?{_again(when)}"),
        (Kind.PREORDER, rf"預購(?:\s?:?\s?{when})?"),
        (Kind.WINDOW, rf"{tier}(?:會員)?\s?:?\s?{when}"),
        (Kind.TIER, rf"(?:限|僅限|只限){tier}(?:會員)?(?:以上|限定|專屬)?"),
        (Kind.TIER, rf"{tier}(?:會員)?(?:以上|限定|專屬)"),
        (Kind.TAG, r"(?:限|僅限|只限)?#(?P<tag>[^\s,#]{1,50})"),
        (
            Kind.PICKUP,
            rf"{fetching}(?:日期|日|時間|地點|地)?\s?:?\s?(?P<day>{DAY})(?P<place>[^\s,]*)",
        ),
        (Kind.PICKUP, rf"{fetching}(?:日期|日|時間|地點|地)?:?(?P<place>[^\s,:]*)"),
        (Kind.PICKUP, rf"(?P<day>{DAY})\s?(?P<place>[^\s,]*?){fetching}"),
        (Kind.PICKUP, r"地點:?(?P<place>[^\s,:]*)"),
        (Kind.COLLECT, "(?:可?自取|自取免運|自取免費|面交)"),
        (Kind.HOME, rf"(?P<only>只|僅|限)?{sent}{fees}"),
        (Kind.STORE, rf"(?P<only>只|僅|限)?{store}{fees}"),
        (Kind.FREE_FROM, rf"滿{money}元?就?免運費?"),
        (Kind.FREE, "免運費?"),
        (Kind.DROPSHIP, "(?:廠商)?(?:代發|直送|直寄|直出)"),
        (Kind.HOLD, r"候補保留\s?(?P<n>\d{1,5})分鐘?"),
        (Kind.CATEGORY, r"(?:分類|類別)(?::|\s)(?P<word>[^\s,:]{1,40})"),
        (Kind.SUPPLY, r"(?:可用|可吃|用|吃)(?P<n>\d{1,3})天"),
        (Kind.TITLE, r"(?:團名|標題):(?P<word>[^\n,]{1,100})"),
        (Kind.OPTIONS, rf"(?P<axis>{AXES})(?::|\s){_list(value)}"),
        (Kind.OPTIONS, rf"(?P<axis>[^\W\d]{{2,6}}):{_list(value, least=1)}"),
    ]
    edge = r"(?=[\s,]|$)"
    return tuple((kind, re.compile(f"(?:{pattern}){edge}")) for kind, pattern in written)


def _plain(name: str) -> str:
    return rf"(?P<{name}>\d{{1,7}})"


def _again(pattern: str) -> str:
    """A pattern that occurs twice in one, its groups renamed."""
    return re.sub(r"\(\?P<(\w+)>", r"(?P<\g<1>2>", pattern)


def _list(value: str, least: int = 0) -> str:
    return rf"(?P<values>{value}(?:[,、/|]{value}){{{least},}})"
