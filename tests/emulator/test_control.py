"""The control API, as the chat page uses it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from emulator.server import Server
from tests.emulator.channel import HELLO, Channel
from tests.emulator.pictures import MENU, add_menu, picture
from tests.emulator.wire import Page, ask


@pytest.fixture
def channel() -> Channel:
    return Channel()


@pytest.fixture
def page(channel: Channel) -> Iterator[Page]:
    with Server(channel.platform) as server:
        yield Page(server)


def test_the_state_tells_who_is_there(page: Page, channel: Channel) -> None:
    channel.platform.unfollow(channel.lin)
    group = channel.platform.add_group("社區", [channel.mei])
    channel.push(channel.mei)

    state = page.get("/state")

    assert state["now"] == "2026-11-24T04:00:00+00:00"
    assert state["name"] == "團友小舖"
    assert state["people"][0] == {
        "id": channel.mei, "name": "小美", "label": "", "friend": True, "blocked": False
    }  # fmt: skip
    assert [(each["friend"], each["blocked"]) for each in state["people"][1:]] == [
        (True, True),
        (False, False),
    ]
    assert state["groups"] == [{"id": group, "name": "社區", "members": [channel.mei]}]
    assert state["quota"] == {"limit": 3000, "used": 1}
    assert state["faults"]["drop"] == 0
    assert state["time_travel"] is False
    assert state["seq"] == channel.platform.seq


def test_people_are_added_and_act(page: Page, channel: Channel) -> None:
    _, made = page.post("/people", {"name": " 阿美 ", "label": "會員"})
    person = made["id"]
    group = channel.platform.add_group("社區", [person])

    acts: list[tuple[str, dict[str, Any]]] = [
        ("follow", {}),
        ("say", {"text": "點數"}),
        ("say", {"text": "+1", "group": group, "quote": "17"}),
        ("tap", {"action": {"type": "postback", "data": "9 +1"}}),
        ("tap", {"action": {"type": "datetimepicker", "data": "d", "mode": "date"},
                 "params": {"date": "2001-01-01"}}),
        ("sticker", {"packageId": "446", "stickerId": "1988"}),
        ("location", {"latitude": 25, "longitude": 121.5, "title": "台北"}),
        ("unfollow", {}),
    ]  # fmt: skip
    for act, given in acts:
        status, told = page.post(f"/people/{person}/{act}", given)
        assert status == 200, (act, told)
        assert told["event"] == channel.events[-1]["webhookEventId"]

    kinds = [event["type"] for event in channel.events[-8:]]
    assert kinds == [
        "follow", "message", "message", "postback", "postback", "message", "message", "unfollow"
    ]  # fmt: skip
    assert channel.events[-4]["postback"]["params"] == {"date": "2001-01-01"}
    assert page.post("/people", {"name": "小王", "id": "U" + "9" * 32})[1]["id"] == "U" + "9" * 32


def test_a_tap_the_bot_does_not_hear_brings_no_event(page: Page, channel: Channel) -> None:
    path = f"/people/{channel.mei}/tap"

    assert page.post(path, {"action": {"type": "uri", "uri": "https://e.com"}}) == (
        200,
        {"event": None},
    )


def test_files_and_pictures_are_sent_and_shown(page: Page, channel: Channel) -> None:
    group = channel.platform.add_group("社區", [channel.mei])

    assert page.upload(f"/people/{channel.mei}/image", "a.png", b"\x89PNG")[0] == 200
    assert page.upload(f"/people/{channel.mei}/file", "訂單.csv", b"1,2")[0] == 200
    assert page.upload(f"/people/{channel.mei}/audio", "a.m4a", b"voice")[0] == 200
    assert page.upload(f"/people/{channel.mei}/video", "a.mp4", b"film", group=group)[0] == 200

    image, file, _ = page.get(f"/chat/{channel.mei}?after=0")["items"][-3:]
    assert (file["message"]["fileName"], file["message"]["fileSize"]) == ("訂單.csv", 3)
    assert channel.platform.chat(group)[-1].message["type"] == "video"
    status, headers, body = ask(page.server, "GET", f"/_emulator/content/{image['id']}")
    assert (status, headers["content-type"], body) == (200, "image/png", b"\x89PNG")
    assert headers["content-security-policy"] == "sandbox"
    saved = ask(page.server, "GET", f"/_emulator/content/{file['id']}")[1]
    assert saved["content-disposition"].startswith("attachment")
    channel.platform.unsend(image["id"])
    assert ask(page.server, "GET", f"/_emulator/content/{image['id']}")[0] == 404


def test_a_chat_is_read_from_where_one_stopped(page: Page, channel: Channel) -> None:
    page.post(f"/people/{channel.mei}/say", {"text": "點數"})
    first = page.get(f"/chat/{channel.mei}?after=0")
    channel.push(channel.mei)

    second = page.get(f"/chat/{channel.mei}?after={first['seq']}")

    assert [item["message"].get("text") for item in first["items"]] == [None, "點數"]
    [item] = second["items"]
    assert (item["sender"], item["sender_name"], item["message"]) == ("bot", "團友小舖", HELLO)
    assert first["items"][1]["sender"] == f"user:{channel.mei}"
    assert first["items"][1]["sender_name"] == "小美"
    assert second["typing"] is False
    assert second["rich_menu"] is None


def test_what_was_changed_is_read_again(page: Page, channel: Channel) -> None:
    group = channel.platform.add_group("社區", [channel.mei])
    channel.platform.say(channel.mei, "+1", group=group)
    before = page.get(f"/chat/{group}?after=0")
    item = before["items"][-1]

    page.post(f"/people/{channel.mei}/edit", {"message": item["id"], "text": "+2"})

    [edited] = page.get(f"/chat/{group}?after={before['seq']}")["items"]
    assert (edited["id"], edited["seq"]) == (item["id"], item["seq"])
    assert edited["message"]["text"] == "+2"
    page.post(f"/people/{channel.mei}/unsend", {"message": item["id"]})
    assert page.get(f"/chat/{group}?after=0")["items"][-1]["message"]["type"] == "unsent"


def test_dots_and_the_menu_are_shown(page: Page, channel: Channel) -> None:
    menu = add_menu(channel)
    channel.ask("POST", f"/v2/bot/user/all/richmenu/{menu}")
    channel.ask("POST", "/v2/bot/chat/loading/start", {"chatId": channel.mei})

    chat = page.get(f"/chat/{channel.mei}")

    assert chat["typing"] is True
    shown = chat["rich_menu"]
    assert {name: shown[name] for name in ("size", "areas", "chatBarText", "selected")} == {
        name: MENU[name] for name in ("size", "areas", "chatBarText", "selected")
    }
    status, headers, body = ask(page.server, "GET", shown["image"])
    assert (status, headers["content-type"], body) == (200, "image/png", picture())
    channel.pass_time(seconds=21)
    assert page.get(f"/chat/{channel.mei}")["typing"] is False


def test_the_log_is_read_from_where_one_stopped(page: Page, channel: Channel) -> None:
    seen = page.get("/log")["seq"]
    channel.push(channel.mei)
    channel.platform.say(channel.mei, "點數")

    items = page.get(f"/log?after={seen}")["items"]

    assert [(item["direction"], item["status"]) for item in items] == [
        ("api", 200),
        ("webhook", 200),
    ]
    assert items[0]["request"]["to"] == channel.mei
    assert items[1]["request"]["events"][0]["type"] == "message"
    assert set(items[0]) == {
        "seq", "at", "direction", "method", "path", "status", "ms", "request", "response"
    }  # fmt: skip


def test_waiting_ends_as_soon_as_something_changes(page: Page, channel: Channel) -> None:
    seq = page.get("/state")["seq"]
    timer = threading.Timer(0.3, lambda: channel.push(channel.mei))
    started = time.monotonic()
    timer.start()

    told = page.get(f"/wait?after={seq}")

    assert told["seq"] > seq
    assert 0.2 < time.monotonic() - started < 5
    assert page.get("/wait?after=0")["seq"] >= told["seq"]
    timer.join()


def test_many_can_wait_at_once(page: Page, channel: Channel) -> None:
    seq, found = page.get("/state")["seq"], []
    threads = [
        threading.Thread(target=lambda: found.append(page.get(f"/wait?after={seq}")["seq"]))
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.2)

    channel.push(channel.mei)
    for thread in threads:
        thread.join(timeout=10)

    assert len(found) == 5


def test_faults_are_switched(page: Page, channel: Channel) -> None:
    status, told = page.post("/faults", {"slow_ms": 10, "duplicate": True})

    assert (status, told["slow_ms"], told["duplicate"]) == (200, 10, True)
    assert channel.platform.faults.duplicate is True
    assert page.post("/faults", {"rain": True}) == (400, {"message": "沒有這種故障：rain"})


def test_real_time_cannot_be_moved(page: Page) -> None:
    status, told = page.post("/time", {"jump": "tomorrow"})

    assert status == 409
    assert told["message"]


def test_time_is_moved_by_whoever_keeps_it(channel: Channel) -> None:
    def travel(where: dict[str, Any]) -> dict[str, Any]:
        if where.get("to") == "nonsense":
            raise ValueError("沒有這個時間。")
        channel.pass_time(days=1)
        return {"now": channel.now.isoformat(), "ticks": 1440}

    with Server(channel.platform, time_travel=travel) as server:
        page = Page(server)
        assert page.get("/state")["time_travel"] is True
        seq = page.get("/state")["seq"]
        told = page.post("/time", {"jump": "tomorrow"})
        assert told == (200, {"now": "2026-11-25T04:00:00+00:00", "ticks": 1440})
        assert page.get("/state")["seq"] > seq
        assert page.post("/time", {"to": "nonsense"}) == (400, {"message": "沒有這個時間。"})


def test_a_group_can_be_made(page: Page, channel: Channel) -> None:
    status, told = page.post("/groups", {"name": "社區", "members": [channel.mei]})

    assert status == 200
    assert channel.platform.group(told["id"]).members == [channel.mei]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/people", {}, 400),
        ("/people", {"name": "  "}, 400),
        ("/people", b"[]", 400),
        ("/people", b"{", 400),
        ("/people/nobody/say", {"text": "點數"}, 400),
        ("/people/{mei}/say", {}, 400),
        ("/people/{mei}/say", {"text": 5}, 400),
        ("/people/{mei}/say", {"text": "點數", "group": "C0"}, 400),
        ("/people/{mei}/tap", {}, 400),
        ("/people/{mei}/tap", {"action": {"type": "dance"}}, 400),
        ("/people/{mei}/location", {"latitude": "north"}, 400),
        ("/people/{mei}/file", {}, 400),
        ("/people/{mei}/unsend", {"message": "1"}, 400),
        ("/people/{mei}/dance", {}, 404),
        ("/groups", {"name": "社區", "members": ["nobody"]}, 400),
        ("/nothing", {}, 404),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(
    page: Page, channel: Channel, path: str, body: Any, status: int
) -> None:
    refused, told = page.post(path.format(mei=channel.mei), body)

    assert refused == status
    assert told["message"]


def test_nobody_takes_back_what_another_said(page: Page, channel: Channel) -> None:
    channel.platform.say(channel.mei, "點數")
    message = channel.platform.chat(channel.mei)[-1].id

    status, told = page.post(f"/people/{channel.lin}/unsend", {"message": message})

    assert (status, told) == (400, {"message": "只能更改自己的訊息。"})


@pytest.mark.parametrize("path", ["/content/1", "/richmenu/x.png", "/nothing"])
def test_what_is_not_there_is_said_in_a_sentence(page: Page, path: str) -> None:
    status, _, body = ask(page.server, "GET", f"/_emulator{path}")

    assert status == 404
    assert orjson.loads(body)["message"]
