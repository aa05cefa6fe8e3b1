"""Group-buys opened: in one line or step by step, previewed, kept as drafts, published."""

from __future__ import annotations

from datetime import datetime

from bot import confirming
from bot.context import Context, NothingToConfirm, Reply
from bot.router import NOTHING, Number, Rest, command, dialogue
from bot.views import group_buy_desk as cards
from handlers.organiser import pictures
from models.base import N_, Refusal
from models.people.roles import Role
from models.shop import drafts, group_buys, opening
from models.shop.group_buy_records import GroupBuy
from models.shop.group_buy_terms import GroupBuyTerms
from models.shop.opening_cautions import cautions
from models.talk import conversation

ALL = Number("0")
EXAMPLE = "/開團 愛文芒果 450"
SKIPPED = (cards.SKIP, "跳過", "不用", "沒有", "無", "skip")
NEEDED = (cards.NAME, cards.PRICE)


class NeededStep(Refusal):
    """A question of the wizard that cannot be skipped."""

    buttons = ("取消",)

    def __init__(self) -> None:
        super().__init__(N_("名稱和價格一定要有，請再打一次；不開了請按「取消」。"))


@command("/開團", role=Role.ORGANISER, topic="開團", careful=True, example=EXAMPLE)
def open_one(ctx: Context, said: Rest = NOTHING) -> Reply:
    """開團：/開團 名稱 價格 [限50箱 12/20 21:00結單…]，只打 /開團 會一步一步問你"""
    if not said:
        return _ask(ctx, cards.STEPS[0], {})
    return _preview(ctx, said)


@confirming.act("group_buy.open")
def publish(ctx: Context, *, line: str, asked_at: str) -> Reply:
    """開團"""
    made = _drafted(ctx, line, asked_at)
    drafts.find(ctx.session, made.id, now=ctx.now)
    return _published(ctx, made)


@command("/存草稿", role=Role.ORGANISER, topic="開團", careful=True)
def keep(ctx: Context) -> Reply:
    """把預覽中的團存成草稿，晚點再開"""
    waiting = ctx.awaited()
    facts = waiting.facts if waiting else {}
    if waiting is None or facts.get("act") != "group_buy.open":
        raise NothingToConfirm
    if not conversation.take(ctx.session, waiting):
        raise NothingToConfirm
    made = _drafted(ctx, **facts["data"])
    ctx.audit("group_buy.draft", f"group_buy:{made.id}", made.title)
    return cards.drafted(made)


@command("/草稿", role=Role.ORGANISER, topic="開團", careful=True, example="/草稿 3")
def saved(ctx: Context, number: Number = ALL) -> Reply:
    """看草稿、發布草稿：/草稿 3"""
    if number == ALL:
        return cards.drafts(drafts.saved(ctx.session))
    group_buy = drafts.find(ctx.session, number, now=ctx.now)
    nonce = confirming.ask(ctx, "group_buy.publish", said=group_buy.title, number=number)
    seen_by = _seen_by(ctx, group_buy.tier, group_buy.tag)
    return cards.preview(group_buy, [], seen_by=seen_by, now=ctx.now, nonce=nonce, kept=True)


@confirming.act("group_buy.publish")
def publish_draft(ctx: Context, *, number: int) -> Reply:
    """發布草稿"""
    return _published(ctx, drafts.find(ctx.session, number, now=ctx.now))


@command("/刪草稿", role=Role.ORGANISER, topic="開團", careful=True, example="/刪草稿 3")
def drop(ctx: Context, number: Number) -> Reply:
    """刪掉一份草稿：/刪草稿 3"""
    title = drafts.drop(ctx.session, number)
    ctx.audit("group_buy.drop", f"group_buy:{number}", title)
    return cards.dropped(title)


@dialogue("opening")
def answered(ctx: Context, text: str) -> Reply:
    """The answer to one question of the wizard."""
    waiting = ctx.awaited()
    if waiting is None:
        raise NothingToConfirm
    step, given = str(waiting.facts["step"]), dict(waiting.facts["given"])
    if text not in SKIPPED:
        given[step] = text.replace("\n", " ")
    elif step in NEEDED:
        raise NeededStep
    if step != cards.NAME:  # whatever was answered must make sense with what came before
        _read(ctx, _written(given))
    following = cards.STEPS[cards.STEPS.index(step) + 1 :]
    if following:
        return _ask(ctx, following[0], given)
    return _preview(ctx, _written(given))


def _ask(ctx: Context, step: str, given: dict[str, str]) -> Reply:
    ctx.ask("opening", step=step, given=given)
    places = drafts.places(ctx.session) if step == cards.PICKUP else []
    return cards.question(step, places=places)


def _written(given: dict[str, str]) -> str:
    """The answers as one would have written them after /開團."""
    options = given.get(cards.OPTIONS, "")
    closes, pickup = given.get(cards.CLOSES, ""), given.get(cards.PICKUP, "")
    minimum = given.get(cards.MINIMUM, "")
    lines = [
        f"{given[cards.NAME]} {given[cards.PRICE]}",
        options if ":" in options or not options else f"規格:{options}",
        closes if "單" in closes or not closes else f"{closes}結單",
        pickup if "取" in pickup or not pickup else f"取貨{pickup}",
        minimum if "成團" in minimum or not minimum else f"成團{minimum}",
    ]
    return "\n".join(line for line in lines if line)


def _read(ctx: Context, said: str, now: datetime | None = None) -> GroupBuyTerms:
    return opening.read(said, programme=ctx.programme, now=now or ctx.now)


def _preview(ctx: Context, said: str) -> Reply:
    said = pictures.named(ctx, said)
    terms = _read(ctx, said)
    asked_at = ctx.now.isoformat()
    nonce = confirming.ask(ctx, "group_buy.open", said=terms.title, line=said, asked_at=asked_at)
    return cards.preview(
        group_buys.imagined(terms, now=ctx.now),
        cautions(terms, now=ctx.now),
        seen_by=_seen_by(ctx, terms.tier, terms.tag),
        now=ctx.now,
        nonce=nonce,
    )


def _drafted(ctx: Context, line: str, asked_at: str) -> GroupBuy:
    """What was previewed, as it was understood then, kept."""
    terms = _read(ctx, line, datetime.fromisoformat(asked_at))
    return group_buys.draft(ctx.session, terms, by=ctx.person, now=ctx.now)


def _published(ctx: Context, group_buy: GroupBuy) -> Reply:
    group_buys.publish(ctx.session, group_buy, now=ctx.now)
    ctx.audit("group_buy.open", f"group_buy:{group_buy.id}", group_buy.title)
    return cards.opened(group_buy, now=ctx.now)


def _seen_by(ctx: Context, tier: str, tag: str) -> str:
    name = ctx.programme.tier(tier).name if tier and ctx.programme.has(tier) else ""
    return cards.seen_by(name, tag)
