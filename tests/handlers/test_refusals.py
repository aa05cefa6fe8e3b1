"""Every refusal that chat can meet: said in the words of the refusal, with nothing half done.

Some more need two people at once, or a file; they are met where those are tested.
"""

from datetime import date

from sqlalchemy import update

from bot.context import NothingToConfirm
from bot.dispatch import sentence
from bot.router import BadUsage
from handlers.member.coupons import NotInYourWallet
from handlers.member.privacy import NoSuchTopic
from handlers.member.profile import NameTooLong
from handlers.organiser.campaigns import NoSuchCampaign
from handlers.organiser.files import NotReady
from handlers.organiser.support import NobodyToAnswer
from models.loyalty.coupons import CouponUsed, NoSuchCoupon, TooManyTries
from models.people import members
from models.people.birthdays import BirthdayJustChanged, NotABirthday
from models.people.members import Member, NotAPhone, PhoneTaken
from models.shop.purchases import NeverBought
from models.talk.tickets import NoSuchTicket
from tests.journeys.test_coupons import CODE
from tests.shop import Phone, Shop

MEMBERS = [
    ("確認", NothingToConfirm()),
    ("取消", NothingToConfirm()),
    ("生日", BadUsage("生日 3/5")),
    ("使用 ABCD", NotInYourWallet()),
    ("通知關 天氣", NoSuchTopic()),
    ("稱呼 " + "美" * 21, NameTooLong()),
    ("生日 13/1", NotABirthday()),
    ("手機 12345", NotAPhone()),
    ("用完了 尿布", NeverBought("尿布")),
    ("還有 " + "9" * 4990, NeverBought("9" * 4990)),
]


def test_a_member_is_refused_in_a_sentence(mei: Phone):
    mei.follows()

    heard = [(mei.says(words), refusal) for words, refusal in MEMBERS]

    assert [said.text for said, _ in heard] == [sentence(refusal)["text"] for _, refusal in heard]
    assert [r for said, r in heard if not set(r.buttons) <= set(said.choices)] == []


ORGANISERS = [
    ("/開關 天氣", NoSuchCampaign("天氣")),
    ("/回覆 #7 好", NoSuchTicket(7)),
    ("/核銷 2222-2222-222", NoSuchCoupon()),
    ("/作廢 x", NoSuchCoupon()),
    ("/回覆 小美 好", BadUsage("/回覆 #12 您好…")),
]


def test_an_organiser_is_refused_in_a_sentence(boss: Phone):
    boss.says("/自動訊息")

    heard = [boss.says(words).text for words, _ in ORGANISERS]

    assert heard == [sentence(refusal)["text"] for _, refusal in ORGANISERS]


def test_a_second_birthday_within_a_year_is_refused(mei: Phone):
    mei.follows()
    mei.says("生日 3/5")

    heard = mei.says("生日 3/6")

    assert heard.text == sentence(BirthdayJustChanged(date(2027, 11, 24)))["text"]


def test_a_phone_of_somebody_else_is_refused(mei: Phone, lin: Phone):
    mei.follows()
    lin.follows()
    mei.says("手機 0912345678")

    assert lin.says("手機 0912345678").text == sentence(PhoneTaken())["text"]


def test_a_question_of_somebody_without_line_cannot_be_answered(
    mei: Phone, boss: Phone, shop: Shop
):
    mei.follows()
    mei.says("客服 在嗎")
    with shop.sessions.begin() as session:
        theirs = update(Member).where(Member.line_user_id == mei.id)
        session.execute(theirs.values(line_user_id=None))
    boss.follows()

    assert boss.says("/回覆 #1 在").text == sentence(NobodyToAnswer())["text"]


def test_a_file_that_line_still_prepares_is_asked_for_again(boss: Phone, shop: Shop):
    boss.follows()
    with shop.platform.batch():
        shop.platform.send_file(boss.id, "a.csv", b"x")
        for received in shop.platform.received.values():
            assert received.content is not None
            received.content.waits = 1
    shop.settle()

    assert boss.hears().text == sentence(NotReady())["text"]


def test_a_used_coupon_and_too_many_tries_are_refused(mei: Phone, boss: Phone):
    mei.follows()
    mei.says("生日 3/5")
    code = CODE.findall(mei.says("優惠券").text)[0]
    boss.follows()
    boss.says(f"/核銷 {code}")

    assert boss.says(f"/作廢 {code}").text == sentence(CouponUsed())["text"]

    for _ in range(10):
        boss.says("/核銷 2222-2222-222")
    assert boss.says("/核銷 2222-2222-222").text == sentence(TooManyTries())["text"]


def test_what_was_refused_left_nothing_and_the_member_stayed(mei: Phone, shop: Shop):
    stranger = shop.phone("陌生人")

    stranger.says("稱呼 " + "美" * 21)

    with shop.sessions() as session:
        found = members.find_by_line_id(session, stranger.id)
    assert (found.name, found.is_friend) == ("", True)
