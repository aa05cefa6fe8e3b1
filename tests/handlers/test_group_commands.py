"""Commands that may be given in a group: by whoever may, answered there, and nothing more."""

import pytest

from bot import router
from bot.views import kit
from models.base import Refusal
from models.people import members
from models.people.roles import Role
from tests.shop import Phone, Shop


class NoSuchThing(Refusal):
    def __init__(self) -> None:
        super().__init__("沒有這個東西。")


@pytest.fixture(autouse=True)
def _posting():
    """`/試貼` answers in a group too."""

    def post(ctx, number: int):
        if number > 3:
            raise NoSuchThing
        return kit.text(f"第 {number} 團")

    router.command("/試貼", role=Role.ORGANISER, in_group="卡片是給群組看的")(post)
    yield
    del router.COMMANDS["/試貼"]


@pytest.fixture
def group(shop: Shop, boss: Phone, mei: Phone) -> str:
    mei.follows()
    boss.says("說明")
    group = shop.platform.add_group("團購群", [boss.id, mei.id])
    shop.settle()
    return group


def heard(shop: Shop, group: str, who: Phone, words: str) -> list[str]:
    """What the bot says in the group to this."""
    before = len(shop.platform.chat(group))
    shop.platform.say(who.id, words, group=group)
    shop.settle()
    news = shop.platform.chat(group)[before:]
    return [str(item.message["text"]) for item in news if item.sender == "bot"]


def test_an_organiser_is_answered_in_the_group(shop: Shop, group: str, boss: Phone):
    assert heard(shop, group, boss, "/試貼 3") == ["第 3 團"]
    assert heard(shop, group, boss, "/試貼 9") == ["沒有這個東西。"]
    assert boss.hears() == []


def test_anybody_else_and_anything_else_is_not(shop: Shop, group: str, boss: Phone, mei: Phone):
    assert heard(shop, group, mei, "/試貼 3") == []
    for words in ("/自動訊息", "/復原", "會員卡", "你好"):
        assert heard(shop, group, boss, words) == []
    assert (boss.hears(), mei.hears()) == ([], [])


def test_an_organiser_who_never_wrote_is_no_friend_by_it(shop: Shop, group: str):
    other = shop.phone("阿芳", role=Role.ORGANISER)
    shop.platform.add_group("另一群", [other.id])
    another = shop.platform.add_group("第三群", [other.id])
    shop.settle()

    assert heard(shop, another, other, "/試貼 1") == ["第 1 團"]

    with shop.sessions() as session:
        found = members.find_by_line_id(session, other.id)
    assert (found.is_friend, found.source) == (False, "group")
