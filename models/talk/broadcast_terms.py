"""What an organiser wants to broadcast, read from one line and kept as data.

    金級 #母嬰 | 早安 {稱呼}，新品到了 | 團:3 | 券:回購券 | 目標:回訪 | B:另一種說法

The first part says to whom, the next what; the others are named. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.base import N_, Refusal
from models.talk import personal_fields, pictures

GOALS = {"group_buy": "促購", "coupon": "回訪", "": "通知"}

_parts = re.compile(r"[|｜]")
_named = re.compile(
    r"\s*(?P<name>團|券|圖片?|目標|[BbＢｂ]版?|對照組?|期限)\s*[:：]\s*(?P<value>.*?)\s*",
    re.DOTALL,
)


class NothingToSay(Refusal):
    """A broadcast without a text, a card or a picture."""

    def __init__(self) -> None:
        super().__init__(
            N_("還沒有內容：請在「|」後面寫要說的話，例如 /推播 金級 | 新品到了，歡迎看看。")
        )


class BadPart(Refusal):
    """A named part that cannot be read."""

    def __init__(self, name: str, value: str, form: str) -> None:
        super().__init__(
            N_("「{name}:{value}」看不懂，請寫成 {form}。"), name=name, value=value[:40], form=form
        )


class Twice(Refusal):
    """A named part that is there more than once."""

    def __init__(self, name: str) -> None:
        super().__init__(N_("「{name}」寫了兩次，請只留一個再送一次。"), name=name)


@dataclass(frozen=True)
class Content:
    """What is said in one variant: a text with fields, a picture.

    That is an https address, or one of the words for the last one that was sent;
    `preview` is the address of a smaller one, if there is one.
    """

    text: str = ""
    picture: str = ""
    preview: str = ""


@dataclass(frozen=True)
class Wanted:
    """A broadcast as it was asked for.

    `group_buy` is the number of one whose card goes along, `coupon` the key or
    name of one that everybody is given; `held_back` is the percentage that
    hears nothing, None the shop's default; `days` is how long it is of use.
    """

    segment: str
    variants: tuple[Content, ...]
    goal: str
    group_buy: int | None = None
    coupon: str = ""
    held_back: int | None = None
    days: int | None = None

    def data(self) -> dict[str, Any]:
        """As JSON keeps it."""
        kept = dict(vars(self))
        kept["variants"] = [vars(each) for each in self.variants]
        return kept

    @classmethod
    def of(cls, data: dict[str, Any]) -> Wanted:
        variants = tuple(Content(**each) for each in data["variants"])
        return cls(**(data | {"variants": variants}))


def read(said: str) -> Wanted:
    """What an organiser wrote after /推播; the expression of the segment is not looked at.

    Raises:
        NothingToSay: there is nothing to send.
        BadPart, Twice: a named part cannot be read.
        UnknownField, TooLong: a text that cannot be sent.
    """
    segment, *rest = _parts.split(said)
    texts, named = _sorted(rest)
    wanted = Wanted(segment.strip(), (Content("|".join(texts).strip()),), "")
    seen: set[str] = set()
    for name, value in named:
        if (kind := _kind(name)) in seen:
            raise Twice(name)
        seen.add(kind)
        wanted = _with(wanted, kind, name, value)
    first = wanted.variants[0]
    if not (first.text or first.picture or wanted.group_buy or wanted.coupon):
        raise NothingToSay
    for variant in wanted.variants:
        personal_fields.check(variant.text)
    return wanted if wanted.goal else replace(wanted, goal=_goal(wanted))


def cut(said: str) -> tuple[str, str, str]:
    """What stands before the first bar, the bar, and all that follows."""
    found = _parts.search(said)
    if found is None:
        return said, "", ""
    return said[: found.start()], found[0], said[found.end() :]


def _sorted(parts: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """The parts that are text, and those that are named."""
    texts, named = [], []
    for part in parts:
        found = _named.fullmatch(part)
        if found is None:
            texts.append(part)
        else:
            named.append((found["name"], found["value"]))
    return texts, named


def _kind(name: str) -> str:
    """What a named part is, however it is written."""
    return name[0].upper().replace("Ｂ", "B")


def _with(wanted: Wanted, kind: str, name: str, value: str) -> Wanted:
    """The same with one named part read."""
    form, pattern, change = FORMS[kind]
    if kind in NUMBERS:
        value = unicodedata.normalize("NFKC", value)
    found = re.fullmatch(pattern, value, re.DOTALL)
    if found is None:
        raise BadPart(name, value, form)
    return change(wanted, found[found.lastindex or 0])


def _pictured(wanted: Wanted, picture: str) -> Wanted:
    return replace(
        wanted, variants=tuple(replace(each, picture=picture) for each in wanted.variants)
    )


def _other(wanted: Wanted, text: str) -> Wanted:
    first = wanted.variants[0]
    return replace(wanted, variants=(first, replace(first, text=text)))


NUMBERS = "團對期"  # parts that are numbers, in whatever width
# how each named part is written, what it may be, and what it changes
FORMS: Mapping[str, tuple[str, str, Callable[[Wanted, str], Wanted]]] = {
    "團": ("團:3", r"#?(\d{1,9})", lambda wanted, said: replace(wanted, group_buy=int(said))),
    "券": ("券:回購券", r".{1,40}", lambda wanted, said: replace(wanted, coupon=said)),
    "圖": (
        "圖:上一張（先把圖片傳給我）或 圖:https://…",
        rf"{'|'.join(pictures.LAST)}|https://[^\s|]{{4,1900}}",
        _pictured,
    ),
    "目": ("目標:回訪", r".{1,20}", lambda wanted, said: replace(wanted, goal=said)),
    "對": (
        "對照:10%",
        r"([0-4]?\d|50)\s*[%％]?",
        lambda wanted, said: replace(wanted, held_back=int(said)),
    ),
    "期": ("期限:3天", r"([1-9]\d?)\s*天", lambda wanted, said: replace(wanted, days=int(said))),
    "B": ("B:另一種說法", r".+", _other),
}


def _goal(wanted: Wanted) -> str:
    if wanted.group_buy is not None:
        return GOALS["group_buy"]
    return GOALS["coupon" if wanted.coupon else ""]
