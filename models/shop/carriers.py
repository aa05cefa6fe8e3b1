"""Carriers as people name them, what their numbers look like, and where a parcel is followed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from models.base import N_, Refusal

LONGEST_NAME, LONGEST_NUMBER = 20, 40
NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{3,39}", re.ASCII)


class BadTracking(Refusal):
    def __init__(self, said: str) -> None:
        super().__init__(
            N_("「{said}」不像物流單號，請寫英文字母和數字，例如 /出貨 3-12 黑貓 123456789012。"),
            said=said[:40],
        )


@dataclass(frozen=True)
class Carrier:
    """`usual` is what its numbers usually look like, `page` where anybody looks one up."""

    name: str
    aliases: tuple[str, ...] = ()
    usual: str = ""
    page: str = ""

    def fits(self, number: str) -> bool:
        """Whether the number looks like one of theirs, as far as we know."""
        plain = number.replace("-", "")
        return not self.usual or re.fullmatch(self.usual, plain) is not None


KNOWN = (
    Carrier(
        "黑貓宅急便",
        ("黑貓", "宅急便", "統一速達", "tcat"),
        r"\d{12}",
        "https://www.t-cat.com.tw/inquire/trace.aspx",
    ),
    Carrier(
        "7-11",
        ("711", "7-eleven", "seven", "小七", "統一超商", "交貨便", "賣貨便"),
        "",
        "https://eservice.7-11.com.tw/e-tracking/search.aspx",
    ),
    Carrier(
        "新竹物流",
        ("新竹", "新竹貨運", "hct"),
        r"\d{10}",
        "https://www.hct.com.tw/search/searchgoods_n.aspx",
    ),
    Carrier(
        "中華郵政",
        ("郵局", "郵政", "便利箱", "post"),
        r"\d{14}|\d{20}|[A-Z]{2}\d{9}TW",
        "https://postserv.post.gov.tw/pstmail/main_mail.html",
    ),
    Carrier("全家", ("全家店到店", "familymart", "全家便利商店")),
    Carrier("萊爾富", ("hilife",)),
    Carrier("OK超商", ("ok", "okmart")),
    Carrier("宅配通", ("台灣宅配通", "e-can", "ecan")),
    Carrier("嘉里大榮", ("大榮", "大榮貨運", "嘉里", "kerry")),
    Carrier("順豐", ("順豐速運", "sf")),
)


def named(said: str) -> Carrier:
    """The carrier that is meant; one we do not know keeps the name it was given."""
    key = _key(said)
    for carrier in KNOWN:
        if key in {_key(each) for each in (carrier.name, *carrier.aliases)}:
            return carrier
    return Carrier(" ".join(said.split())[:LONGEST_NAME])


def number_in(said: str) -> str:
    """A carrier's number as it is kept.

    Raises:
        BadTracking: it cannot be one.
    """
    plain = unicodedata.normalize("NFKC", said).upper()
    plain = re.sub(r"\s+", "", plain)
    if NUMBER.fullmatch(plain) is None or not any(each.isdigit() for each in plain):
        raise BadTracking(said)
    return plain


def _key(name: str) -> str:
    return re.sub(r"[\s\-]+", "", unicodedata.normalize("NFKC", name)).casefold()
