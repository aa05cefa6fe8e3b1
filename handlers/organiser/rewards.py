"""Rewards: what is on the shelf, handing slips in, and giving points back."""

from bot import confirming
from bot.context import Context, Reply
from bot.router import NOTHING, BadUsage, Rest, command
from bot.texts import _
from bot.views import reward_shelf as cards
from bot.views import rewards as member_cards
from handlers.organiser import pictures
from models.loyalty import reward_words, rewards
from models.loyalty.rewards import Reward, RewardClaim
from models.people.consents import Topic
from models.people.members import Member
from models.people.roles import Role
from models.talk import outbox
from models.talk.outbox import Draft
from models.talk.policy import Purpose

ADDING = "/獎品 新增 保溫杯 300 20"
CHANGING = "/獎品 改 2 庫存 30"


@command("/獎品", role=Role.ORGANISER, topic="點數", careful=True, example=ADDING)
def shelf(ctx: Context, said: Rest = NOTHING) -> Reply:
    """看獎品、新增、改、下架：/獎品 新增 名稱 點數 庫存"""
    word, _space, rest = said.partition(" ")
    acts = {"新增": _add, "改": _change, "下架": _withdraw, "上架": _restore}
    if not said:
        return cards.shelf(rewards.every(ctx.session))
    if word not in acts or not rest:
        raise BadUsage(CHANGING if word == "改" else ADDING)
    return acts[word](ctx, rest.strip())


@command("/領獎", role=Role.SUPPORT, topic="點數", careful=True, example="/領獎 兌換碼")
def hand_over(ctx: Context, code: Rest) -> Reply:
    """收下團友出示的領獎單：/領獎 兌換碼"""
    claim = rewards.hand_over(ctx.session, code, by=ctx.member.id, now=ctx.now)
    ctx.audit("reward.hand_over", f"claim:{claim.id}", claim.name)
    return cards.handed(claim, name=_name(ctx, claim))


@command("/退獎", role=Role.ORGANISER, topic="點數", careful=True, example="/退獎 兌換碼")
def give_back(ctx: Context, code: Rest) -> Reply:
    """取消一次兌換，退回點數和庫存：/退獎 兌換碼"""
    claim = rewards.find_claim(ctx.session, code)
    if claim.cancelled_at is not None:
        raise rewards.ClaimCancelled(claim.name)
    said = _("退獎「{name}」", name=claim.name)
    nonce = confirming.ask(ctx, "reward.cancel", said=said, claim=claim.id)
    return cards.cancelling(claim, name=_name(ctx, claim), nonce=nonce)


@confirming.act("reward.cancel")
def cancel(ctx: Context, *, claim: int) -> Reply:
    """退獎，退回點數和庫存"""
    found = rewards.cancel(ctx.session, claim, by=ctx.member.id, now=ctx.now)
    ctx.audit("reward.cancel", f"claim:{found.id}", f"{found.points} points")
    _tell(ctx, found)
    return cards.cancelled(found, name=_name(ctx, found))


def _add(ctx: Context, said: str) -> Reply:
    wanted = reward_words.new(said, ctx.programme)
    if wanted is None:
        raise BadUsage(ADDING)
    made = rewards.add(ctx.session, now=ctx.now, **wanted)
    ctx.audit("reward.add", f"reward:{made.id}", f"{made.name} {made.price}")
    return _shown(ctx, made, _("已新增獎品"))


def _change(ctx: Context, said: str) -> Reply:
    number, _space, rest = said.partition(" ")
    reward = rewards.find(ctx.session, number)
    rest = pictures.named(ctx, rest.strip())
    wanted = reward_words.change(rest, ctx.programme, ctx.today)
    if wanted is None:
        raise BadUsage(CHANGING)
    field, value = wanted
    if field == "stock":
        rewards.restock(ctx.session, reward, value)
    else:
        rewards.change(ctx.session, reward, **{field: value})
    ctx.audit("reward.change", f"reward:{reward.id}", rest[:100])
    return _shown(ctx, reward, _("已更改獎品"))


def _withdraw(ctx: Context, said: str) -> Reply:
    reward = rewards.find(ctx.session, said)
    rewards.change(ctx.session, reward, withdrawn_at=ctx.now)
    ctx.audit("reward.withdraw", f"reward:{reward.id}")
    return _shown(ctx, reward, _("已下架，換過的領獎單照樣能領"))


def _restore(ctx: Context, said: str) -> Reply:
    reward = rewards.find(ctx.session, said)
    rewards.change(ctx.session, reward, withdrawn_at=None)
    ctx.audit("reward.restore", f"reward:{reward.id}")
    return _shown(ctx, reward, _("已上架"))


def _shown(ctx: Context, reward: Reward, said: str) -> Reply:
    return cards.kept(reward, tiers=rewards.tier_names(reward, ctx.programme), said=said)


def _name(ctx: Context, claim: RewardClaim) -> str:
    return ctx.session.get_one(Member, claim.member_id).name


def _tell(ctx: Context, claim: RewardClaim) -> None:
    member = ctx.session.get_one(Member, claim.member_id)
    if member.line_user_id is None:
        return
    draft = Draft(
        key=f"{claim.spending}:cancelled",
        rule="reward",
        period=str(claim.id),
        member_id=member.id,
        to_id=member.line_user_id,
        messages=[member_cards.given_back(claim.name, claim.points)],
        topic=Topic.SERVICE,
        purpose=Purpose.SERVICE,
        due_at=ctx.now,
    )
    outbox.enqueue(ctx.session, draft, now=ctx.now)
