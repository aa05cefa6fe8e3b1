"""Orders in: each order's rows together, matched against what is already there.

An order that is there may only be said again or moved on to a later state;
anything else about it that differs is rejected, because points and tiers were
made of it. What a historic order earned counts from its own day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from backoffice.imports import cells
from backoffice.imports.known_orders import find_members, known_orders
from backoffice.imports.order_changes import Draft, Line, judge
from backoffice.imports.reading import Table, Template
from backoffice.imports.report import Progress, Report
from backoffice.imports.rows import Busy, Parsers, Verdicts, parsed
from models.base import N_, batches
from models.programme import Programme
from models.shop import orders, products, settlement
from models.shop.orders import LineDraft, OrderDraft

TEMPLATE = Template(
    columns=(
        "order_no",
        "member",
        "ordered_at",
        "product",
        "quantity",
        "amount",
        "status",
        "days_of_supply",
    ),
    required=("order_no", "member", "ordered_at", "product", "quantity", "amount", "status"),
)
MOST_CASH = 100_000_000
PARSERS: Parsers = {
    "order_no": cells.code,
    "member": cells.member,
    "ordered_at": cells.instant,
    "product": partial(cells.words, longest=200),
    "quantity": partial(cells.whole, least=1, most=100_000),
    "amount": partial(cells.whole, least=0, most=10_000_000),
    "status": cells.status,
    "days_of_supply": partial(cells.whole, least=1, most=3_650),
}


def apply(
    session: Session,
    table: Table,
    *,
    now: datetime,
    programme: Programme,
    commit: bool,
    progress: Progress | None = None,
) -> Report:
    """Take the orders in, all of them or none; the caller commits.

    Raises:
        Busy: somebody else wrote the same orders at this moment.
    """
    verdicts = Verdicts()
    drafts = _drafts(session, table, verdicts, now, progress)
    known = known_orders(session, [draft.order_no for draft in drafts])
    new = [draft for draft in drafts if draft.order_no not in known]
    steps = [
        step
        for draft in drafts
        if draft.order_no in known
        for step in judge(draft, known[draft.order_no], verdicts)
    ]
    for draft in new:
        verdicts.accept(draft.rows)
    if commit and verdicts.clean:
        _write(session, new, steps, now=now, programme=programme, progress=progress)
    return verdicts.report(table, committed=commit and verdicts.clean)


def _drafts(
    session: Session,
    table: Table,
    verdicts: Verdicts,
    now: datetime,
    progress: Progress | None,
) -> list[Draft]:
    """The orders of the file, by when they were made."""
    rows = list(parsed(table, PARSERS, TEMPLATE.required, verdicts, progress))
    people = find_members(session, {values["member"] for _, values in rows})
    drafts: dict[str, Draft] = {}
    for row, values in rows:
        members = people.get(values["member"], frozenset())
        if values["ordered_at"] > now:
            verdicts.reject(row, "ordered_at", N_("訂購時間比現在還晚，請確認日期。"))
        elif not members:
            verdicts.reject(
                row,
                "member",
                N_("找不到「{who}」這位團友，請先匯入團友名單。"),
                who=values["member"],
            )
        elif len(members) > 1:
            verdicts.reject(
                row,
                "member",
                N_("「{who}」同時是不同團友的編號和手機，請改填 LINE 使用者 ID。"),
                who=values["member"],
            )
        else:
            _gather(drafts, row, values, next(iter(members)), verdicts)
    return sorted(drafts.values(), key=lambda draft: (draft.ordered_at, draft.order_no))


def _gather(
    drafts: dict[str, Draft],
    row: int,
    values: Mapping[str, Any],
    member_id: int,
    verdicts: Verdicts,
) -> None:
    """Put a row with the others of its order, if it agrees with the first of them."""
    at, status = values["ordered_at"].astimezone(UTC), values["status"]
    draft = drafts.setdefault(values["order_no"], Draft(values["order_no"], member_id, at, status))
    line = Line(
        row,
        values["product"],
        values["quantity"],
        values["amount"],
        values.get("days_of_supply"),
    )
    same = {"member": member_id, "ordered_at": at, "status": status}
    first = {"member": draft.member_id, "ordered_at": draft.ordered_at, "status": draft.status}
    if differing := [column for column, value in same.items() if value != first[column]]:
        verdicts.reject(
            row,
            differing[0],
            N_("同一張訂單 {order_no} 的每一列要一樣，這一格和第 {first} 列不同。"),
            order_no=draft.order_no,
            first=draft.rows[0],
        )
    elif twin := next((each.row for each in draft.lines if each[1:] == line[1:]), None):
        verdicts.reject(
            row,
            None,
            N_("和第 {first} 列完全一樣；重複的請刪掉，真的買了兩份請合併成一列。"),
            first=twin,
        )
    elif draft.cash + line.amount > MOST_CASH:
        verdicts.reject(row, "amount", N_("一張訂單的金額加起來超過 NT$100,000,000，請確認。"))
    else:
        draft.lines.append(line)


def _write(
    session: Session,
    new: Sequence[Draft],
    steps: Sequence[settlement.Step],
    *,
    now: datetime,
    programme: Programme,
    progress: Progress | None,
) -> None:
    supplies = {line.product: line.days_of_supply for draft in new for line in draft.lines} | {
        line.product: line.days_of_supply
        for draft in new
        for line in draft.lines
        if line.days_of_supply
    }
    ids = products.ensure(session, supplies)
    total, done = len(new) + len(steps), 0
    for batch in batches(new, 2_000):
        placed = _place(session, batch, ids, now)
        settlement.settle_many(session, placed, now=now, programme=programme)
        done += len(batch)
        if progress:
            progress(N_("寫入"), done, total)
    for moved in batches(steps, 2_000):
        try:
            settlement.settle_many(session, moved, now=now, programme=programme)
        except settlement.OrderMoved:
            raise Busy from None
        done += len(moved)
        if progress:
            progress(N_("寫入"), done, total)


def _place(
    session: Session, drafts: Sequence[Draft], ids: Mapping[str, int], now: datetime
) -> list[settlement.Step]:
    rows = [
        OrderDraft(
            draft.order_no,
            draft.member_id,
            draft.ordered_at,
            [
                LineDraft(ids[line.product], line.quantity, line.amount, line.days_of_supply)
                for line in draft.lines
            ],
        )
        for draft in drafts
    ]
    try:
        placed = orders.place_many(session, rows, now=now, imported=True)
    except orders.OrderNumberTaken:
        raise Busy from None
    return [
        settlement.Step.first(placed[row.order_no], row, draft.status)
        for row, draft in zip(rows, drafts, strict=True)
    ]
