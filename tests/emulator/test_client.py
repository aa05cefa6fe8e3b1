"""LINE without a network."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Any

import orjson
import pytest

from bot.line import Line, Response, Transport, Unreachable
from emulator.client import MemoryTransport
from tests.emulator.channel import HELLO, TOKEN, Channel

HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
CARD = {
    "type": "flex",
    "altText": "卡片",
    "contents": {
        "type": "bubble",
        "body": {
            "type": "box",
            "layout": "vertical",
            "contents": [
                {"type": "text", "text": f"第 {row} 列", "size": "sm"} for row in range(9)
            ],
        },
    },
}


def push(channel: Channel, transport: Transport) -> Any:
    body = orjson.dumps({"to": channel.mei, "messages": [HELLO]})
    return transport.request("POST", "/v2/bot/message/push", headers=HEADERS, body=body)


def test_the_shops_own_client_is_understood() -> None:
    channel = Channel()
    line = Line(MemoryTransport(channel.platform), TOKEN)
    key = str(uuid.uuid4())

    async def speak() -> None:
        first = await line.push(channel.mei, [HELLO], retry_key=key)
        again = await line.push(channel.mei, [HELLO], retry_key=key)
        assert (again.request_id, again.repeated) == (first.request_id, True)
        channel.platform.say(channel.mei, "點數")
        assert (await line.reply(channel.events[-1]["replyToken"], [HELLO])).repeated is False
        profile = await line.profile(channel.mei)
        assert profile is not None
        assert (profile.name, profile.language) == ("小美", "zh-TW")
        channel.platform.send_file(channel.mei, "a.csv", b"1,2")
        assert await line.content(channel.platform.chat(channel.mei)[-1].id) == b"1,2"
        channel.platform.send_audio(channel.mei, b"voice")
        voice = channel.platform.chat(channel.mei)[-1].id
        assert [await line.content(voice), await line.content(voice)] == [None, b"voice"]
        channel.platform.unfollow(channel.mei)
        assert await line.profile(channel.mei) is None
        assert (await line.quota()) == (3000, 1)

    asyncio.run(speak())


def test_a_broken_connection_is_no_answer() -> None:
    channel = Channel()
    channel.platform.faults.drop = 1.0

    with pytest.raises(Unreachable):
        asyncio.run(push(channel, MemoryTransport(channel.platform)))
    assert channel.platform.heard(channel.mei) == [HELLO]


def test_slowness_delays_answers_but_not_one_after_the_other() -> None:
    channel = Channel()
    channel.platform.faults.slow_ms = 200
    transport = MemoryTransport(channel.platform)

    async def many() -> list[Response]:
        return await asyncio.gather(*(push(channel, transport) for _ in range(20)))

    started = time.perf_counter()
    answers = asyncio.run(many())
    taken = time.perf_counter() - started

    assert {answer.status for answer in answers} == {200}
    assert 0.2 <= taken < 2


def test_a_webhook_trial_does_not_stop_the_loop_it_is_answered_on() -> None:
    channel = Channel()
    transport = MemoryTransport(channel.platform)

    async def trial() -> Response:
        loop = asyncio.get_running_loop()

        async def answer() -> int:
            return 200

        def hear(body: bytes, headers: object) -> int:
            del body, headers
            return asyncio.run_coroutine_threadsafe(answer(), loop).result(timeout=5)

        channel.platform.webhook = hear
        return await transport.request("POST", "/v2/bot/channel/webhook/test", headers=HEADERS)

    assert orjson.loads(asyncio.run(trial()).body)["success"] is True


def test_five_thousand_cards_are_taken_in_seconds() -> None:
    channel = Channel(quota=None)
    channel.platform.rates.enabled = False
    transport = MemoryTransport(channel.platform)
    body = orjson.dumps({"to": channel.mei, "messages": [CARD]})

    async def all_of_them() -> None:
        for _ in range(5000):
            headers = {**HEADERS, "X-Line-Retry-Key": str(uuid.uuid4())}
            answer = await transport.request(
                "POST", "/v2/bot/message/push", headers=headers, body=body
            )
            assert answer.status == 200

    started = time.process_time()
    asyncio.run(all_of_them())

    assert time.process_time() - started < 10
    assert len(channel.platform.heard(channel.mei)) == 5000
