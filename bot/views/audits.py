"""What was done that matters, in words: who, what, when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.texts import _, clock, day
from bot.views import audit_words, kit
from bot.views.kit import Block, Message

PAGE = 10


class Written(Protocol):
    """One act."""

    @property
    def id(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def action(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def detail(self) -> str: ...


def page(found: Sequence[Written]) -> Message:
    if not found:
        return kit.text(_("沒有更早的操作紀錄。"), choices=[kit.choice(_("說明"), "說明")])
    shown = found[:PAGE]
    blocks: list[Block] = []
    for each in shown:
        blocks += [kit.rule(), *_entry(each)] if blocks else _entry(each)
    choices = [kit.choice(_("/小幫手"), "/小幫手"), kit.choice(_("說明"), "說明")]
    if len(found) > PAGE:
        choices.insert(0, kit.choice(_("更早的"), f"/操作紀錄 #{shown[-1].id}"))
    return kit.card(_("操作紀錄"), *blocks, choices=choices)


def _entry(each: Written) -> list[Block]:
    people = {"cli": _("終端機")}
    who = each.name or people.get(each.actor) or _("（未填稱呼）")
    told = audit_words.about(each.action, each.subject, each.detail)
    return [
        kit.row(f"{day(each.at)} {clock(each.at)}", who),
        kit.line(audit_words.action(each.action), size="sm", weight="bold"),
        *([kit.note(kit.clip(told, 120))] if told else []),
    ]
