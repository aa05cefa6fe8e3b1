"""What people read: gettext over zh-TW message ids, in the language of whoever is spoken to.

The message ids are the Traditional Chinese texts themselves; other languages
are catalogues under `locale/`. The language is that of the current person and
is set around each event or message.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from models.base import TAIPEI, Refusal, local_day

LOCALES = Path(__file__).resolve().parent.parent / "locale"
WEEKDAYS = "一二三四五六日"
_language: ContextVar[str] = ContextVar("language", default="zh")


@contextmanager
def speaking(tongue: str) -> Iterator[None]:
    """Render in this language (BCP 47) for the time being."""
    token = _language.set(tongue.partition("-")[0])
    try:
        yield
    finally:
        _language.reset(token)


def language() -> str:
    """The current one, without its region."""
    return _language.get()


class Translated(str):
    """A text in another language; `msgid` is what it says in Chinese, as commands are called."""

    __slots__ = ("msgid",)
    msgid: str


def _(msgid: str, **values: Any) -> str:
    """The text in the current language, its named places filled."""
    text = _catalogue(_language.get()).get(msgid)
    original = msgid.format(**values) if values else msgid
    if text is None:
        return original
    said = Translated(text.format(**values) if values else text)
    said.msgid = original
    return said


def refusal(refused: Refusal) -> str:
    """A refusal as a sentence in the current language, its times as people say them."""
    return _(refused.msgid, **{name: _said(value) for name, value in refused.values.items()})


def _said(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{day(value)} {clock(value)}"
    return day(value) if isinstance(value, date) else value


def money(amount: int) -> str:
    """NT$1,240."""
    return f"NT${amount:,}" if amount >= 0 else f"-NT${-amount:,}"


def points(amount: int) -> str:
    """1,240 點."""
    return _("{amount} 點", amount=f"{amount:,}")


def day(when: date | datetime) -> str:
    """11/22(日), in Taipei."""
    on = local_day(when) if isinstance(when, datetime) else when
    named = WEEKDAYS if _language.get() == "zh" else _("一 二 三 四 五 六 日").split()
    return f"{on.month}/{on.day}({named[on.weekday()]})"


def long_day(when: date | datetime) -> str:
    """2027/11/22(一): with the year, for what lies further off."""
    on = local_day(when) if isinstance(when, datetime) else when
    return f"{on.year}/{day(on)}"


def clock(at: datetime) -> str:
    """21:05, in Taipei."""
    return f"{at.astimezone(TAIPEI):%H:%M}"


def percent(ratio: float) -> str:
    """88.89%."""
    return f"{ratio:.2%}"


@cache
def _catalogue(language: str) -> dict[str, str]:
    path = LOCALES / language / "LC_MESSAGES" / "tuanyou.po"
    if language == "zh" or not path.is_file():
        return {}
    from babel.messages.pofile import read_po  # most people read the message ids

    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}
