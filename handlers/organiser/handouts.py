"""Coupons given by hand or by lot: shown first, done on 確認, once; told along with a reply."""

import re
import secrets

from sqlalchemy import select

from bot import confirming, undoing
from bot.context import Context, Reply
from bot.router import NOTHING, BadUsage, Rest, command
from bot.texts import _
from bot.views import handouts as cards
from models.insight import segments
from models.insight.segments import BadSegment
from models.loyalty import coupon_audience, coupon_handouts, lotteries
from models.loyalty.coupon_audience import Whom
from models.loyalty.coupon_handouts import Given
from models.people.members import Member
from models.people.roles import Role
from models.talk import switches
from scheduler import campaigns
from scheduler.campaign import CAMPAIGNS
from scheduler.planning import plan

TO = re.compile(r"(?P<what>.+?)(?:\s+給\s*|\s*給\s+|給)(?P<whom>.+)", re.DOTALL)
# what can be no name of somebody is meant as a segment
PERSON = re.compile(r"#\d+|[^#＃:：<>＜＞()（）]+")
PLACES = re.compile(r"(?P<kind>.+?)\s+(?P<places>\d{1,6})\s*(?:名|位|張|個)?")
GIVE, DRAW = "/發券 8折券 給 小美", "/抽券 8折券 3 給 全部"


@command("/發券", role=Role.ORGANISER, topic="優惠券", careful=True, example=GIVE)
def give(ctx: Context, what: Rest = NOTHING) -> Reply:
    """發優惠券：/發券 券名 給 小美（或 全部、金級 #標籤）"""
    if not what:
        return cards.kinds(list(ctx.programme.coupons.values()))
    said, to_whom = _split(what, GIVE)
    terms = coupon_handouts.kind(said, list(ctx.programme.coupons.values()))
    to = _whom(ctx, to_whom)
    standing = coupon_audience.standing(ctx.session, terms, to, now=ctx.now)
    nonce = confirming.ask(
        ctx,
        "coupon.give",
        said=_(
            "發「{name}」給 {whom}，{count} 張", name=terms.name, whom=to.said, count=standing.gets
        ),
        key=terms.key,
        to_whom=to.again or to_whom,
        act=secrets.token_hex(8),
        amount=(coupon_handouts.most(terms) or 0) * standing.gets,
    )
    return cards.preview(terms, to, standing, nonce=nonce)


@confirming.act("coupon.give")
def giving(ctx: Context, *, key: str, to_whom: str, act: str, amount: int) -> Reply:
    """發優惠券"""
    terms = coupon_handouts.kind(key, list(ctx.programme.coupons.values()))
    to = _whom(ctx, to_whom)
    done = coupon_handouts.give(ctx.session, terms, to, act=act, by=ctx.member.id, now=ctx.now)
    return cards.given(done, to, told=_done(ctx, done, "coupon.give"))


@command("/抽券", role=Role.ORGANISER, topic="優惠券", careful=True, example=DRAW)
def draw(ctx: Context, what: Rest) -> Reply:
    """抽出幾位送優惠券：/抽券 券名 名額 給 全部（或 金級 #標籤）"""
    said, to_whom = _split(what, DRAW)
    found = PLACES.fullmatch(said)
    if found is None or not int(found["places"]):
        raise BadUsage(DRAW)
    terms = coupon_handouts.kind(found["kind"], list(ctx.programme.coupons.values()))
    to = _whom(ctx, to_whom)
    standing = coupon_audience.standing(ctx.session, terms, to, now=ctx.now)
    places, seed = int(found["places"]), lotteries.new_seed()
    winners = min(places, standing.gets)
    nonce = confirming.ask(
        ctx,
        "coupon.draw",
        said=_(
            "從 {whom} 抽 {count} 位送「{name}」", whom=to.said, count=winners, name=terms.name
        ),
        key=terms.key,
        to_whom=to.again or to_whom,
        places=places,
        seed=seed,
        act=secrets.token_hex(8),
        amount=(coupon_handouts.most(terms) or 0) * winners,
    )
    return cards.draw_preview(
        terms,
        to,
        standing,
        places=places,
        commitment=lotteries.commitment(seed),
        nonce=nonce,
    )


@confirming.act("coupon.draw")
def drawing(
    ctx: Context, *, key: str, to_whom: str, places: int, seed: str, act: str, amount: int
) -> Reply:
    """抽優惠券"""
    terms = coupon_handouts.kind(key, list(ctx.programme.coupons.values()))
    to = _whom(ctx, to_whom)
    done = coupon_handouts.raffle(
        ctx.session,
        terms,
        to,
        places=places,
        seed=seed,
        act=act,
        by=ctx.member.id,
        now=ctx.now,
    )
    told = _done(ctx, done, "coupon.draw")
    shown = list(done.coupons)[: cards.NAMED]
    query = select(Member.id, Member.name).where(Member.id.in_(shown))
    names = {row.id: row.name for row in ctx.session.execute(query)}
    return cards.drawn(
        done,
        winners=[names[member_id] for member_id in shown],
        commitment=lotteries.commitment(done.handout.seed),
        told=told,
    )


@undoing.undoes("coupon.give")
def take_back(ctx: Context, *, number: int) -> Reply:
    """Void what was given and is not used yet."""
    count = coupon_handouts.take_back(ctx.session, number, by=ctx.member.id, now=ctx.now)
    ctx.audit("coupon.take_back", f"handout:{number}", f"{count} coupons")
    return cards.taken_back(count)


def _done(ctx: Context, done: Given, action: str) -> int:
    """Write down who gave what, and tell those who got it; how many will hear."""
    handout = done.handout
    drawn = f" seed {handout.seed}" if handout.seed else ""
    detail = f"{handout.name} x{len(done.coupons)} -> {handout.to_whom}{drawn}"
    ctx.audit(action, f"handout:{handout.id}", detail)
    undoing.remember(
        ctx,
        "coupon.give",
        said=_("發「{name}」給 {whom}", name=handout.name, whom=handout.to_whom),
        number=handout.id,
    )
    campaigns.load()
    campaign = CAMPAIGNS["coupon_given"]
    if not switches.is_on(ctx.session, campaign.key):
        return 0
    made = campaign(ctx.session, now=ctx.now, programme=ctx.programme)
    return plan(made).planned


def _whom(ctx: Context, said: str) -> Whom:
    """A person, or everybody a segment means."""
    try:
        meant = segments.parse(ctx.session, said, ctx.programme)
    except BadSegment:
        if not PERSON.fullmatch(said):
            raise
        return coupon_audience.whom(ctx.session, said, programme=ctx.programme)
    return coupon_audience.group(meant.text, meant.members(ctx.now))


def _split(said: str, usage: str) -> tuple[str, str]:
    found = TO.fullmatch(said.strip())
    if found is None:
        raise BadUsage(usage)
    return found["what"].strip(), found["whom"].strip()
