"""Who helps to run the shop: seeing, inviting and removing them."""

from bot import confirming, undoing
from bot.context import Context, Reply
from bot.router import NOTHING, Rest, command
from bot.texts import _
from bot.views import crew as cards
from models.base import N_, Refusal
from models.people import crew, invitations, roles
from models.people.roles import Role

INVITED = {"": Role.ORGANISER, "小幫手": Role.ORGANISER, "客服": Role.SUPPORT}


class NoSuchRole(Refusal):
    buttons = ("/邀請小幫手 小幫手", "/邀請小幫手 客服")

    def __init__(self) -> None:
        super().__init__(
            N_("可以邀請「小幫手」（什麼都能做）或「客服」（回覆、核銷），請選一種。")
        )


@command("/小幫手", "/角色", role=Role.ORGANISER, topic="店務")
def overview(ctx: Context) -> Reply:
    """看誰能管理這家店"""
    helpers = crew.everybody(ctx.session, owner=ctx.owner)
    return cards.overview(helpers, owner=ctx.role is Role.OWNER)


@command("/邀請小幫手", role=Role.OWNER, topic="店務", careful=True, example="/邀請小幫手 客服")
def invite(ctx: Context, kind: Rest = NOTHING) -> Reply:
    """邀請人一起管理：/邀請小幫手 客服"""
    if kind not in INVITED:
        raise NoSuchRole
    role = INVITED[kind]
    code = invitations.invite(ctx.session, role, by=ctx.person, now=ctx.now)
    ctx.audit("role.invite", "", role.value)
    return cards.invited(code, role, until=ctx.now + invitations.PATIENCE)


@command("/移除小幫手", role=Role.OWNER, topic="店務", careful=True, example="/移除小幫手 小林")
def remove(ctx: Context, name: Rest) -> Reply:
    """收回一個人的管理權限：/移除小幫手 小林"""
    helper = crew.removable(ctx.session, name, by=ctx.person, owner=ctx.owner)
    said = _("移除 {name} 的權限", name=helper.name)
    nonce = confirming.ask(ctx, "role.remove", said=said, line_user_id=helper.line_user_id)
    return cards.removing(helper, nonce=nonce)


@confirming.act("role.remove", role=Role.OWNER)
def removed(ctx: Context, *, line_user_id: str) -> Reply:
    """收回管理權限"""
    helper = crew.removable(ctx.session, line_user_id, by=ctx.person, owner=ctx.owner)
    roles.take_away(ctx.session, line_user_id)
    ctx.audit("role.remove", f"member:{helper.member_id or line_user_id}", helper.role.value)
    undoing.remember(
        ctx,
        "role.remove",
        said=_("移除 {name} 的權限", name=helper.name),
        line_user_id=line_user_id,
        role=helper.role.value,
    )
    return cards.removed(helper)


@undoing.undoes("role.remove", role=Role.OWNER)
def given_back(ctx: Context, *, line_user_id: str, role: str) -> Reply:
    """Give the role back."""
    roles.grant(ctx.session, line_user_id, Role(role), by=ctx.person, now=ctx.now)
    return overview(ctx)
