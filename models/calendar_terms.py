"""What comes round by the calendar: festivals, the members' day, the shop's birthday, the digest.

The festivals are Taiwan's; a rules file that writes `[[festivals]]` writes all of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models import feasts
from models.base import N_
from models.strict_toml import BadProgramme, keys, one_of, read, text, whole, yes_or_no
from models.strict_toml import day as calendar_day
from models.strict_toml import key as short_key

WEEKDAYS = tuple(f"星期{each}" for each in feasts.WEEKDAYS)
TABLES = ("festivals", "member_day", "anniversary", "digest")


@dataclass(frozen=True)
class FestivalTerms:
    """A festival and what the shop says `days_before` it, with a coupon if it names one.

    `day` is a rule that `models.feasts` reads. It is sent if it says `send`, until
    somebody switches it.
    """

    key: str = field(metadata=short_key())
    name: str = field(metadata=text(20))
    day: str = field(
        metadata=feasts.allowing(feasts.is_yearly, "8/8、農曆8/15、農曆除夕 或 5月第2個星期日")
    )
    message: str = field(metadata=text(200))
    days_before: int = field(default=7, metadata=whole(0, 60))
    coupon: str | None = field(default=None, metadata=short_key())
    send: bool = field(default=False, metadata=yes_or_no())


@dataclass(frozen=True)
class MemberDayTerms:
    """A day of every month, and its hours, on which returning customers find a hidden store.

    They have made `orders` orders, and are of one of the `tiers` if any is named. What
    a group-buy for the `tag` offers is shown to them in those hours only; the
    `coupon` is good on that day only.
    """

    day: str = field(
        default="第1個星期六",
        metadata=feasts.allowing(feasts.is_monthly, "15日、月底 或 第1個星期六"),
    )
    from_hour: int = field(default=12, metadata=whole(9, 20))
    until_hour: int = field(default=22, metadata=whole(10, 23))
    orders: int = field(default=2, metadata=whole(1, 1_000))
    tiers: tuple[str, ...] = field(default=(), metadata=keys(10))
    tag: str = field(default="會員日", metadata=text(20))
    coupon: str | None = field(default=None, metadata=short_key())


@dataclass(frozen=True)
class AnniversaryTerms:
    """The day on which the shop was `founded`, and the coupon it gives every year."""

    founded: date | None = field(default=None, metadata=calendar_day(written="founded"))
    coupon: str | None = field(default=None, metadata=short_key())


@dataclass(frozen=True)
class DigestTerms:
    """The day of the week on which the news of the week are put together."""

    day: str = field(default="星期四", metadata=one_of(*WEEKDAYS))

    @property
    def weekday(self) -> int:
        """Monday is 0."""
        return WEEKDAYS.index(self.day)


FESTIVALS = (
    FestivalTerms(
        "lunar_new_year",
        N_("農曆春節"),
        "農曆1/1",
        N_("過年要準備的年貨、伴手禮，現在訂來得及在除夕前拿到。"),
        days_before=14,
    ),
    FestivalTerms(
        "lantern",
        N_("元宵節"),
        "農曆1/15",
        N_("元宵吃湯圓，團圓好滋味。祝你元宵節快樂。"),
        days_before=5,
    ),
    FestivalTerms(
        "mothers_day",
        N_("母親節"),
        "5月第2個星期日",
        N_("謝謝媽媽的辛苦。挑一份禮物，讓她知道你記得。"),
        coupon="mothers_day",
        send=True,
    ),
    FestivalTerms(
        "dragon_boat",
        N_("端午節"),
        "農曆5/5",
        N_("粽子、應景好料開團了，早點訂，端午前拿得到。"),
        days_before=10,
    ),
    FestivalTerms("fathers_day", N_("父親節"), "8/8", N_("爸爸節快到了，替爸爸挑一份實用的。")),
    FestivalTerms(
        "mid_autumn",
        N_("中秋節"),
        "農曆8/15",
        N_("月餅、烤肉、文旦，中秋要用的現在訂，節前取貨。"),
        days_before=14,
    ),
    FestivalTerms(
        "christmas", N_("聖誕節"), "12/25", N_("交換禮物想好了嗎？看看適合送人的小東西。")
    ),
)


@dataclass(frozen=True)
class Calendar:
    """All of it."""

    festivals: tuple[FestivalTerms, ...] = FESTIVALS
    member_day: MemberDayTerms = field(default_factory=MemberDayTerms)
    anniversary: AnniversaryTerms = field(default_factory=AnniversaryTerms)
    digest: DigestTerms = field(default_factory=DigestTerms)

    def coupons(self) -> list[tuple[str, str | None]]:
        """The tables that name a coupon, and its key."""
        named = [(f"festivals.{n}", each.coupon) for n, each in enumerate(self.festivals, 1)]
        named += [("member_day", self.member_day.coupon)]
        return [*named, ("anniversary", self.anniversary.coupon)]


def calendar(tables: Mapping[str, Any], file: str) -> Calendar:
    """What a rules file says of it.

    Raises:
        BadProgramme: something of it cannot be.
    """
    member_day = read(MemberDayTerms, tables.get("member_day", {}), file=file, name="member_day")
    if member_day.until_hour <= member_day.from_hour:
        problem = f"要比 from_hour 的 {member_day.from_hour} 點晚"
        raise BadProgramme(file, "member_day", "until_hour", problem)
    if set(member_day.tag) & set(" ,，、#＃"):
        raise BadProgramme(file, "member_day", "tag", "不能有空格、逗號、頓號或 #")
    return Calendar(
        festivals=_festivals(tables, file),
        member_day=member_day,
        anniversary=read(
            AnniversaryTerms, tables.get("anniversary", {}), file=file, name="anniversary"
        ),
        digest=read(DigestTerms, tables.get("digest", {}), file=file, name="digest"),
    )


def _festivals(tables: Mapping[str, Any], file: str) -> tuple[FestivalTerms, ...]:
    if "festivals" not in tables:
        return FESTIVALS
    written = tables["festivals"]
    if not isinstance(written, list) or len(written) > 50:
        raise BadProgramme(file, "", "festivals", "最多 50 個節日，每個寫成一個 [[festivals]]")
    found: dict[str, FestivalTerms] = {}
    for number, table in enumerate(written, start=1):
        name = f"festivals.{number}"
        terms = read(FestivalTerms, table, file=file, name=name)
        for other in found.values():
            if terms.key == other.key or terms.name == other.name:
                problem = f"不能和別的節日一樣都是 {terms.key}（{terms.name}），每個節日要不同"
                raise BadProgramme(file, name, "key", problem)
        found[terms.key] = terms
    return tuple(found.values())
