"""Automatic messages, for those who run the shop."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _
from bot.views import kit
from bot.views.kit import Block, Message


def overview(rows: Sequence[tuple[str, int | None, bool]]) -> Message:
    """`rows`: title, local hour of the daily run or None, whether it is on."""
    return kit.card(
        _("自動訊息"),
        *(_switch(title, hour, on) for title, hour, on in rows),
        kit.rule(),
        kit.note(_("只寄給同意收訊息的團友，晚上不打擾；關掉的不會補寄。")),
        subtitle=_("每天到了時間自動寄出"),
        choices=[kit.choice(_("說明"), "說明")],
    )


def switched(title: str, *, on: bool) -> Message:
    shown = _(title)
    sentence = (
        _("「{title}」已打開。", title=shown) if on else _("「{title}」已關掉。", title=shown)
    )
    again = kit.choice(_("改回來"), f"/開關 {title}")
    return kit.text(sentence, choices=[again, kit.choice(_("/自動訊息"), "/自動訊息")])


def _switch(title: str, hour: int | None, on: bool) -> Block:
    state, label = (_("開"), _("關掉")) if on else (_("關"), _("打開"))
    at = _("隨時") if hour is None else f"{hour:02}:00"
    name = f"{_(title)} {at}"
    return kit.switch(name, state, kit.say(label, f"/開關 {title}"), on=on)
