"""Rewards: what points buy, bought on 確認, and the slips in hand."""

from bot.context import Context, NothingToConfirm, Reply
from bot.router import NOTHING, Number, Rest, command, dialogue
from bot.views import rewards as cards
from models.loyalty import points, rewards
from models.loyalty.rewards import Hindrance, NoSuchReward, Offer
from models.talk import conversation

YES = "確認"
HELD = 10
FIRST = Number("0")


@command("兌換", "rewards", "獎品", topic="點數", spaced=True, example="兌換 2")
def catalogue(ctx: Context, said: Rest = NOTHING) -> Reply:
    """看點數可以換什麼；要換就輸入：兌換 號碼"""
    return _ask(ctx, said) if said else _page(ctx)


@command("更多獎品", topic="", example="更多獎品 10")
def more(ctx: Context, first: Number = FIRST) -> Reply:
    """看後面的獎品"""
    return _page(ctx, first)


@command("我的獎品", "兌換紀錄", "領獎", topic="點數")
def mine(ctx: Context) -> Reply:
    """看領獎單和兌換碼"""
    return cards.mine(rewards.held_by(ctx.session, ctx.member.id, limit=HELD))


@dialogue("reward", confirms=True)
def confirmed(ctx: Context, text: str) -> Reply:
    """Spend the points and give what they buy."""
    waiting = ctx.awaited()
    if waiting is None:
        raise NothingToConfirm
    if text != YES:
        return cards.still_waiting(waiting.nonce)
    facts, nonce = waiting.facts, waiting.nonce
    if not conversation.take(ctx.session, waiting):
        raise NothingToConfirm
    ctx.essential = True
    made = rewards.claim(
        ctx.session,
        facts["reward"],
        ctx.member.id,
        price=facts["price"],
        source=f"chat:{ctx.member.id}:{nonce}",
        now=ctx.now,
        programme=ctx.programme,
    )
    return cards.claimed(rewards.held(ctx.session, made))


def _page(ctx: Context, first: int = 0) -> Reply:
    offers = _offers(ctx)
    # a page beyond the last one, from an old button
    first = first if first < len(offers) else 0
    waiting = rewards.waiting(ctx.session, ctx.member.id)
    return cards.catalogue(offers, available=_available(ctx), waiting=waiting, first=first)


def _ask(ctx: Context, said: str) -> Reply:
    wanted = rewards.find(ctx.session, said)
    found = next((offer for offer in _offers(ctx) if offer.reward.id == wanted.id), None)
    if found is None:
        raise NoSuchReward(said[:40])
    _refuse(found, _available(ctx))
    nonce = ctx.ask("reward", reward=wanted.id, price=wanted.price)
    return cards.question(found, available=_available(ctx), nonce=nonce)


def _refuse(offer: Offer, available: int) -> None:
    """Say at once what claiming would be refused for."""
    reward = offer.reward
    match offer.hindrance:
        case Hindrance.SOLD_OUT:
            raise rewards.RewardGone(reward.name)
        case Hindrance.NOT_YET:
            raise rewards.NotYetOffered(reward.name, reward.opens_at or reward.created_at)
        case Hindrance.TIER:
            raise rewards.NotForYourTier(reward.name, offer.tiers)
        case Hindrance.LIMIT:
            raise rewards.RewardLimit(reward.name, reward.per_member_limit or 0)
        case Hindrance.POINTS:
            raise rewards.TooFewPoints(reward.name, reward.price, available)


def _offers(ctx: Context) -> list[Offer]:
    return rewards.catalogue(ctx.session, ctx.member.id, now=ctx.now, programme=ctx.programme)


def _available(ctx: Context) -> int:
    return points.balance(ctx.session, ctx.member.id, ctx.now).available
