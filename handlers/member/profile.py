"""Profile: one field at a time, each optional, each changeable later."""

from __future__ import annotations

from bot.context import Context, Reply
from bot.router import Rest, command, dialogue
from bot.views import profile as cards
from models.base import N_, Refusal
from models.loyalty import gifts
from models.people import birthdays, members, tags
from models.talk import switches
from scheduler.campaigns.birthday import Birthday
from scheduler.planning import plan

STEPS = ("name", "birthday", "phone", "interests", "gender")
GENDERS = {"女": "female", "女生": "female", "男": "male", "男生": "male", "不透露": None}
INTERESTS = ("美妝", "母嬰", "生鮮", "零食", "居家", "寵物")
NAME_LIMIT = 20


class NoSuchGender(Refusal):
    buttons = ("完成資料",)

    def __init__(self) -> None:
        super().__init__(N_("請輸入：性別 女、性別 男，或 性別 不透露"))


class NameTooLong(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("稱呼請在 {limit} 個字以內，例如：稱呼 小美"), limit=NAME_LIMIT)


@command("完成資料", "我的資料設定", "填資料", "profile", topic="會員")
def complete(ctx: Context) -> Reply:
    """填生日、手機，拿新客禮"""
    return _ask(ctx, STEPS[0])


@command("稱呼", "name", topic="會員", careful=True, example="稱呼 小美")
def name(ctx: Context, called: Rest) -> Reply:
    """設定怎麼稱呼你：稱呼 小美"""
    _set_name(ctx, called)
    return cards.saved(ctx.member, [])


@command("生日", "birthday", topic="會員", careful=True, example="生日 3/5")
def birthday(ctx: Context, day: Rest) -> Reply:
    """設定生日，當天收到生日禮：生日 3/5"""
    waiting = ctx.awaited()
    if waiting is not None and waiting.facts.get("step") == "birthday":
        return answered(ctx, day)  # picked with the calendar that the question offers
    return cards.saved(ctx.member, _set_birthday(ctx, day))


@command(
    "手機", "電話", "phone", topic="會員", careful=True, spaced=True, example="手機 0912345678"
)
def phone(ctx: Context, number: Rest) -> Reply:
    """設定手機（加密保存）：手機 0912345678"""
    return cards.saved(ctx.member, _set_phone(ctx, number))


@command("性別", "gender", topic="會員", careful=True, spaced=True, example="性別 女")
def gender(ctx: Context, said: str) -> Reply:
    """設定性別，可以不透露：性別 女"""
    _set_gender(ctx, said)
    return cards.saved(ctx.member, [])


@command("興趣", topic="會員", careful=True, spaced=True, example="興趣 母嬰")
def interest(ctx: Context, topic: Rest) -> Reply:
    """告訴我們你喜歡什麼：興趣 母嬰"""
    _add_interest(ctx, topic)
    return cards.saved(ctx.member, [])


@dialogue("profile")
def answered(ctx: Context, text: str) -> Reply:
    """The answer to one question of the profile; `略過` skips it, `結束` ends."""
    waiting = ctx.awaited()
    step = str(waiting.facts["step"]) if waiting else STEPS[0]
    if text in ("結束", "不用了", "取消"):
        ctx.settle()
        return cards.thanks(ctx.member, [])
    given = [] if text in ("略過", "跳過", "skip") else _answer(ctx, step, text)
    following = STEPS[STEPS.index(step) + 1 :]
    if following:
        return [*cards.gifts(given), _ask(ctx, following[0])]
    ctx.settle()
    return cards.thanks(ctx.member, given)


def _ask(ctx: Context, step: str) -> cards.Message:
    ctx.ask("profile", step=step)
    return cards.question(step, member=ctx.member, interests=INTERESTS)


def _answer(ctx: Context, step: str, text: str) -> list[cards.Coupon]:
    if step == "birthday":
        return _set_birthday(ctx, text)
    if step == "phone":
        return _set_phone(ctx, text)
    if step == "interests":
        _add_interest(ctx, text)
    elif step == "gender":
        _set_gender(ctx, text)
    else:
        _set_name(ctx, text)
    return []


def _set_name(ctx: Context, called: str) -> None:
    if len(called) > NAME_LIMIT:
        raise NameTooLong
    ctx.member.name = called


def _set_gender(ctx: Context, said: str) -> None:
    if said not in GENDERS:
        raise NoSuchGender
    ctx.member.gender = GENDERS[said]


def _set_birthday(ctx: Context, text: str) -> list[cards.Coupon]:
    born = birthdays.read(text, today=ctx.today)
    birthdays.give(ctx.session, ctx.member, born, today=ctx.today)
    ctx.session.flush()
    # today's run may be over: whoever joins on their birthday gets the offer all the same
    if switches.is_on(ctx.session, Birthday.key):
        today = Birthday(ctx.session, now=ctx.now, programme=ctx.programme)
        plan(today, only=ctx.member.id)
    return gifts.newcomer(ctx.session, ctx.member.id, programme=ctx.programme, now=ctx.now)


def _set_phone(ctx: Context, number: str) -> list[cards.Coupon]:
    members.set_phone(ctx.session, ctx.member, number)
    return gifts.newcomer(ctx.session, ctx.member.id, programme=ctx.programme, now=ctx.now)


def _add_interest(ctx: Context, topic: str) -> None:
    tags.add(ctx.session, [(ctx.member.id, f"{tags.INTEREST}{topic[:20]}")], now=ctx.now)
