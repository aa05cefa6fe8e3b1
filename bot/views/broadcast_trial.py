"""A broadcast tried out: to whom, who not and why, what it costs, what some would read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.texts import _, clock, day
from bot.views import confirming, kit
from bot.views.broadcast_desk import left_out, number_said, wide
from bot.views.kit import Block, Message
from models.talk import tracked_links
from models.talk.broadcast_terms import Wanted

SHOWN = 200  # characters of a text on a card
NAMED = 8


class Sampled(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def messages(self) -> list[Message]: ...


class Tried(Protocol):
    """What a broadcast would come to."""

    @property
    def wanted(self) -> Wanted: ...
    @property
    def size(self) -> int: ...
    @property
    def left_out(self) -> Mapping[str, int]: ...
    @property
    def held_back(self) -> int: ...
    @property
    def kept_out(self) -> int: ...
    @property
    def charged(self) -> int: ...
    @property
    def left(self) -> int | None: ...
    @property
    def cost(self) -> float | None: ...
    @property
    def samples(self) -> Sequence[Sampled]: ...


def tried(
    found: Tried,
    *,
    at: datetime | None,
    quiet: datetime | None,
    risks: Sequence[str],
    nonce: str,
) -> Message:
    """The dry run: to whom, who not and why, what it costs, and what three of them would read."""
    wanted = found.wanted
    blocks: list[Block] = [
        kit.figure(_("會送出"), _("{count} 則", count=f"{found.charged:,}"), colour=kit.WARM),
        wide(
            _("對象"),
            _("{segment}，{count} 位", segment=wanted.segment, count=number_said(found.size)),
        ),
        *left_out(found.left_out),
    ]
    if found.kept_out:
        blocks.append(
            wide(
                _("對照組"),
                _("約 {count} 位不送，用來比較效果", count=number_said(found.kept_out)),
            )
        )
    blocks += [
        wide(_("目標"), wanted.goal),
        *_attached(wanted),
        wide(_("時間"), _when(at, quiet)),
    ]
    if found.left is not None:
        after = found.left - found.charged
        said = _(
            "剩 {left} 則，送完剩 {after} 則",
            left=number_said(found.left),
            after=number_said(after),
        )
        blocks.append(wide(_("行銷額度"), said))
    if found.cost is not None:
        blocks.append(wide(_("費用"), _("約 NT${amount}", amount=f"{found.cost:,.0f}")))
    blocks += _warnings(risks)
    blocks += [kit.rule(), *_samples(found.samples)]
    return confirming.preview(_("推播試算"), *blocks, nonce=nonce)


def _attached(wanted: Wanted) -> list[Block]:
    blocks: list[Block] = []
    if wanted.group_buy is not None:
        blocks.append(wide(_("附團購"), _("第 {number} 團", number=wanted.group_buy)))
    if wanted.coupon:
        blocks.append(wide(_("附優惠券"), wanted.coupon))
    blocks += _links(wanted)
    if len(wanted.variants) > 1:
        blocks.append(wide(_("兩種說法"), _("A、B 各一半，成效分開看")))
    return blocks


def _links(wanted: Wanted) -> list[Block]:
    """The addresses whose clicks are counted, and that some are not."""
    texts = [each.text for each in wanted.variants]
    blocks: list[Block] = []
    if count := len(tracked_links.addresses(texts)):
        blocks.append(wide(_("網址"), _("{count} 個，換成店裡的連結來算點擊", count=count)))
    if any(map(tracked_links.unclear, texts)):
        blocks.append(kit.note(_("有網址後面緊接著字，算不到點擊；請在網址後面空一格。")))
    return blocks


def _when(at: datetime | None, quiet: datetime | None) -> str:
    if quiet is not None:
        return _("安靜時段，{when} 開始送", when=f"{day(quiet)} {clock(quiet)}")
    return _("確認後 60 秒") if at is None else f"{day(at)} {clock(at)}"


def _warnings(risks: Sequence[str]) -> list[Block]:
    if not risks:
        return []
    said = _("這些字眼可能違規，建議改掉：{words}", words="、".join(risks[:NAMED]))
    return [kit.panel(kit.line(said, size="sm", color=kit.WARM))]


def _samples(samples: Sequence[Sampled]) -> list[Block]:
    blocks: list[Block] = [kit.note(_("這幾位會收到："))]
    for each in samples:
        words = next((m["text"] for m in each.messages if m["type"] == "text"), "")
        said = words or "、".join(str(m.get("altText", "")) for m in each.messages[:1])
        name = each.name or _("（未填稱呼）")
        blocks.append(
            kit.panel(
                kit.line(name, weight="bold", size="sm"),
                kit.line(kit.clip(said or _("（圖片）"), SHOWN), size="sm"),
            )
        )
    return blocks
