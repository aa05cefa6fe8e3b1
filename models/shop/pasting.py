"""Comments that were pasted: cut into who said what, read, and entered all at once.

A comment that was entered is remembered by a digest of its line, so that the
same paste again, or a longer one, enters only what is new.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import orjson
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.base import N_, Refusal, insert
from models.people import search
from models.people.members import Member
from models.programme import Programme
from models.shop import calling, entering, group_buys
from models.shop.bill_records import Call
from models.shop.calling import Place
from models.shop.entering import NotClear
from models.shop.group_buy_records import GroupBuy
from models.shop.ordering import Outcome
from models.shop.reading import Chat, Expect
from models.shop.shares import Want

ORDERS = (Expect.ORDER, Expect.CHANGE, Expect.CANCEL)
LONGEST_NAME = 20
MOST = 300
TIME = re.compile(
    r"^\s*(?:\d{4}[/.-]\d{1,2}[/.-]\d{1,2}\s+)?(?:上午|下午)?\s?\d{1,2}:\d{2}(?:\s?[AP]M)?[\s,]+",
    re.I,
)
COUNTED = re.compile(r"^\s*\(?\d{1,3}[.、)\]]\s*")
NAMED = re.compile(r"^\s*@?([^:：\t]{1,20}?)\s*(?:[:：]|\t)\s*(\S.*)$")
NOISE = re.compile(
    r"^\s*(?:讚|回覆|已編輯|編輯過|like|reply|edited|作者|團主|頭號粉絲|·|\d+\s?(?:小時|分鐘|天|週|秒|h|m|d|w)"
    r"|查看更多|檢視全部.*|顯示較少|昨天|今天|\d+)(?:\s*(?:讚|回覆|已編輯|·|\d+|\d+\s?(?:小時|分鐘|天|週)))*\s*$",
    re.I,
)


class NothingPasted(Refusal):
    def __init__(self, number: int) -> None:
        super().__init__(
            N_(
                "這段文字裡沒有「名字：+1」這樣的留言，"
                "請把留言整段貼上，例如：/貼單 {number} 後面換行貼。"
            ),
            number=number,
        )


class Comment(NamedTuple):
    """A comment: its line as pasted, who said it ("" is nobody known) and what."""

    line: str
    name: str
    said: str

    @property
    def digest(self) -> str:
        said = f"{self.name}\n{self.said}".encode()
        return hashlib.sha256(said).hexdigest()[:40]


class Why:
    """Why a comment is not entered."""

    NOBODY = N_("看不出是誰")
    SEVERAL = N_("同名的不只一位，請用 /代喊 #編號")
    UNCLEAR = N_("看不出要訂什麼")
    TWICE = N_("和上面一樣，要加訂請用 /代喊")
    BEFORE = N_("之前登記過了")


@dataclass
class Row:
    """A comment that would be entered; `member` is None for a guest still to be made."""

    comment: Comment
    member: Member | None
    wants: list[Want]


@dataclass
class Pasted:
    """What a paste comes to: rows to enter, lines that cannot be and why, how many were before."""

    rows: list[Row] = field(default_factory=list)
    unmatched: list[tuple[str, str]] = field(default_factory=list)
    before: int = 0


class Entry(NamedTuple):
    """A row that was entered."""

    member: Member
    wants: list[Want]
    outcome: Outcome
    digest: str


@dataclass
class Done:
    """What was entered, and which lines were refused with what."""

    entries: list[Entry] = field(default_factory=list)
    refused: list[tuple[str, Refusal]] = field(default_factory=list)


def comments(text: str, orders: Callable[[str], bool]) -> list[Comment]:
    """A paste cut into comments; `orders` says whether a text orders something."""
    found: list[Comment] = []
    name = ""  # a line that may be whose the next one is
    for line in text.splitlines():
        bare = COUNTED.sub("", TIME.sub("", line)).strip()
        if not bare or NOISE.match(bare):
            continue
        if name and orders(bare) and not NAMED.match(bare):
            found.append(Comment(f"{name} {bare}", name, bare))
            name = ""
            continue
        if name:
            found.append(Comment(name, "", name))
            name = ""
        comment = _comment(line.strip(), bare, orders)
        if comment is None:
            name = bare
        else:
            found.append(comment)
    return [*found, Comment(name, "", name)] if name else found


def _comment(line: str, bare: str, orders: Callable[[str], bool]) -> Comment | None:
    """A line that says who and what, or what nobody is known to have said; None for a name."""
    if named := NAMED.match(bare):
        return Comment(line, named[1].strip(), named[2].strip())
    head, _space, rest = bare.partition(" ")
    if rest and not orders(head) and orders(rest.strip()):
        return Comment(line, head.removeprefix("@"), rest.strip())
    if len(bare) <= LONGEST_NAME and not orders(bare):
        return None
    return Comment(line, "", bare)


def read(session: Session, number: int, text: str) -> Pasted:
    """What a paste would enter into a group-buy; nothing is written.

    Raises:
        NoSuchGroupBuy: there is none.
        NothingPasted: there is no comment in it.
    """
    group_buy = group_buys.find(session, number)
    found = comments(text, lambda said: _orders(group_buy, said))[:MOST]
    if not found:
        raise NothingPasted(number)
    entered, pasted, seen = _entered(session, number), Pasted(), set[str]()
    for comment in found:
        if not comment.name:
            pasted.unmatched.append((comment.line, Why.NOBODY))
        elif comment.digest in entered:
            pasted.before += 1
        elif comment.digest in seen:
            pasted.unmatched.append((comment.line, Why.TWICE))
        else:
            seen.add(comment.digest)
            _match(session, group_buy, comment, pasted)
    return pasted


def enter(
    session: Session, number: int, text: str, *, now: datetime, programme: Programme
) -> Done:
    """Enter the rows of a paste, each once; one that is refused leaves the others alone.

    Raises:
        NoSuchGroupBuy: there is none.
    """
    group_buy = group_buys.hold(session, number)
    done = Done()
    for row in read(session, number, text).rows:
        try:
            with session.begin_nested():
                entry = _enter(session, group_buy, row.comment, now=now, programme=programme)
        except Refusal as refused:
            done.refused.append((row.comment.line, refused))
        else:
            if entry is not None:
                done.entries.append(entry)
    return done


def forget(session: Session, number: int, digests: Sequence[str]) -> None:
    """Let lines be entered again, after they were undone."""
    keys = [_key(number, digest) for digest in digests]
    session.execute(delete(Call).where(Call.message_id.in_(keys)))


def _match(session: Session, group_buy: GroupBuy, comment: Comment, pasted: Pasted) -> None:
    known = search.exactly(session, comment.name)
    if len(known) > 1:
        pasted.unmatched.append((comment.line, Why.SEVERAL))
        return
    member = known[0] if known else None
    try:
        wants = _wants(session, group_buy, comment, member)
    except NotClear:
        pasted.unmatched.append((comment.line, Why.UNCLEAR))
    else:
        pasted.rows.append(Row(comment, member, wants))


def _enter(
    session: Session, group_buy: GroupBuy, comment: Comment, *, now: datetime, programme: Programme
) -> Entry | None:
    known = search.exactly(session, comment.name)
    member = known[0] if known else search.guest(session, comment.name, now=now)
    wants = _wants(session, group_buy, comment, member)
    if not _claim(session, group_buy, member, comment, wants, now=now):
        return None
    outcome = entering.enter(session, group_buy, member, wants, now=now, programme=programme)
    return Entry(member, wants, outcome, comment.digest)


def _wants(
    session: Session, group_buy: GroupBuy, comment: Comment, member: Member | None
) -> list[Want]:
    had = calling.had_in(session, member.id, [group_buy]) if member else {}
    _offer, found = entering.read(comment.said, [group_buy], had, comment.name)
    wants = calling.wants(group_buy, found, had.get(group_buy.id, []))
    if not wants:
        raise NotClear(comment.said, [group_buy])
    return wants


def _orders(group_buy: GroupBuy, said: str) -> bool:
    place = Place(Chat.GROUP)
    return calling.understand(said, [group_buy], {}, place).reading.expect in ORDERS


def _entered(session: Session, number: int) -> set[str]:
    prefix = _key(number, "")
    query = select(Call.message_id).where(
        Call.group_buy_id == number, Call.message_id.startswith(prefix)
    )
    return {key.removeprefix(prefix) for key in session.scalars(query)}


def _claim(
    session: Session,
    group_buy: GroupBuy,
    member: Member,
    comment: Comment,
    wants: Sequence[Want],
    *,
    now: datetime,
) -> bool:
    """Put a line on record; False if it is there already."""
    made = insert(session, Call).values(
        message_id=_key(group_buy.id, comment.digest),
        group_buy_id=group_buy.id,
        member_id=member.id,
        chat_id="",
        lines=orjson.dumps([[w.item_id, w.option, w.person, w.quantity] for w in wants]).decode(),
        said_at=now,
    )
    kept = made.on_conflict_do_nothing(index_elements=["message_id"]).returning(Call.id)
    return session.scalar(kept) is not None


def _key(number: int, digest: str) -> str:
    return f"paste:{number}:{digest}"
