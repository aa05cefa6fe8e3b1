"""Getting what people sent."""

from __future__ import annotations

import pytest

from bot.line import Response
from tests.emulator.channel import Channel, told


def get(channel: Channel, rest: str = "") -> Response:
    last = channel.platform.chat(channel.mei)[-1].id
    return channel.ask("GET", f"/v2/bot/message/{last}/content{rest}", data=True)


def test_a_picture_comes_as_it_was_sent() -> None:
    channel = Channel()
    channel.platform.send_image(channel.mei, b"\x89PNG", media_type="image/png")

    for rest in ("", "/preview"):
        answer = get(channel, rest)
        assert (answer.status, answer.body) == (200, b"\x89PNG")
        assert answer.headers["Content-Type"] == "image/png"
    assert get(channel, "/transcoding").status == 404


def test_a_file_has_no_preview() -> None:
    channel = Channel()
    channel.platform.send_file(channel.mei, "訂單.csv", b"1,2")

    assert get(channel).body == b"1,2"
    assert get(channel, "/preview").status == 404


@pytest.mark.parametrize("send", ["send_audio", "send_video"])
def test_a_recording_has_to_be_waited_for(send: str) -> None:
    channel = Channel()
    getattr(channel.platform, send)(channel.mei, b"voice")

    first = get(channel)
    assert (first.status, first.body) == (202, b"")
    assert get(channel).body == b"voice"


def test_waiting_can_be_asked_about() -> None:
    channel = Channel()
    channel.platform.send_audio(channel.mei, b"voice")

    states = [told(get(channel, "/transcoding"))["status"] for _ in range(2)]

    assert states == ["processing", "succeeded"]
    assert get(channel).status == 200


def test_a_text_has_no_content() -> None:
    channel = Channel()
    channel.platform.say(channel.mei, "點數")

    assert get(channel).status == 404
    assert channel.ask("GET", "/v2/bot/message/1/content", data=True).status == 404
