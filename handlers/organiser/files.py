"""Files: a spreadsheet is recognised, reported on row by row, and taken in on 確認匯入."""

from __future__ import annotations

from backoffice import imports, statements
from backoffice.imports import tracking
from backoffice.statements import Statement
from bot.context import Context, NothingToConfirm, Reply
from bot.router import dialogue, event
from bot.views import files as cards
from bot.views import help as smalltalk
from handlers.organiser.reconciliation import statement_received
from handlers.organiser.shipping import tracking_received
from models.base import N_, Refusal
from models.people.roles import Role
from models.talk import uploads

YES = ("確認", "確認匯入", "匯入")


class NotReady(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("LINE 還在準備這個檔案，請過一分鐘再傳一次。"))


@event("message:file", fetch=bytes)
def received(ctx: Context) -> Reply:
    """Report what importing the file would do; nothing is written yet."""
    if not ctx.role.covers(Role.ORGANISER):
        return smalltalk.friendly("file")
    if ctx.content is None:
        raise NotReady
    name = _file_name(ctx)
    if tracking.headings(ctx.content, name):
        return tracking_received(ctx, ctx.content, name)
    kind, statement = _recognised(ctx.content, name)
    if statement is not None:
        return statement_received(ctx, statement, name)
    report = imports.run(
        ctx.session,
        kind,
        ctx.content,
        name,
        now=ctx.now,
        programme=ctx.programme,
        commit=False,
    )
    if report.rejected or not report.accepted:
        return cards.report(kind, report, name=name, nonce=None)
    uploads.keep(ctx.session, ctx.person, kind=kind, name=name, content=ctx.content, now=ctx.now)
    nonce = ctx.ask("import")
    return cards.report(kind, report, name=name, nonce=nonce)


@dialogue("import", confirms=True)
def confirmed(ctx: Context, text: str) -> Reply:
    """Write the file that was reported on, all of it or nothing."""
    if text not in YES:
        return cards.still_waiting()
    held = uploads.find(ctx.session, ctx.person)
    if held is None or not ctx.role.covers(Role.ORGANISER):
        raise NothingToConfirm
    ctx.essential = True
    report = imports.run(
        ctx.session,
        held.kind,
        held.content,
        held.name,
        now=ctx.now,
        programme=ctx.programme,
        commit=True,
    )
    ctx.settle()
    uploads.forget(ctx.session, ctx.person)
    if report.committed:
        ctx.audit(f"import.{held.kind}", held.name[:100], f"{report.accepted} rows")
    return cards.report(held.kind, report, name=held.name, nonce=None)


def _recognised(content: bytes, name: str) -> tuple[str, Statement | None]:
    """Which kind of file it is; a bank statement has no numbers of orders and names no members.

    Raises:
        BadFile: it is none of these.
    """
    try:
        kind, refusal = imports.recognise(content, name), None
    except imports.BadFile as bad:
        kind, refusal = "", bad
    if kind == "orders":
        return kind, None
    try:
        return kind, statements.read(content, name)
    except imports.BadFile:
        if refusal is not None:
            raise refusal from None
        return kind, None


def _file_name(ctx: Context) -> str:
    message = ctx.event.raw.get("message")
    name = message.get("fileName") if isinstance(message, dict) else None
    return name if isinstance(name, str) else ""
