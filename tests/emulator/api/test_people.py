"""Profiles, followers, waiting and having read."""

from __future__ import annotations

import pytest

from tests.emulator.channel import HELLO, STRANGER, Channel, refusal, told

NOT_FOR_YOU = (403, "Access to this API is not available for your account")


def profile(channel: Channel, user_id: str) -> int:
    return channel.ask("GET", f"/v2/bot/profile/{user_id}").status


def test_a_friend_has_a_profile() -> None:
    channel = Channel()

    found = told(channel.ask("GET", f"/v2/bot/profile/{channel.mei}"))

    assert found == {"userId": channel.mei, "displayName": "小美", "language": "zh-TW"}


def test_a_language_is_told_only_with_consent() -> None:
    channel = Channel()
    quiet = channel.platform.add_user("阿明", language=None)
    channel.platform.follow(quiet)

    assert "language" not in told(channel.ask("GET", f"/v2/bot/profile/{quiet}"))


def test_whoever_blocks_or_never_wrote_has_no_profile() -> None:
    channel = Channel()
    channel.platform.unfollow(channel.lin)

    assert profile(channel, channel.lin) == profile(channel, channel.tu) == 404
    assert profile(channel, STRANGER) == 404
    channel.platform.say(channel.tu, "請問")
    assert profile(channel, channel.tu) == 200


@pytest.mark.parametrize("path", ["profile/mei", "user/mei/linkToken", "user/mei/richmenu"])
def test_an_id_in_the_path_has_the_form_of_one(path: str) -> None:
    method = "POST" if "link" in path else "GET"

    assert refusal(Channel().ask(method, f"/v2/bot/{path}")) == (
        400,
        "The value for the 'userId' parameter is invalid",
    )


def test_a_link_token_is_given_for_people_line_knows() -> None:
    channel = Channel()

    assert told(channel.ask("POST", f"/v2/bot/user/{channel.mei}/linkToken"))["linkToken"]
    assert channel.ask("POST", f"/v2/bot/user/{STRANGER}/linkToken").status == 404


def test_followers_are_listed_for_verified_accounts() -> None:
    channel = Channel()
    path = "/v2/bot/followers/ids?limit=1"
    assert refusal(channel.ask("GET", path)) == NOT_FOR_YOU

    channel.platform.verified = True

    first = told(channel.ask("GET", path))
    assert first["userIds"] == [channel.mei]
    second = told(channel.ask("GET", f"{path}&start={first['next']}"))
    assert second == {"userIds": [channel.lin]}


def test_dots_are_shown_until_the_next_message() -> None:
    channel = Channel()
    path = "/v2/bot/chat/loading/start"

    answer = channel.ask("POST", path, {"chatId": channel.mei, "loadingSeconds": 5})

    assert (answer.status, told(answer)) == (202, {})
    assert (channel.platform.typing[channel.mei] - channel.now).seconds == 5
    channel.push(channel.mei)
    assert channel.mei not in channel.platform.typing


@pytest.mark.parametrize(
    ("seconds", "status"), [(5, 202), (60, 202), (None, 202), (7, 400), (0, 400), (65, 400)]
)
def test_dots_last_a_multiple_of_five_seconds(seconds: int | None, status: int) -> None:
    channel = Channel()
    body = {"chatId": channel.mei, "loadingSeconds": seconds}

    assert channel.ask("POST", "/v2/bot/chat/loading/start", body).status == status


def test_a_group_sees_no_dots() -> None:
    channel = Channel()
    group = channel.platform.add_group("社區", [channel.mei])

    assert channel.ask("POST", "/v2/bot/chat/loading/start", {"chatId": group}).status == 400


def test_with_chats_on_messages_are_read_when_the_bot_says_so() -> None:
    channel = Channel()
    channel.platform.say(channel.mei, "一")
    channel.platform.chat_mode = "chat"
    channel.platform.say(channel.mei, "二")
    channel.platform.say(channel.mei, "三")
    token = channel.events[-2]["message"]["markAsReadToken"]
    seen = channel.platform.seq

    answer = channel.ask("POST", "/v2/bot/chat/markAsRead", {"markAsReadToken": token})

    assert answer.status == 200
    items = channel.platform.chat(channel.mei)[1:]
    assert [item.read for item in items] == [True, True, False]
    assert [item.changed > seen for item in items] == [False, True, False]
    info = told(channel.ask("GET", "/v2/bot/info"))
    assert (info["chatMode"], info["markAsReadMode"]) == ("chat", "manual")


def test_an_invented_token_marks_nothing() -> None:
    answer = Channel().ask("POST", "/v2/bot/chat/markAsRead", {"markAsReadToken": "x"})

    assert refusal(answer) == (
        400,
        "Invalid markAsReadToken. Tokens must be used by the bot that received them via Webhook.",
    )


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/v2/bot/message/markAsRead", 403),
        ("POST", "/bot/pnp/push", 403),
        ("GET", "/v2/bot/message/delivery/pnp", 403),
        ("GET", "/v2/bot/membership/list", 404),
        ("GET", "/v2/bot/membership/1/users/ids", 404),
    ],
)
def test_what_is_not_for_a_shop_in_taiwan_is_refused(method: str, path: str, status: int) -> None:
    assert Channel().ask(method, path, {"messages": [HELLO]}).status == status


def test_friends_are_counted_the_day_after() -> None:
    channel = Channel()
    channel.platform.unfollow(channel.lin)
    channel.push(channel.mei)
    followers = "/v2/bot/insight/followers?date=20261124"
    deliveries = "/v2/bot/insight/message/delivery?date=20261124"
    assert told(channel.ask("GET", followers)) == {"status": "unready"}
    assert told(channel.ask("GET", deliveries)) == {"status": "unready"}

    channel.pass_time(days=1)

    assert told(channel.ask("GET", followers)) == {
        "status": "ready",
        "followers": 2,
        "targetedReaches": 1,
        "blocks": 1,
    }
    assert told(channel.ask("GET", deliveries))["apiPush"] == 1
    early = told(channel.ask("GET", "/v2/bot/insight/message/delivery?date=20180101"))
    assert early == {"status": "out_of_service"}
