"""Questions to the shop, and their answers."""

from sqlalchemy import update

from models.people.members import Member
from tests.shop import Phone, Shop


def test_a_question_reaches_the_organiser_and_the_answer_the_member(
    mei: Phone, lin: Phone, boss: Phone
):
    mei.follows()
    lin.follows()
    boss.follows()

    assert "編號 #1" in mei.says("客服 水餃少一包")
    asked = boss.hears()
    assert "水餃少一包" in asked
    assert "/回覆 #1" in asked
    assert "水餃少一包" in boss.says("/客服單")

    assert "已回覆 #1" in boss.says("/回覆 #1 明天補給你")
    answer = mei.hears()
    assert "明天補給你" in answer
    assert "水餃少一包" in answer
    assert lin.hears() == []
    assert "沒有等待回覆的問題" in boss.says("/客服單")


def test_several_lines_are_asked_and_answered_whole(mei: Phone, boss: Phone):
    mei.follows()
    boss.follows()

    mei.says("客服\n第一行 有空格\n第二行")
    assert "第二行" in boss.hears()

    boss.says("/回覆 #1\n好的\n謝謝")
    assert "好的 謝謝" in mei.hears()


def test_a_question_without_words_is_asked_for_them(mei: Phone):
    mei.follows()

    assert "請輸入「客服」加上內容" in mei.says("客服")
    assert "編號 #1" in mei.says("意見 很好")


def test_a_ticket_that_is_none_is_refused(boss: Phone):
    for number in ("7", "#7", "0", "99999999"):
        assert "找不到客服單" in boss.says(f"/回覆 {number} 你好")


def test_an_answer_that_is_none_is_told_how(boss: Phone, mei: Phone):
    mei.follows()
    mei.says("客服 在嗎")

    for words in (
        "/回覆",
        "/回覆 #1",
        "/回覆 小美 你好",
        "/回覆 -1 好",
        "/回覆 ４.5 好",
        f"/回覆 {'9' * 5000} 好",
    ):
        assert "請這樣輸入：/回覆" in boss.says(words)
    assert mei.hears() == []


def test_a_member_without_line_is_to_be_called(mei: Phone, boss: Phone, shop: Shop):
    mei.follows()
    mei.says("客服 在嗎")
    with shop.sessions.begin() as session:
        session.execute(
            update(Member).values(line_user_id=None).where(Member.line_user_id == mei.id)
        )

    assert "請用電話聯絡" in boss.says("/回覆 #1 在")
