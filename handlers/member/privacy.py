"""What the shop may send, and what it does with personal data."""

from bot.context import Context, Reply
from bot.router import command
from bot.views import privacy as cards
from models.base import N_, Refusal
from models.people import consents
from models.people.consents import MARKETING, Topic


class NoSuchTopic(Refusal):
    buttons = ("通知設定",)

    def __init__(self) -> None:
        super().__init__(N_("沒有這個通知項目，請看「通知設定」用按鈕選。"))


@command("通知設定", "通知", "設定", "settings", topic="隱私")
def settings(ctx: Context) -> Reply:
    """選擇要收哪些通知"""
    found = consents.switches(ctx.session, ctx.member.id)
    return cards.settings(found, marketing=ctx.member.marketing)


@command(
    "停止行銷", "退訂", "不要再傳", "取消訂閱", "stop", "unsubscribe", topic="隱私", careful=True
)
def stop(ctx: Context) -> Reply:
    """不再收優惠訊息，訂單通知照常"""
    _set(ctx, granted=False)
    return cards.stopped()


@command("恢復行銷", "訂閱", "start", "subscribe", topic="隱私", careful=True)
def resume(ctx: Context) -> Reply:
    """再次接收優惠訊息"""
    _set(ctx, granted=True)
    return cards.resumed()


@command("通知開", topic="", careful=True, example="通知開 birthday")
def switch_on(ctx: Context, topic: str) -> Reply:
    """打開一種通知"""
    return _switch(ctx, topic, allowed=True)


@command("通知關", topic="", careful=True, example="通知關 birthday")
def switch_off(ctx: Context, topic: str) -> Reply:
    """關閉一種通知"""
    return _switch(ctx, topic, allowed=False)


@command("條款", "隱私", "隱私權", "terms", "privacy", topic="隱私")
def terms(ctx: Context) -> Reply:
    """看個人資料怎麼使用"""
    return cards.terms(ctx.programme, marketing=ctx.member.marketing)


def _set(ctx: Context, *, granted: bool) -> None:
    consents.set_marketing(
        ctx.session, [ctx.member.id], granted=granted, source="chat", now=ctx.now
    )
    ctx.session.refresh(ctx.member, ["marketing"])


def _switch(ctx: Context, topic: str, *, allowed: bool) -> Reply:
    if topic not in set(MARKETING):
        raise NoSuchTopic
    consents.choose(ctx.session, ctx.member.id, Topic(topic), allowed=allowed, now=ctx.now)
    return settings(ctx)
