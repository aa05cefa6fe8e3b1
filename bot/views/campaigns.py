"""Automatic messages, for those who run the shop."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _
from bot.views import kit
from bot.views.kit import Message


def overview(rows: Sequence[tuple[str, int, bool]]) -> Message:
    """`rows`: title, local hour of the daily run, whether it is on."""
    blocks = [
        kit.row(
            _("{title}（每天 {hour}:00）", title=_(title), hour=f"{hour:02}"),
            _("開") if on else _("關"),
            strong=on,
        )
        for title, hour, on in rows
    ]
    return kit.card(
        _("自動訊息"),
        *blocks,
        kit.note(_("要開或關，請輸入：/開關 名稱")),
        choices=[kit.choice(f"/開關 {title}") for title, _hour, _on in rows],
    )


def switched(title: str, *, on: bool) -> Message:
    shown = _(title)
    sentence = (
        _("「{title}」已打開。", title=shown) if on else _("「{title}」已關掉。", title=shown)
    )
    again = kit.choice(_("改回來"), f"/開關 {title}")
    return kit.text(sentence, choices=[again, kit.choice(_("/自動訊息"), "/自動訊息")])
