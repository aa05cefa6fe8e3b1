"""Questions that wait for an answer: bound to the person, to the question, and to time."""

from datetime import timedelta

import pytest

from models.people import roles
from models.talk import conversation
from tests.shop import Phone, Shop

HEAD = "order_no,member,ordered_at,product,quantity,amount,status\n"


@pytest.fixture
def later(engine, sessions, programme, shop):
    """The shop started anew on the same database."""

    def start(minutes: int = 0) -> Shop:
        again = Shop(engine, sessions, programme, shop.clock() + timedelta(minutes=minutes))
        again.platform, again.platform.webhook = shop.platform, again._call_back
        again.runtime.line.transport.platform = shop.platform
        shop.clock.jump(again.clock())
        made.append(again)
        return again

    made: list[Shop] = []
    yield start
    for each in made:
        each.close()


def restarted(phone: Phone, shop: Shop) -> Phone:
    phone.shop = shop
    return phone


def file_of(mei: Phone) -> bytes:
    return f"{HEAD}A1,{mei.id},2026-11-20,芒果,1,3000,picked_up\n".encode()


def test_a_dialogue_goes_on_after_a_restart(mei: Phone, later):
    mei.follows()
    assert "怎麼稱呼你" in mei.says("完成資料")
    assert "生日是哪一天" in mei.says("小美")

    restarted(mei, later())

    assert "新客禮" in mei.says("3/5")
    assert "3/5" in mei.says("稱呼 美美")


def test_a_confirmation_is_still_awaited_after_a_restart(boss: Phone, mei: Phone, later):
    mei.follows()
    boss.sends_file("訂單.csv", file_of(mei))

    restarted(boss, later())

    assert "匯入完成" in boss.says("確認")


def test_a_question_is_forgotten_after_half_an_hour(mei: Phone, shop: Shop):
    mei.follows()
    mei.says("完成資料")

    shop.clock.jump(conversation.PATIENCE - timedelta(seconds=1))
    assert "生日是哪一天" in mei.says("小美")

    shop.clock.jump(conversation.PATIENCE)
    assert "還看不懂" in mei.says("3/5")


def test_a_file_is_not_taken_in_after_half_an_hour(boss: Phone, mei: Phone, shop: Shop):
    mei.follows()
    boss.sends_file("訂單.csv", file_of(mei))

    shop.clock.jump(conversation.PATIENCE)

    assert "過期或用過" in boss.taps("確認匯入")
    assert "0 點" in mei.says("點數")


def test_a_command_is_answered_in_the_middle_of_a_dialogue_which_then_goes_on(mei: Phone):
    mei.follows()
    mei.says("完成資料")

    assert "0 點" in mei.says("點數")
    assert "生日是哪一天" in mei.says("小美")


def test_a_dialogue_is_left_by_cancelling(mei: Phone):
    mei.follows()
    mei.says("完成資料")

    assert "取消了" in mei.says("取消")
    assert "沒有等待確認" in mei.says("取消")
    assert "還看不懂" in mei.says("阿美阿美")


def test_yes_is_no_name(mei: Phone):
    mei.follows()
    mei.says("完成資料")

    assert "沒有等待確認" in mei.says("確認")
    assert "確認" not in mei.says("會員卡")
    assert "生日是哪一天" in mei.says("小美")


def test_nobody_confirms_for_somebody_else(boss: Phone, mei: Phone, lin: Phone, shop: Shop):
    mei.follows()
    nonce = confirmation(boss.sends_file("訂單.csv", file_of(mei)))

    for words in ("確認", "確認匯入"):
        assert "沒有等待確認" in lin.says(words)
    assert "過期或用過" in lin.says(f"確認 {nonce}")
    shop.platform.tap(lin.id, {"type": "postback", "data": f"確認 {nonce}"})
    shop.settle()

    assert "過期或用過" in lin.hears()
    assert "0 點" in mei.says("點數")


def test_an_older_button_does_not_confirm_a_later_question(boss: Phone, mei: Phone):
    mei.follows()
    older = confirmation(boss.sends_file("舊.csv", file_of(mei)))
    newer = confirmation(boss.sends_file("新.csv", file_of(mei).replace(b"3000", b"5000")))

    assert "過期或用過" in boss.says(f"確認 {older}")
    assert "匯入完成" in boss.says(f"確認 {newer}")
    assert "過期或用過" in boss.says(f"確認 {newer}")
    assert "50 點" in mei.says("點數")


def confirmation(heard) -> str:
    """What the confirming button carries."""
    buttons = heard[0]["contents"]["footer"]["contents"]
    return buttons[0]["action"]["data"].split()[1]


def test_an_organiser_removed_meanwhile_confirms_nothing(boss: Phone, mei: Phone, shop: Shop):
    mei.follows()
    boss.sends_file("訂單.csv", file_of(mei))
    with shop.sessions.begin() as session:
        roles.grant(session, boss.id, roles.Role.MEMBER, by="test", now=shop.clock())

    assert "匯入完成" not in boss.says("確認")
    assert "0 點" in mei.says("點數")


def test_a_dialogue_that_a_release_took_away_is_no_fault(mei: Phone, shop: Shop):
    mei.follows()
    with shop.sessions.begin() as session:
        conversation.await_answer(session, mei.id, "gone", {}, nonce="n", now=shop.clock())

    assert "沒有等待確認" in mei.says("確認")
    assert "0 點" in mei.says("點數")
    assert "還看不懂" in mei.says("什麼什麼")
