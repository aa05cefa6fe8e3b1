"""The SDK's traps on the way out, each sprung once, and our way past it."""

import asyncio
import json
import subprocess
import sys
import threading
import uuid

import orjson
import pytest
from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    AsyncApiClient,
    Configuration,
    FlexMessage,
    MessagingApi,
    MessagingApiBlob,
    PushMessageRequest,
    TextMessage,
)
from linebot.v3.messaging.exceptions import ApiTypeError
from pydantic.v1 import ValidationError
from urllib3.exceptions import HTTPError

from bot.http import HttpTransport
from bot.line import (
    Line,
    QuotaExhausted,
    RateLimited,
    Rejected,
    Retryable,
    Unauthorized,
    Unreachable,
)
from bot.views import kit
from tests.bot.sdk_server import answering

SOMEBODY = "U" + "1" * 32
SENT = b'{"sentMessages":[{"id":"1"}]}'
CARD = kit.card("會員卡", kit.row("等級", "銀級"), choices=[kit.choice("點數")])


def sdk(base):
    """The SDK's client; without its own retries, which have a test of their own."""
    configuration = Configuration(access_token="token", host=base)
    configuration.retries = False
    return MessagingApi(ApiClient(configuration))


def ours(base, act, *, timeout=0.5):
    """Do something with our client."""

    async def work():
        transport = HttpTransport(api_base=base, data_api_base=base, timeout=timeout)
        try:
            return await act(Line(transport, "token"))
        finally:
            await transport.close()

    return asyncio.run(work())


def push(line, key="k"):
    return line.push(SOMEBODY, [CARD], retry_key=key)


def text(content="嗨"):
    return PushMessageRequest(to=SOMEBODY, messages=[TextMessage(text=content)])


def test_the_sdk_guts_messages_that_are_dicts_and_we_send_them_whole():
    bubble = FlexMessage(alt_text="卡", contents=CARD["contents"])
    request = PushMessageRequest(to=SOMEBODY, messages=[{"type": "text", "text": "嗨"}])
    assert json.loads(bubble.to_json())["contents"] == {"type": "bubble"}
    assert json.loads(request.to_json())["messages"] == [{"type": "text"}]

    with answering(body=SENT) as line:
        ours(line.base, push)

    assert orjson.loads(line.asked[0][2]) == {"to": SOMEBODY, "messages": [CARD]}


def test_the_sdk_writes_six_bytes_for_a_character_and_we_three():
    with answering(body=SENT) as line:
        sdk(line.base).push_message(text("會員卡"))
        ours(line.base, push)

    sent, our_own = (body for _, _, body in line.asked)
    assert b"\\u6703\\u54e1\\u5361" in sent
    assert "會員卡".encode() in our_own
    assert b'", "' not in our_own


def test_the_sdk_wants_a_retry_key_as_text_which_is_how_we_keep_it(programme):
    with answering(body=SENT) as line:
        with pytest.raises(ValidationError):
            sdk(line.base).push_message(text(), x_line_retry_key=uuid.uuid4())
        assert line.asked == []

        assert ours(line.base, lambda each: push(each, str(uuid.uuid4())))[:2] == ("", False)


def test_a_reply_takes_no_retry_key_and_ours_carries_none():
    from linebot.v3.messaging import ReplyMessageRequest

    class Headers:
        async def request(self, method, path, *, headers, body=None, data=False):
            self.sent = headers
            return Accepting

    class Accepting:
        status, headers, body = 200, {}, SENT

    request = ReplyMessageRequest(reply_token="r", messages=[TextMessage(text="嗨")])
    with pytest.raises(ApiTypeError):
        sdk("http://127.0.0.1:1").reply_message(request, x_line_retry_key="k")

    transport = Headers()
    asyncio.run(Line(transport, "token").reply("r", [CARD]))
    assert "x-line-retry-key" not in {name.lower() for name in transport.sent}


@pytest.mark.parametrize(
    ("status", "body", "meaning"),
    [
        (400, b'{"message":"Invalid reply token"}', Rejected),
        (413, b"", Rejected),
        (429, b'{"message":"The API rate limit has been exceeded."}', RateLimited),
        (429, b'{"message":"You have reached your monthly limit."}', QuotaExhausted),
        (401, b'{"message":"Authentication failed"}', Unauthorized),
        (403, b'{"message":"Access to this API is not available"}', Rejected),
        (500, b"<html>", Retryable),
        (503, b"", Retryable),
    ],
)
def test_the_sdks_errors_say_little_and_ours_what_to_do_next(status, body, meaning):
    with answering(status=status, body=body) as line:
        with pytest.raises(ApiException) as told:
            sdk(line.base).push_message(text())
        assert told.value.status == status
        if status not in (401, 403, 500, 503):
            assert type(told.value) is ApiException

        with pytest.raises(meaning):
            ours(line.base, push)


def test_a_retry_that_line_has_already_is_an_error_to_the_sdk_and_good_news_to_us():
    headers = {"X-Line-Accepted-Request-Id": "r-1"}
    with answering(status=409, body=b'{"message":"taken"}', headers=headers) as line:
        with pytest.raises(ApiException):
            sdk(line.base).push_message(text(), x_line_retry_key="k")

        assert ours(line.base, push)[:2] == ("r-1", True)


@pytest.mark.parametrize("body", [b"{}", b'{"sentMessages":[]}'])
def test_an_odd_answer_to_a_message_is_an_error_to_the_sdk_and_sent_to_us(body):
    with answering(body=body) as line:
        with pytest.raises(ValidationError):
            sdk(line.base).push_message(text())

        assert ours(line.base, push)[:2] == ("", False)


def test_a_broken_network_is_anything_to_the_sdk_and_retryable_to_us():
    with pytest.raises(HTTPError):
        sdk("http://127.0.0.1:1").push_message(text())

    with pytest.raises(Retryable) as told:
        ours("http://127.0.0.1:1", push)
    assert told.value.sent is False


def test_the_sdk_waits_for_ever_and_we_do_not():
    with answering(late=20) as line:
        waiting = threading.Thread(target=lambda: sdk(line.base).push_message(text()))
        waiting.daemon = True
        line.body = SENT
        waiting.start()

        with pytest.raises(Retryable) as told:
            ours(line.base, push, timeout=0.3)

        assert told.value.sent is True
        assert waiting.is_alive()
        line.release.set()
        waiting.join(5)


def test_a_file_that_is_not_ready_is_none_to_the_sdk_and_named_so_by_us():
    with answering(status=202, body=b"") as line:
        blob = MessagingApiBlob(ApiClient(Configuration(access_token="token", host=line.base)))
        assert blob.get_message_content("1") is None

        assert ours(line.base, lambda each: each.content("1")) is None
    with answering(body=b"\x00file") as line:
        assert ours(line.base, lambda each: each.content("1")) == b"\x00file"


def test_the_asynchronous_client_needs_a_loop_and_ours_finds_it_later():
    with pytest.raises(RuntimeError):
        AsyncApiClient(Configuration(access_token="token"))

    transport = HttpTransport(api_base="http://127.0.0.1:1")

    async def work():
        try:
            await transport.request("GET", "/", headers={})
        finally:
            await transport.close()

    with pytest.raises(Unreachable):
        asyncio.run(work())


def test_the_sdk_lets_a_text_of_any_length_through_and_a_view_does_not():
    assert len(TextMessage(text="長" * 6000).text) == 6000

    assert len(kit.text("長" * 6000)["text"]) == 5000
    assert len(kit.text("𠮷" * 6000)["text"].encode("utf-16-le")) <= 10_000


def test_serving_and_sending_load_no_sdk_which_takes_more_than_a_second():
    code = "import sys, app, bot.sender; app.create_app(); print('linebot' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "False"
