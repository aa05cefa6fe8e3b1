"""Conditions with a word in front: `R>30`, `生日:本月`, `買過:尿布:90天`.

`KINDS` is the list of them, and what docs and suggestions go by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from models.insight.segments import names, refusals
from models.insight.segments.belongings import Bought, HasCoupon, InGroupBuy
from models.insight.segments.figures import Counted, Points, Recency, Silent
from models.insight.segments.known import Known, nearest
from models.insight.segments.occasions import BirthDay, BirthKnown, BirthMonth, Joined
from models.insight.segments.refusals import BadSegment
from models.insight.segments.standing import CameBy, Speaks
from models.insight.segments.tree import Condition
from models.insight.segments.writing import Word, bare, key, quoted

MOST = 999_999_999
MOST_DAYS = 36_500
NUMBER = re.compile(
    r"(?:NT\$|\$)?(?P<n>\d{1,3}(?:,\d{3})+|\d+)(?:天|日|d|笔|次|单|元|块|点|张)?",
    re.IGNORECASE | re.ASCII,
)
LATE = re.compile(
    r"(?P<what>.+?):(?P<days>[0-9,]{1,15})(?:天|日|d)(?:内|內)?", re.IGNORECASE | re.DOTALL
)
WITHIN = re.compile(r"(?P<days>[0-9,]{1,15})(?:天|日|d)?(?:内)?", re.IGNORECASE)
LONGER = re.compile(r"(?P<days>[0-9,]{1,15})(?:天|日|d)?以上", re.IGNORECASE)
MONTH = re.compile(r"(?P<month>1[0-2]|0?[1-9])月(?:份)?")
DATE = re.compile(
    r"(?P<month>1[0-2]|0?[1-9])(?:[/\-.]|月)(?P<day>3[01]|[12][0-9]|0?[1-9])(?:日|号)?"
)
MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
LANGUAGES = {"中文": "zh", "华语": "zh", "英文": "en", "英语": "en", "日文": "ja", "日语": "ja"}


class Asked(NamedTuple):
    """A condition's name, sign and value, and the word they stand in."""

    word: Word
    sign: str
    value: str

    def bad(self, msgid: str, **values: object) -> BadSegment:
        return BadSegment(msgid, self.word.position, self.word.text, **values)

    def unknown(self, name: str, known: Sequence[str]) -> BadSegment:
        """That nothing is called like this, and what `name:` may have been meant."""
        close = nearest(bare(self.value), known)
        if close is None:
            return self.bad(refusals.UNKNOWN)
        return self.bad(refusals.UNKNOWN_NEAR, nearest=f"{name}:{quoted(close)}")


Reader = Callable[["Kind", Asked, Known], Condition]


class Kind(NamedTuple):
    """One such condition: what it is called, how it is read, and an example."""

    names: tuple[str, ...]
    read: Reader
    example: str
    signs: bool = False


def amount(asked: Asked, text: str, example: str, most: int = MOST) -> int:
    """A whole number with or without its unit.

    Raises:
        BadSegment: it is none, or more than anybody has.
    """
    found = NUMBER.fullmatch(key(text))
    if found is None:
        raise asked.bad(refusals.NOT_A_NUMBER, example=example)
    number = int(found["n"].replace(",", "")) if len(found["n"]) < 20 else most + 1
    if number > most:
        raise asked.bad(refusals.TOO_BIG, most=f"{most:,}")
    return number


def _recency(kind: Kind, asked: Asked, known: Known) -> Condition:
    return Recency(asked.sign, amount(asked, asked.value, kind.example, MOST_DAYS))


def _counted(kind: Kind, asked: Asked, known: Known) -> Condition:
    number, days = _late(asked, kind)
    return Counted(kind.names[0], asked.sign, amount(asked, number, kind.example), days)


def _points(kind: Kind, asked: Asked, known: Known) -> Condition:
    return Points(asked.sign, amount(asked, asked.value, kind.example))


def _silent(kind: Kind, asked: Asked, known: Known) -> Condition:
    return Silent(_days(asked, asked.value, kind))


def _joined(kind: Kind, asked: Asked, known: Known) -> Condition:
    if asked.sign != ":":
        return Joined(asked.sign, amount(asked, asked.value, kind.example, MOST_DAYS))
    longer = LONGER.fullmatch(asked.value)
    if longer is not None:
        return Joined(">=", _days(asked, longer["days"], kind))
    return Joined("<=", _days(asked, asked.value, kind))


def _bought(kind: Kind, asked: Asked, known: Known) -> Condition:
    said, days = _late(asked, kind)
    name = bare(said)
    never = kind.names[0].startswith("沒")
    products = known.products_named(name) if name else ()
    if not products:
        listed = [*known.categories, *(each.name for each in known.products)]
        raise asked._replace(value=name).unknown(kind.names[0], listed)
    return Bought("買過", quoted(name), products, days, never)


def _category(kind: Kind, asked: Asked, known: Known) -> Condition:
    said, days = _late(asked, kind)
    name = bare(said)
    products = known.products_of(name) if name else ()
    if not products:
        raise asked._replace(value=name).unknown(kind.names[0], known.categories)
    return Bought("分類", quoted(name), products, days)


def _coupon(kind: Kind, asked: Asked, known: Known) -> Condition:
    name = bare(asked.value)
    kinds = known.coupons(name) if name else []
    if not kinds:
        every = [terms.name for terms in known.programme.coupons.values()]
        raise asked.unknown(kind.names[0], every)
    return HasCoupon(quoted(name), tuple(terms.key for terms in kinds))


def _tier(kind: Kind, asked: Asked, known: Known) -> Condition:
    found = names.tier(bare(asked.value), known)
    if found is None:
        raise asked.unknown(kind.names[0], [tier.name for tier in known.programme.tiers])
    return found


def _group_buy(kind: Kind, asked: Asked, known: Known) -> Condition:
    number = amount(asked, asked.value.removeprefix("#"), kind.example)
    if not known.has_group_buy(number):
        raise asked.bad(refusals.UNKNOWN)
    return InGroupBuy(number)


def _language(kind: Kind, asked: Asked, known: Known) -> Condition:
    said = key(bare(asked.value))
    language = LANGUAGES.get(said, said.replace("_", "-").partition("-")[0])
    if language not in known.languages:
        raise asked.unknown(kind.names[0], known.languages)
    return Speaks(language)


def _source(kind: Kind, asked: Asked, known: Known) -> Condition:
    source = known.source(bare(asked.value))
    if source is None:
        raise asked.unknown(kind.names[0], known.sources)
    return CameBy(source, quoted(source))


def _birthday(kind: Kind, asked: Asked, known: Known) -> Condition:
    said = key(bare(asked.value))
    if said in BIRTHDAYS:
        return BIRTHDAYS[said]
    within = WITHIN.fullmatch(said)
    if within is not None and not said.isascii():
        days = _days(asked, within["days"], kind)
        return BirthDay(f"{days}天內", first=0, days=days + 1)
    if found := MONTH.fullmatch(said):
        month = int(found["month"])
        return BirthMonth(f"{month}月", month=month)
    found = DATE.fullmatch(said)
    if found is None or int(found["day"]) > MONTH_DAYS[int(found["month"]) - 1]:
        raise asked.bad(refusals.NO_SUCH_DAY)
    day = int(found["month"]), int(found["day"])
    return BirthDay(f"{day[0]}/{day[1]}", named=day)


def _days(asked: Asked, text: str, kind: Kind) -> int:
    found = WITHIN.fullmatch(key(text))
    if found is None or not any(each.isdigit() for each in found["days"]):
        raise asked.bad(refusals.NO_DAYS, example=kind.example)
    return amount(asked, found["days"], kind.example, MOST_DAYS)


def _late(asked: Asked, kind: Kind) -> tuple[str, int | None]:
    """What is written, and the days behind it."""
    found = LATE.fullmatch(asked.value)
    if found is None:
        return asked.value, None
    return found["what"], _days(asked, found["days"], kind)


BIRTHDAYS: Mapping[str, Condition] = {
    **dict.fromkeys(("本月", "这个月", "这月", "当月"), BirthMonth("本月")),
    **dict.fromkeys(("下月", "下个月"), BirthMonth("下月", later=1)),
    **dict.fromkeys(("上月", "上个月"), BirthMonth("上月", later=-1)),
    **dict.fromkeys(("今天", "今日", "当天"), BirthDay("今天")),
    **dict.fromkeys(("明天", "明日"), BirthDay("明天", first=1)),
    **dict.fromkeys(("有", "已填"), BirthKnown()),
}
KINDS = (
    Kind(("R", "天數", "recency"), _recency, "R>30", signs=True),
    Kind(("F", "訂單", "次數", "frequency"), _counted, "F>=3", signs=True),
    Kind(("M", "消費", "金額", "monetary"), _counted, "M>5000", signs=True),
    Kind(("點數", "points"), _points, "點數>100", signs=True),
    Kind(("未購", "沒買", "未購買", "未訂購"), _silent, "未購:90天"),
    Kind(("生日", "birthday"), _birthday, "生日:本月"),
    Kind(("入會", "加入", "joined"), _joined, "入會:30天內"),
    Kind(("買過", "有買", "購買過", "bought"), _bought, "買過:尿布"),
    Kind(("沒買過", "未買過", "沒有買過"), _bought, "沒買過:濕巾"),
    Kind(("分類", "類別", "category"), _category, "分類:母嬰"),
    Kind(("有券", "優惠券", "coupon"), _coupon, "有券:生日券"),
    Kind(("等級", "會員等級", "tier"), _tier, "等級:金級"),
    Kind(("團", "跟過團", "團購"), _group_buy, "團:12"),
    Kind(("語言", "language"), _language, "語言:en"),
    Kind(("來源", "source"), _source, "來源:市集"),
)
BY_NAME = {key(name): kind for kind in KINDS for name in kind.names}
