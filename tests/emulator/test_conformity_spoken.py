"""What the emulator says, in answers and webhooks, against LINE's description and its SDK.

Without the description the SDK alone is the judge.
"""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.emulator import described
from tests.emulator.channel import SECRET, Channel, told
from tests.emulator.pictures import add_menu

COUPON = {
    "title": "春節九折",
    "startTimestamp": 1_800_000_000,
    "endTimestamp": 1_900_000_000,
    "timezone": "ASIA_TAIPEI",
    "visibility": "UNLISTED",
    "maxUseCountPerTicket": 1,
    "acquisitionCondition": {"type": "normal"},
}
DAY = "date=20261101"
MESSAGES = {"messages": [{"type": "text", "text": "你好"}]}


def happenings() -> Channel:
    """A channel in which everything happened that people can do."""
    channel = Channel()
    platform, mei = channel.platform, channel.mei
    platform.unfollow(mei)
    platform.follow(mei)
    platform.say(mei, "點數", quote="1")
    platform.send_sticker(mei, "446", "1988")
    platform.send_image(mei, b"picture")
    platform.send_audio(mei, b"voice")
    platform.send_video(mei, b"film")
    platform.send_file(mei, "訂單.xlsx", b"rows")
    platform.send_location(mei, 25.03, 121.56, title="台北", address="信義路")
    group = platform.add_group("社區團購", [mei, channel.lin])
    room = platform.add_group("聊天", [mei], room=True)
    platform.join_group(group, channel.tu)
    platform.say(mei, "@團友小舖 @小林 @All 開團", group=group)
    platform.edit(platform.chat(group)[-1].id, "開團囉")
    platform.unsend(platform.chat(group)[-1].id)
    platform.leave_group(group, channel.tu)
    platform.remove_bot(room)
    platform.tap(mei, {"type": "postback", "data": "點數", "displayText": "點數"})
    platform.tap(mei, {"type": "datetimepicker", "data": "生日", "mode": "date"})
    platform.tap(mei, {"type": "richmenuswitch", "richMenuAliasId": "a", "data": "menu"})
    platform.play_to_the_end(mei, "track-1")
    return channel


def asked() -> list[tuple[str, str, str, Any, bool]]:
    """Method, path, described path, body, data host."""
    return [
        ("GET", "/v2/bot/info", "", None, False),
        ("GET", "/v2/bot/profile/{mei}", "/v2/bot/profile/{userId}", None, False),
        ("GET", "/v2/bot/followers/ids?limit=1", "/v2/bot/followers/ids", None, False),
        ("GET", "/v2/bot/message/quota", "", None, False),
        ("GET", "/v2/bot/message/quota/consumption", "", None, False),
        *(
            ("GET", f"/v2/bot/message/delivery/{kind}?{DAY}", f"/v2/bot/message/delivery/{kind}",
             None, False)
            for kind in ("reply", "push", "multicast", "broadcast")
        ),
        ("GET", "/v2/bot/message/aggregation/info", "", None, False),
        ("GET", "/v2/bot/message/aggregation/list", "", None, False),
        ("POST", "/v2/bot/message/push", "", {"to": "{mei}", **MESSAGES}, False),
        ("POST", "/v2/bot/message/multicast", "", {"to": ["{mei}"], **MESSAGES}, False),
        ("POST", "/v2/bot/message/broadcast", "", MESSAGES, False),
        ("GET", "/v2/bot/group/{group}/summary", "/v2/bot/group/{groupId}/summary", None, False),
        ("GET", "/v2/bot/group/{group}/members/count", "/v2/bot/group/{groupId}/members/count",
         None, False),
        ("GET", "/v2/bot/group/{group}/members/ids", "/v2/bot/group/{groupId}/members/ids",
         None, False),
        ("GET", "/v2/bot/group/{group}/member/{mei}", "/v2/bot/group/{groupId}/member/{userId}",
         None, False),
        ("GET", "/v2/bot/message/{voice}/content/transcoding",
         "/v2/bot/message/{messageId}/content/transcoding", None, True),
        ("GET", "/v2/bot/richmenu/list", "", None, False),
        ("GET", "/v2/bot/richmenu/{menu}", "/v2/bot/richmenu/{richMenuId}", None, False),
        ("POST", "/v2/bot/richmenu/alias", "",
         {"richMenuAliasId": "main", "richMenuId": "{menu}"}, False),
        ("GET", "/v2/bot/richmenu/alias/main", "/v2/bot/richmenu/alias/{richMenuAliasId}",
         None, False),
        ("GET", "/v2/bot/richmenu/alias/list", "", None, False),
        ("POST", "/v2/bot/user/{mei}/linkToken", "/v2/bot/user/{userId}/linkToken", None, False),
        ("POST", "/v2/bot/coupon", "", COUPON, False),
        ("GET", "/v2/bot/coupon", "", None, False),
        ("GET", "/v2/bot/coupon/{coupon}", "/v2/bot/coupon/{couponId}", None, False),
        ("PUT", "/v2/bot/channel/webhook/endpoint", "",
         {"endpoint": "https://example.com/callback"}, False),
        ("GET", "/v2/bot/channel/webhook/endpoint", "", None, False),
        ("POST", "/v2/bot/channel/webhook/test", "", {}, False),
        ("POST", "/v2/bot/chat/loading/start", "", {"chatId": "{mei}"}, False),
    ]  # fmt: skip


def test_every_event_follows_the_description() -> None:
    channel = happenings()
    description = described.webhooks()

    kinds = {event["type"] for event in channel.events}

    assert kinds == {
        "follow", "unfollow", "message", "join", "leave", "memberJoined", "memberLeft",
        "messageEdited", "unsend", "postback", "videoPlayComplete",
    }  # fmt: skip
    if description is not None:
        schema = {"$ref": "#/components/schemas/CallbackRequest"}
        for body in channel.bodies:
            value = orjson.loads(body)
            assert description.problems(value, schema) == []


def test_the_sdk_understands_every_event() -> None:
    from linebot.v3 import WebhookParser
    from linebot.v3.models import UnknownEvent

    channel = happenings()
    parser = WebhookParser(SECRET)

    for body, headers in zip(channel.bodies, channel.headers, strict=True):
        for event in parser.parse(body.decode(), headers["x-line-signature"]):
            assert not isinstance(event, UnknownEvent), event


@pytest.mark.parametrize(
    ("method", "path", "template", "body", "data"),
    [pytest.param(*each, id=f"{each[0]} {each[1]}") for each in asked()],
)
def test_every_answer_follows_the_description(
    method: str, path: str, template: str, body: Any, data: bool
) -> None:
    channel = Channel()
    channel.platform.verified = True
    channel.platform.webhook_url = "https://example.com/callback"
    channel.platform.send_audio(channel.mei, b"voice")
    menu = add_menu(channel)
    made = told(channel.ask("POST", "/v2/bot/coupon", COUPON))["couponId"]
    known = {
        "mei": channel.mei,
        "group": channel.platform.add_group("社區團購", [channel.mei, channel.lin]),
        "voice": channel.platform.chat(channel.mei)[-1].id,
        "menu": menu,
        "coupon": made,
    }
    channel.ask("POST", "/v2/bot/richmenu/alias", {"richMenuAliasId": "spare", "richMenuId": menu})
    if "alias/main" in path:
        path = path.replace("main", "spare")

    answer = channel.ask(method, filled(path, known), filled(body, known), data=data)

    assert answer.status in (200, 202), told(answer)
    assert answer.headers["X-Line-Request-Id"]
    description = described.messaging()
    if description is not None:
        where = template or path.partition("?")[0]
        responses = description.paths[where][method.lower()]["responses"]
        content = responses[str(answer.status)].get("content", {}).get("application/json")
        if content:
            assert description.problems(told(answer), content["schema"]) == []


def filled(value: Any, known: dict[str, str]) -> Any:
    """The same with `{name}` replaced by what is known under that name."""
    if isinstance(value, str):
        for name, word in known.items():
            value = value.replace(f"{{{name}}}", word)
        return value
    if isinstance(value, dict):
        return {key: filled(each, known) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, known) for each in value]
    return value
