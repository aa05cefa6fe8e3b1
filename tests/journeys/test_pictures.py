"""A picture that an organiser sends in chat goes out with a broadcast, or on a card."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image
from sqlalchemy import func, select, update

from bot import picture_files, router
from handlers.organiser.pictures import PictureGone, PictureNotReady
from models.people.members import Member
from models.people.roles import Role
from models.talk.pictures import NoPicture, Picture
from scheduler.jobs import CHORES
from tests.journeys.open_shop import MANGO, buys, opens
from tests.shop import Heard, Phone, Shop

DAY = timedelta(days=1)


def drawn(colour: str, kind: str = "JPEG") -> bytes:
    file = BytesIO()
    Image.new("RGB", (1600, 900), colour).save(file, kind)
    return file.getvalue()


def fetched(shop: Shop, address: str) -> Image.Image:
    """What LINE finds at this address."""
    assert address.startswith("https://localhost:8000/p/")
    answer = shop.client.get(urlsplit(address).path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer.headers["Cache-Control"]
    return Image.open(BytesIO(answer.data))


def kept(shop: Shop) -> int:
    with shop.sessions() as session:
        return session.scalar(select(func.count()).select_from(Picture)) or 0


def tidied(shop: Shop) -> int:
    """How many pictures are left after the night."""
    with shop.sessions.begin() as session:
        CHORES["tidy"].chore(session, shop.clock(), shop.programme)
    return kept(shop)


def test_a_picture_goes_out_with_a_broadcast_and_is_kept_for_it(
    boss: Phone, mei: Phone, shop: Shop
):
    mei.follows()
    mei.says("恢復行銷")
    assert str(NoPicture()) in boss.says("/推播 全部 | 早安 | 圖:上一張")
    boss.sends_picture(drawn("red"))
    told = boss.sends_picture(drawn("blue", "PNG"))
    assert "圖:上一張" in told
    assert "放進推播" in told.choices

    tried = boss.says("/推播 全部 | 早安 | 圖:剛剛那張 | B:晚安 | 對照:0%")
    assert tried[0]["type"] == "image"
    boss.says("確認")
    shop.clock.jump(timedelta(minutes=2))
    shop.settle()

    [picture, words] = mei.hears()
    assert words["text"] in ("早安", "晚安")
    whole = fetched(shop, picture["originalContentUrl"])
    small = fetched(shop, picture["previewImageUrl"])
    assert (whole.size, small.size) == ((1600, 900), (1024, 576))
    assert whole.getpixel((9, 9))[2] > 250

    shop.clock.jump(3 * DAY)
    assert tidied(shop) == 1
    assert fetched(shop, picture["originalContentUrl"])


def test_a_picture_is_put_on_a_card_with_one_tap_and_taken_off_again(
    boss: Phone, mei: Phone, shop: Shop
):
    number = opens(shop, MANGO)
    told = boss.sends_picture(drawn("green"))
    assert "圖片改成 另一張" in boss.taps(told.choices[1])
    address = mei.says(f"團購 {number}")[0]["contents"]["hero"]["url"]
    assert fetched(shop, address).size == (1600, 900)

    shop.clock.jump(3 * DAY)
    assert tidied(shop) == 1
    boss.says(f"/改團 {number} 圖片 無")
    assert tidied(shop) == 0
    assert shop.client.get(urlsplit(address).path).status_code == 404
    assert "請先把圖片傳給我" in boss.says(f"/改團 {number} 圖片 上一張")


def test_a_group_buy_is_opened_with_the_picture_sent_just_before(boss: Phone, shop: Shop):
    assert "請先把圖片傳給我" in boss.says("/開團 愛文芒果 450 圖:上一張")
    boss.sends_picture(drawn("green"))

    preview = boss.says("/開團 愛文芒果 450 圖：上一張")
    boss.sends_picture(drawn("red"))  # another does not change what is confirmed
    assert "愛文芒果" in boss.says("確認")

    boss.says("/獎品 新增 保溫杯 300 2")
    boss.says("/獎品 改 1 圖片 剛才")
    reward = find_address(boss.says("兌換"))
    assert fetched(shop, reward).getpixel((9, 9))[0] > 250

    shown = str(boss.says("團購 1"))
    assert find_address(preview) in shown
    assert fetched(shop, find_address(preview)).getpixel((9, 9))[0] < 9


def find_address(heard: Heard) -> str:
    """Of the first picture that a card shows."""
    return re.findall(r"https://localhost:8000/p/\w{32}\.jpg", str(heard))[0]


def test_several_pictures_at_once_are_answered_once(boss: Phone, shop: Shop):
    boss.says("說明")
    for number in (1, 2, 3):
        shop.platform.send_image(boss.id, drawn("red"), of=(number, 3))
    shop.settle()

    assert len(boss.hears()) == 1
    assert kept(shop) == 3


def test_a_picture_of_somebody_who_owes_is_both(boss: Phone, shop: Shop):
    opens(shop, MANGO)
    buys(boss, "1 +1")

    evidence, told = boss.sends_picture(drawn("red"))

    assert "末五碼" in str(evidence)
    assert "圖:上一張" in told["text"]
    assert kept(shop) == 1


def test_only_who_may_broadcast_has_a_picture_kept(mei: Phone, boss: Phone, shop: Shop):
    mei.follows()
    support = shop.phone("客服", role=Role.SUPPORT)
    for phone in (mei, support):
        assert "收到圖片了" in phone.sends_picture(drawn("red"))
    assert kept(shop) == 0

    boss.sends_picture(drawn("red"))
    other = shop.phone("小幫手", role=Role.ORGANISER)
    assert "請先把圖片傳給我" in other.says("/推播 全部 | 圖:上一張")


def test_what_is_no_picture_or_gone_is_said_so(boss: Phone, shop: Shop):
    assert "不是 JPEG 或 PNG" in boss.sends_picture(b"GIF89a")
    assert "太大了" in boss.sends_picture(b"\xff\xd8\xff" + bytes(10 * 1024 * 1024))

    boss.hears()
    shop.platform.send_image(boss.id, drawn("red"))
    content = shop.platform.received[shop.platform.chat(boss.id)[-1].id].content
    assert content is not None
    content.gone = True
    shop.settle()
    assert str(PictureGone()) in boss.hears()
    shop.platform.send_image(boss.id, drawn("red"))
    content = shop.platform.received[shop.platform.chat(boss.id)[-1].id].content
    assert content is not None
    content.waits = 1
    shop.settle()
    assert str(PictureNotReady()) in boss.hears()
    assert kept(shop) == 0


def test_nobody_waits_while_a_picture_is_drawn(
    boss: Phone, mei: Phone, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    mei.follows()

    def slowly(sent: bytes) -> Any:
        # on SQLite it would wait for our own transaction, and in the end be refused
        with shop.sessions.begin() as session:
            session.execute(update(Member).values(name="小美"))
        return picture_files.redraw(sent)

    monkeypatch.setitem(router.FETCHING, "message:image", slowly)
    boss.sends_picture(drawn("red"))
    assert kept(shop) == 1


def test_an_address_that_is_wrong_is_nothing(shop: Shop):
    for name in ("", "x.jpg", "0" * 32 + ".jpg", "0" * 32, "0" * 32 + "-s.jpg", "%00.jpg"):
        assert shop.client.get(f"/p/{name}").status_code == 404
