"""LINE's own SDK talks to the emulator as it talks to LINE."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from emulator.server import Server
from tests.emulator.channel import RETRY_KEY, TOKEN, Channel
from tests.emulator.pictures import MENU, picture


@pytest.fixture
def channel() -> Channel:
    return Channel()


@pytest.fixture
def client(channel: Channel) -> Iterator[Any]:
    from linebot.v3.messaging import ApiClient, Configuration

    with Server(channel.platform) as server:
        made = ApiClient(Configuration(access_token=TOKEN, host=server.url))
        yield made
        made.rest_client.pool_manager.clear()


def test_messages_profiles_and_the_quota_go_through(channel: Channel, client: Any) -> None:
    from linebot.v3.messaging import (
        ApiException,
        MessagingApi,
        PushMessageRequest,
        ReplyMessageRequest,
        TextMessage,
    )

    line = MessagingApi(client)
    hello = TextMessage(text="你好")
    request = PushMessageRequest(to=channel.mei, messages=[hello])

    sent = line.push_message(request, x_line_retry_key=RETRY_KEY)
    with pytest.raises(ApiException) as repeated:
        line.push_message(request, x_line_retry_key=RETRY_KEY)
    channel.platform.say(channel.mei, "點數")
    token = channel.events[-1]["replyToken"]
    line.reply_message(ReplyMessageRequest(reply_token=token, messages=[hello]))

    assert sent.sent_messages[0].id == channel.platform.chat(channel.mei)[1].id
    assert repeated.value.status == 409
    assert [each["text"] for each in channel.platform.heard(channel.mei)] == ["你好", "你好"]
    assert line.get_profile(channel.mei).display_name == "小美"
    assert line.get_message_quota().value == 3000
    assert line.get_message_quota_consumption().total_usage == 1


def test_a_menu_and_a_file_go_through(channel: Channel, client: Any) -> None:
    from linebot.v3.messaging import MessagingApi, MessagingApiBlob, RichMenuRequest

    line, blobs = MessagingApi(client), MessagingApiBlob(client)

    menu = line.create_rich_menu(RichMenuRequest.from_dict(MENU)).rich_menu_id
    blobs.set_rich_menu_image(menu, body=picture(), _headers={"Content-Type": "image/png"})
    line.set_default_rich_menu(menu)
    channel.platform.send_file(channel.mei, "a.csv", b"1,2")

    assert line.get_default_rich_menu_id().rich_menu_id == menu
    assert line.get_rich_menu_list().richmenus[0].areas[0].action.data == "點數"
    assert blobs.get_message_content(channel.platform.chat(channel.mei)[-1].id) == b"1,2"
