"""The LINE account itself, by the SDK's client: for set-up and check-up, not for traffic.

The SDK's client has no timeout of its own, tries again by itself and does not
close its connections, so each call here gives a timeout, nothing is retried,
and one client serves the whole command.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from bot.settings import Settings

TIMEOUT = 10.0


class Unavailable(Exception):
    """LINE did not do what was asked; the text says why and what to do."""


class NothingThere(Unavailable):
    """LINE knows of no such thing."""


class BotInfo(NamedTuple):
    """Whose token it is; `answered_at` is LINE's own Date header."""

    name: str
    basic_id: str
    answered_at: str | None


class Webhook(NamedTuple):
    """Where LINE delivers events, and whether it does."""

    endpoint: str
    active: bool


def bot_info(settings: Settings) -> BotInfo:
    """Raises `Unavailable` if the token is refused or LINE cannot be reached."""
    with client(settings) as sdk:
        answer = sdk.messaging.get_bot_info_with_http_info(_request_timeout=TIMEOUT)
    headers = {name.lower(): value for name, value in dict(answer.headers or {}).items()}
    return BotInfo(answer.data.display_name, answer.data.basic_id, headers.get("date"))


def webhook(settings: Settings) -> Webhook:
    """Its endpoint is empty if none is set.

    Raises:
        Unavailable: the token is refused or LINE cannot be reached.
    """
    try:
        with client(settings) as sdk:
            found = sdk.messaging.get_webhook_endpoint(_request_timeout=TIMEOUT)
    except NothingThere:
        return Webhook("", active=False)
    return Webhook(found.endpoint or "", bool(found.active))


class Client(NamedTuple):
    """The SDK's two clients on one connection pool."""

    messaging: Any
    blob: Any


@contextmanager
def client(settings: Settings) -> Iterator[Client]:
    """The SDK, with its errors turned into one sentence.

    Imported here because it takes more than a second, which no request should wait for.
    """
    from linebot.v3.messaging import ApiClient, Configuration, MessagingApi, MessagingApiBlob
    from linebot.v3.messaging.exceptions import (
        ApiException,
        NotFoundException,
        UnauthorizedException,
    )
    from urllib3.exceptions import HTTPError

    configuration = Configuration(access_token=settings.access_token, host=settings.api_base)
    # data calls are few, and the SDK knows only one host for both
    data = Configuration(access_token=settings.access_token, host=settings.data_api_base)
    for each in (configuration, data):
        each.retries = False  # else a call may take four times its timeout
    clients = [ApiClient(configuration), ApiClient(data)]
    try:
        yield Client(MessagingApi(clients[0]), MessagingApiBlob(clients[1]))
    except UnauthorizedException:
        raise Unavailable(
            "LINE refuses the token: issue a new one in the console, set LINE_CHANNEL_ACCESS_TOKEN"
        ) from None
    except NotFoundException:
        raise NothingThere("LINE has nothing there: set it in the LINE console") from None
    except ApiException as error:
        raise Unavailable(f"LINE answered {error.status}: {_line(error.body)}") from None
    except ValueError as error:
        # LINE may have done it: the SDK only cannot read what was answered
        raise Unavailable(
            f"LINE's answer was not understood ({type(error).__name__}): look in the LINE console"
        ) from None
    except HTTPError as error:
        raise Unavailable(
            f"LINE cannot be reached ({type(error).__name__}): check the network and LINE_API_BASE"
        ) from None
    finally:
        for each in clients:
            each.rest_client.pool_manager.clear()


def _line(body: object) -> str:
    """What LINE says of an error, on one line."""
    return " ".join(str(body or "").split())[:300]
