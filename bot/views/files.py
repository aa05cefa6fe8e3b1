"""What importing a file would do, or did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.texts import _
from bot.views import kit
from bot.views.kit import Block, Message

KINDS = {"members": "團友名單", "orders": "訂單"}
SHOWN = 8
NAME = 40  # characters of a file's name


class Rejected(Protocol):
    """A row that is not taken."""

    @property
    def row(self) -> int: ...
    @property
    def column(self) -> str | None: ...
    @property
    def reason(self) -> str: ...


class Reported(Protocol):
    """What an import says back."""

    @property
    def rows(self) -> int: ...
    @property
    def accepted(self) -> int: ...
    @property
    def unchanged(self) -> int: ...
    @property
    def rejected(self) -> Sequence[Rejected]: ...
    @property
    def committed(self) -> bool: ...
    @property
    def ignored(self) -> Sequence[str]: ...


def report(kind: str, found: Reported, *, name: str, nonce: str | None) -> Message:
    """`name` is the file's; `nonce` ties the button to it, None if nothing is to be confirmed."""
    taken = _("已匯入") if found.committed else _("可以匯入")
    blocks = [
        *([kit.row(_("檔案"), kit.clip(name, NAME))] if name.strip() else []),
        kit.row(_("檔案內容"), _(KINDS[kind])),
        kit.row(_("總列數"), f"{found.rows:,}"),
        kit.row(taken, f"{found.accepted:,}", strong=True),
        kit.row(_("原本就有"), f"{found.unchanged:,}"),
        kit.row(
            _("有問題"),
            f"{len(found.rejected):,}",
            strong=bool(found.rejected),
            colour=kit.WARM if found.rejected else kit.INK,
        ),
    ]
    blocks += rejected(found.rejected)
    if found.ignored:
        blocks.append(kit.note(_("沒有用到的欄位：{names}", names="、".join(found.ignored[:10]))))
    blocks += [kit.rule(), kit.line(_closing(found, nonce), size="sm", weight="bold")]
    buttons = []
    if nonce is not None:
        buttons = [
            kit.button(_("確認匯入"), f"確認 {nonce}", style="primary"),
            kit.button(_("取消"), "取消"),
        ]
    title = _("匯入完成") if found.committed else _("匯入前的檢查")
    choices = [] if buttons else [kit.choice(_("說明"), "說明")]
    colour = kit.WARM if found.rejected else kit.GREEN
    return kit.card(title, *blocks, buttons=buttons, choices=choices, colour=colour)


def still_waiting() -> Message:
    return kit.text(
        _("檔案還沒有匯入。要匯入請按「確認匯入」，不要就按「取消」。"),
        choices=[kit.choice(_("確認匯入"), "確認"), kit.choice(_("取消"), "取消")],
    )


def _closing(found: Reported, nonce: str | None) -> str:
    if found.committed:
        return _("全部寫入了，沒有發送任何訊息給團友。")
    if found.rejected:
        return _("什麼都還沒寫入。請改好這幾列，再傳一次整個檔案。")
    if nonce is None:
        return _("這些資料原本就都有了，不需要匯入。")
    return _("什麼都還沒寫入。按「確認匯入」才會全部寫入。")


def rejected(found: Sequence[Rejected]) -> list[Block]:
    """The rows of a file that are not taken, each with where and why; the rest are counted."""
    if not found:
        return []
    blocks = [kit.panel(*(_rejected(each) for each in found[:SHOWN]))]
    if len(found) > SHOWN:
        blocks.append(kit.note(_("還有 {count} 列有問題", count=len(found) - SHOWN)))
    return blocks


def _rejected(each: Rejected) -> Block:
    column = kit.clip(each.column or "", 20)
    where = _("第 {row} 列 {column}", row=each.row, column=column).strip()
    return kit.line(kit.clip(f"{where}：{each.reason}", 200), size="sm")
