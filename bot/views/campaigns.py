"""Automatic messages, for those who run the shop: all of them side by side, and one in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.texts import _, clock, day
from bot.views import kit
from bot.views.kit import Block, Message
from models.base import N_

A_CARD = 5
RUNS = 5
OUTCOMES = {
    "off": N_("關著"),
    "covered": N_("併到下一次"),
    "missed": N_("錯過了"),
    "failed": N_("失敗，會再試"),
}
REASONS = {"not_friend": N_("未加好友或已封鎖"), "opted_out": N_("不收這類訊息")}


@dataclass(frozen=True)
class Ran:
    """How a run came out: messages planned, and people left out."""

    on: date
    outcome: str
    planned: int = 0
    skipped: int = 0


@dataclass(frozen=True)
class Turned:
    """A part of a campaign that has a switch of its own."""

    title: str
    on: bool
    next_day: date | None


@dataclass(frozen=True)
class Shown:
    """A campaign in short; `sent` and `rode` count the last four weeks, `last` found somebody.

    With `at_their_hour` each member hears at the hour they like, others at that of `next_run`.
    """

    title: str
    service: bool
    on: bool
    often: bool
    next_run: datetime | None
    last: Ran | None
    sent: int
    rode: int
    at_their_hour: bool = False


@dataclass(frozen=True)
class Looked:
    """One in full: whom it concerns now, how it went, and what it says to `whom`.

    `message` is None if it has nothing to say; `whom` empty says that nobody is real.
    """

    shown: Shown
    reached: int
    left_out: Mapping[str, int]
    runs: Sequence[Ran]
    parts: Sequence[Turned]
    cost: float | None
    message: Message | None
    whom: str


def overview(found: Sequence[Shown]) -> Message:
    """All of them, a few on a card: those about orders first."""
    cards = []
    for title, service in ((_("訂單和取貨的通知"), True), (_("優惠和提醒"), False)):
        group = [each for each in found if each.service is service]
        pages = [group[at : at + A_CARD] for at in range(0, len(group), A_CARD)]
        for number, page in enumerate(pages, start=1):
            where = f"{title} {number}/{len(pages)}" if len(pages) > 1 else title
            cards.append(_page(where, page))
    choices = [kit.choice(_("訊息額度"), "/額度"), kit.choice(_("說明"), "說明")]
    return kit.with_choices(kit.carousel(cards), choices)


def one(found: Looked) -> list[Message]:
    """One in full, and the card that it sends, whose buttons lead back here."""
    shown = found.shown
    label = _("關掉") if shown.on else _("打開")
    back = f"/自動訊息 {shown.title}"
    detail = kit.card(
        _(shown.title),
        kit.row(_("下一次"), _next(shown), strong=True),
        *_audience(found),
        kit.row(_("近四週"), _sent(shown)),
        *([kit.row(_("花費"), _cost(found.cost))] if found.cost is not None else []),
        *_runs(found.runs),
        *_parts(found.parts),
        kit.rule(),
        kit.note(_whom(found)),
        buttons=[
            kit.button(label, f"/開關 {shown.title}", style="primary"),
            kit.button(_("全部自動訊息"), "/自動訊息"),
        ],
        subtitle=_("開著") if shown.on else _("關著，不會送"),
        colour=kit.GREEN if shown.on else kit.MUTED,
    )
    preview = [] if found.message is None else [_harmless(found.message, back)]
    last = [detail, *preview][-1]
    kit.with_choices(
        last, [kit.choice(_("全部自動訊息"), "/自動訊息"), kit.choice(_("說明"), "說明")]
    )
    return [detail, *preview]


def switched(title: str, *, on: bool) -> Message:
    shown = _(title)
    sentence = (
        _("「{title}」已打開。", title=shown) if on else _("「{title}」已關掉。", title=shown)
    )
    choices = [
        kit.choice(_("改回來"), f"/開關 {title}"),
        kit.choice(_("看內容"), f"/自動訊息 {title}"),
        kit.choice(_("/自動訊息"), "/自動訊息"),
    ]
    return kit.text(sentence, choices=choices)


def _page(title: str, page: Sequence[Shown]) -> Message:
    blocks: list[Block] = []
    for each in page:
        blocks += [_entry(each), kit.rule()]
    note = kit.note(_("點名稱看內容和對象。晚上不打擾；關掉的不會補寄。"))
    return kit.card(_("自動訊息"), *blocks, note, subtitle=title)


def _entry(shown: Shown) -> Block:
    state, label = (_("開"), _("關掉")) if shown.on else (_("關"), _("打開"))
    action = kit.say(label, f"/開關 {shown.title}")
    name = kit.switch(_(shown.title), state, action, on=shown.on)
    name["contents"][0] |= {
        "weight": "bold",
        "decoration": "underline",
        "action": kit.say(_(shown.title), f"/自動訊息 {shown.title}"),
    }
    lines = [kit.note(_("下一次 {at}", at=_next(shown)))] if shown.on else []
    if shown.sent or shown.rode:
        lines.append(kit.note(_("近四週 {sent}", sent=_sent(shown))))
    if shown.last is not None:
        on = day(shown.last.on)
        lines.append(kit.note(_("上次 {on}：{came}", on=on, came=_came(shown.last))))
    return kit.column(name, *lines, spacing="none")


def _next(shown: Shown) -> str:
    if shown.often:
        return _("隨時，有事就送")
    if shown.next_run is None:
        return _("沒有排，規則檔沒有寫日期")
    if shown.at_their_hour:
        return _(
            "{day} 依各人常用時間，不明的 {at}", day=day(shown.next_run), at=clock(shown.next_run)
        )
    return f"{day(shown.next_run)} {clock(shown.next_run)}"


def _sent(shown: Shown) -> str:
    pushed = _("推播 {count} 則", count=f"{shown.sent:,}")
    rode = _("搭回覆 {count} 則", count=f"{shown.rode:,}")
    return f"{pushed}、{rode}" if shown.rode else pushed


def _cost(amount: float) -> str:
    return _("約 NT${amount}", amount=f"{amount:,.0f}")


def _came(ran: Ran) -> str:
    if ran.outcome in OUTCOMES:
        return _(OUTCOMES[ran.outcome])
    planned = _("排了 {count} 則", count=f"{ran.planned:,}")
    skipped = _("略過 {count} 位", count=f"{ran.skipped:,}")
    return f"{planned}、{skipped}" if ran.skipped else planned


def _audience(found: Looked) -> list[Block]:
    rows = [kit.row(_("現在符合的"), _("{count} 位", count=f"{found.reached:,}"))]
    for reason, count in found.left_out.items():
        said = _("{count} 位", count=f"{count:,}")
        rows.append(kit.row(_("・{reason}", reason=_(REASONS.get(reason, reason))), said))
    return rows


def _runs(runs: Sequence[Ran]) -> list[Block]:
    told = [each for each in runs if each.planned or each.skipped or each.outcome in OUTCOMES]
    if not told:
        return []
    rows = [kit.row(day(each.on), _came(each), shares=(2, 3)) for each in told[:RUNS]]
    return [kit.rule(), kit.line(_("最近幾次"), size="sm", weight="bold"), *rows]


def _parts(parts: Sequence[Turned]) -> list[Block]:
    blocks: list[Block] = [kit.rule()] if parts else []
    for part in parts:
        state, label = (_("開"), _("關掉")) if part.on else (_("關"), _("打開"))
        on = "" if part.next_day is None else f" {day(part.next_day)}"
        name = f"{_(part.title)}{on}"
        action = kit.say(label, f"/開關 {part.title}")
        blocks.append(kit.switch(name, state, action, on=part.on))
    return blocks


def _whom(found: Looked) -> str:
    if found.message is None:
        return _("現在沒有要說的，所以沒有預覽。")
    if found.whom:
        return _("下面是 {name} 會收到的樣子；按鈕在這裡不會動作。", name=found.whom)
    return _("現在沒有對象，下面是範例；按鈕在這裡不會動作。")


def _harmless(message: Message, back: str) -> Message:
    """The same card, on which whoever taps a button only comes back here."""
    inert: Any = _without_effect(message, back)
    inert.pop("quickReply", None)
    return dict(inert)


def _without_effect(block: Any, back: str) -> Any:
    if isinstance(block, list):
        return [_without_effect(each, back) for each in block]
    if not isinstance(block, dict):
        return block
    return {
        name: kit.say(value.get("label") or back, back)
        if name == "action"
        else _without_effect(value, back)
        for name, value in block.items()
    }
