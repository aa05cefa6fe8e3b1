"""One member, as those who run the shop see and look after them."""

from bot.context import Context, Reply
from bot.router import BadUsage, Rest, command
from bot.views import member_card as cards
from bot.views.member_card import Known
from models.insight import active_hours
from models.loyalty import coupons, points, tiers
from models.people import aliases, notes, search, tags
from models.people.members import Member
from models.people.roles import Role
from models.shop import orders
from models.shop.totals_records import MemberTotals
from models.talk.policy import open_hours

TAG = "/標籤 小美 +母嬰"
LONGEST_TAG = 50


@command("/查", role=Role.ORGANISER, topic="團友", example="/查 小美")
def look_up(ctx: Context, name: Rest) -> Reply:
    """看一位團友的等級、點數、訂單、標籤、備註：/查 小美"""
    return _card(ctx, search.named(ctx.session, name))


@command("/標籤", role=Role.ORGANISER, topic="團友", careful=True, example=TAG)
def tag(ctx: Context, said: Rest) -> Reply:
    """替團友加上或拿掉標籤：/標籤 小美 +母嬰 -美妝"""
    words = said.split()
    signed = [word for word in words if word[0] in "+-" and 1 < len(word) <= LONGEST_TAG]
    if not signed or words[-len(signed) :] != signed or len(signed) == len(words):
        raise BadUsage(TAG)
    member = search.named(ctx.session, " ".join(words[: -len(signed)]))
    given = [(member.id, word[1:]) for word in signed if word[0] == "+"]
    tags.add(ctx.session, given, now=ctx.now)
    for word in signed:
        if word[0] == "-":
            tags.remove(ctx.session, member.id, word[1:])
    ctx.audit("member.tag", f"member:{member.id}", " ".join(signed)[:200])
    return _card(ctx, member)


@command(
    "/備註", role=Role.ORGANISER, topic="團友", careful=True, example="/備註 小美 喜歡下午取貨"
)
def note(ctx: Context, name: str, text: Rest) -> Reply:
    """記一句只有店裡看得到的話：/備註 小美 喜歡下午取貨"""
    member = search.named(ctx.session, name)
    notes.write(ctx.session, member.id, text, by=ctx.person, now=ctx.now)
    ctx.audit("member.note", f"member:{member.id}")
    return _card(ctx, member)


def _card(ctx: Context, member: Member) -> Reply:
    session, programme = ctx.session, ctx.programme
    return cards.card(
        member,
        Known(
            standing=tiers.standing(session, member.id, today=ctx.today, programme=programme),
            held=points.balance(session, member.id, ctx.now),
            wallet=coupons.wallet(session, member.id, ctx.now),
            totals=session.get(MemberTotals, member.id),
            orders=orders.latest(session, member.id, limit=3),
            tags=tags.of(session, member.id),
            aliases=aliases.of(session, member.id),
            notes=notes.of(session, member.id),
            hour=_hour(ctx, member.id),
        ),
    )


def _hour(ctx: Context, member_id: int) -> int | None:
    """At which marketing that is tied to no day comes to them."""
    waking = open_hours(ctx.rules.quiet)
    return active_hours.preferred_of(ctx.session, [member_id], waking, today=ctx.today).get(
        member_id
    )
