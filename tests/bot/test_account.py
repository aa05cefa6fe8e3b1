"""The LINE account asked by the SDK's client, past the traps of that client."""

from dataclasses import replace

import orjson
import pytest
from linebot.v3.messaging import ApiClient, ApiException, Configuration, MessagingApi
from pydantic.v1 import ValidationError
from urllib3.exceptions import MaxRetryError

from bot import account
from bot.settings import Settings
from tests.bot.sdk_server import answering

SETTINGS = Settings(("secret",), "token", "key", "sqlite:///unused")
INFO = {
    "userId": "U" + "1" * 32,
    "basicId": "@shop",
    "displayName": "小舖",
    "chatMode": "bot",
    "markAsReadMode": "auto",
}


@pytest.fixture
def settings_of():
    return lambda line: replace(SETTINGS, api_base=line.base, data_api_base=line.base)


def test_the_sdk_tries_four_times_by_itself_and_our_account_client_once(settings_of):
    with answering(status=503, headers={"Retry-After": "0"}) as line:
        client = ApiClient(Configuration(access_token="token", host=line.base))
        with pytest.raises((ApiException, MaxRetryError)):
            MessagingApi(client).get_bot_info()
        assert len(line.asked) == 4
        line.asked.clear()

        with pytest.raises(account.Unavailable):
            account.bot_info(settings_of(line))
        assert len(line.asked) == 1


def test_the_account_is_told_by_lines_answer(settings_of):
    with answering(body=orjson.dumps(INFO)) as line:
        assert account.bot_info(settings_of(line))[:2] == ("小舖", "@shop")


@pytest.mark.parametrize("body", [b"{}", orjson.dumps(INFO | {"chatMode": "hologram"})])
def test_an_answer_unknown_to_the_sdk_is_one_sentence_here(settings_of, body):
    with answering(body=body) as line:
        with pytest.raises(ValidationError):
            MessagingApi(
                ApiClient(Configuration(access_token="token", host=line.base))
            ).get_bot_info()

        with pytest.raises(account.Unavailable):
            account.bot_info(settings_of(line))


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500])
def test_whatever_the_account_is_answered_it_is_one_sentence(settings_of, status):
    with (
        answering(status=status, body=b'{"message":\n"no"}') as line,
        pytest.raises(account.Unavailable) as told,
    ):
        account.webhook(settings_of(line))

    assert "\n" not in str(told.value)


def test_an_account_that_cannot_be_reached_is_one_sentence():
    with pytest.raises(account.Unavailable, match="LINE_API_BASE"):
        account.bot_info(replace(SETTINGS, api_base="http://127.0.0.1:1"))


def test_the_sdk_keeps_its_connections_and_our_account_client_lets_them_go(settings_of):
    with answering(body=orjson.dumps(INFO)) as line:
        with ApiClient(Configuration(access_token="token", host=line.base)) as client:
            MessagingApi(client).get_bot_info()
        assert len(client.rest_client.pool_manager.pools) == 1
        client.rest_client.pool_manager.clear()

        with account.client(settings_of(line)) as ours_:
            ours_.messaging.get_bot_info()
        assert len(ours_.messaging.api_client.rest_client.pool_manager.pools) == 0


def test_an_account_without_a_webhook_is_told_as_such(settings_of):
    with answering(status=404, body=b'{"message":"Webhook endpoint not found"}') as line:
        assert account.webhook(settings_of(line)) == account.Webhook("", active=False)
