"""What a broadcast brought, for those who run the shop: each group, and what may be said of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.texts import _, clock, day
from bot.views import kit
from bot.views.kit import Block
from models.insight.effects import Effect, Group
from models.insight.proportions import FEWEST, FEWEST_DONE, Difference, Verdict
from models.talk.broadcast_terms import Content

SHOWN = 60  # characters of a text
COLOURS = {Verdict.MORE: kit.GREEN, Verdict.LESS: kit.WARM}


def blocks(effect: Effect, contents: Sequence[Content], *, over: bool) -> list[Block]:
    """The groups side by side; they are only compared once their time is `over`."""
    if not effect.all.sent:
        return []
    many = len(effect.sent_to) > 1
    shown: list[Block] = [
        kit.rule(),
        kit.line(_("送出後 {days} 天內", days=effect.days), weight="bold"),
    ]
    for group in effect.sent_to:
        said = contents["AB".index(group.arm)]
        title = (
            _("{arm} 版：{text}", arm=group.arm, text=_short(said)) if many else _("有推播的人")
        )
        shown.append(_group(title, group))
    if effect.held_back is not None:
        shown.append(_group(_("對照組（沒推播的人）"), effect.held_back))
    shown += _said(effect) if over else [_not_yet(effect.until)]
    if effect.cost is not None:
        about = _("約 NT${amount}", amount=f"{effect.cost:,.0f}")
        shown.append(kit.row(_("這次推播的費用"), about, shares=kit.LABEL_WIDE))
    return [*shown, _how()]


def _group(title: str, group: Group) -> Block:
    rows = [_row(_("人數"), _("{count} 位", count=_n(group.members)))]
    if group.arm:
        sent = _("{sent} 則", sent=_n(group.sent))
        if group.failed:
            sent = _("{sent} 則，失敗 {failed} 則", sent=_n(group.sent), failed=_n(group.failed))
        rows.append(_row(_("送出"), sent))
        opened = _(
            "{people}，共 {times} 次", people=_people(group, group.clicked), times=_n(group.clicks)
        )
        rows.append(_row(_("點了"), opened if group.clicks else _("0 位")))
    ordered = _(
        "{people}，{orders} 筆", people=_people(group, group.ordered), orders=_n(group.orders)
    )
    return kit.panel(
        kit.line(kit.clip(title, 100), weight="bold", size="sm"),
        *rows,
        _row(_("下單"), ordered),
        _row(_("營業額"), _("NT${amount}", amount=_n(group.revenue))),
        _row(_("平均每人"), _("NT${amount}", amount=f"{group.each:,.1f}")),
    )


def _said(effect: Effect) -> list[Block]:
    """What may be said of the groups, and no more than that."""
    lift, variants = effect.lift, effect.variants
    colour = COLOURS.get(lift.verdict, kit.INK) if lift is not None else kit.INK
    found = [_verdict(_against(lift, effect.all.members), colour)]
    if variants is not None:
        better = variants.verdict in (Verdict.MORE, Verdict.LESS)
        found.append(_verdict(_better(variants), kit.GREEN if better else kit.INK))
    return found


def _against(lift: Difference | None, members: int) -> str:
    """Those who got it against those who were held back."""
    if lift is None:
        return _(
            "沒有對照組，看不出是不是推播帶來的。收得到的有 200 位以上會自動留 10%，"
            "也可以自己寫「| 對照:10%」。"
        )
    verdict, (low, high) = lift.verdict, lift.interval
    if verdict is Verdict.TOO_FEW:
        return _too_few(lift)
    span = _("{low}～{high}", low=_points(low), high=_points(high))
    if verdict is Verdict.UNCLEAR:
        return _(
            "看不出差別：下單比例差 {lift} 個百分點，真正的差別在 {span} 之間（95%），"
            "有可能根本沒有差。",
            lift=_points(lift.lift),
            span=span,
        )
    if verdict is Verdict.LESS:
        return _(
            "比沒推播的人更少下單：差 {lift} 個百分點（95% 區間 {span}）。",
            lift=_points(lift.lift),
            span=span,
        )
    return _(
        "有效：下單比例比沒推播的人高 {lift} 個百分點（95% 區間 {span}），"
        "多帶來約 {more} 位（{few}～{many} 位）下單。",
        lift=f"{lift.lift * 100:.1f}",
        span=span,
        more=_n(round(lift.lift * members)),
        few=_n(round(low * members)),
        many=_n(round(high * members)),
    )


def _better(variants: Difference) -> str:
    """The second variant against the first."""
    verdict, (low, high) = variants.verdict, variants.interval
    if verdict is Verdict.TOO_FEW:
        return _("A、B 版：{why}", why=_too_few(variants))
    span = _("{low}～{high}", low=_points(low), high=_points(high))
    if verdict is Verdict.UNCLEAR:
        return _("A、B 版看不出差別：B 減 A 在 {span} 個百分點之間（95%）。", span=span)
    better = "B" if verdict is Verdict.MORE else "A"
    return _(
        "{better} 版比較好：B 減 A 是 {lift} 個百分點（95% 區間 {span}）。",
        better=better,
        lift=_points(variants.lift),
        span=span,
    )


def _too_few(found: Difference) -> str:
    fewest = min(found.one.members, found.other.members)
    if fewest < FEWEST:
        return _(
            "資料不足：人少的那組只有 {count} 位，兩組都要 {fewest} 位以上才能比較。",
            count=_n(fewest),
            fewest=FEWEST,
        )
    return _(
        "資料不足：兩組加起來只有 {count} 位下單，要 {fewest} 位以上才能比較。",
        count=_n(found.one.done + found.other.done),
        fewest=FEWEST_DONE,
    )


def _not_yet(until: datetime) -> Block:
    when = f"{day(until)} {clock(until)}"
    return _verdict(_("還在算：{when} 以後的數字才完整，到時候再比較。", when=when))


def _verdict(said: str, colour: str = kit.INK) -> Block:
    return kit.line(said, size="sm", weight="bold", color=colour)


def _how() -> Block:
    return kit.note(
        _(
            "每組照一開始分到的人算，沒送到的也算在內，才比得公平。"
            "取消的訂單不算，退款會扣掉；點擊包括網址和卡片上的按鈕。"
        )
    )


def _short(content: Content) -> str:
    return kit.clip(" ".join(content.text.split()), SHOWN) or _("（圖片或卡片）")


def _people(group: Group, count: int) -> str:
    return _("{count} 位（{share}）", count=_n(count), share=f"{count / (group.members or 1):.1%}")


def _points(share: float) -> str:
    return f"{share * 100:+.1f}".replace("-", "−")


def _row(label: str, value: str) -> Block:
    return kit.row(label, value, shares=kit.VALUE_WIDE)


def _n(count: int) -> str:
    return f"{count:,}"
