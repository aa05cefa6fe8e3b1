"""LINE's Messaging API as this shop uses it; whatever carries it is a `Transport`.

Statuses become a small closed set of errors that say what to do next. Message
texts of errors are not guaranteed by LINE, so only the two kinds of 429, which
differ by nothing else, are told apart by their text.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, TypeAlias

import orjson

from bot import metrics

RETRY_KEY = "X-Line-Retry-Key"
# the calls that are counted by name, by the ends of their paths
GONE = (404, 410)
CALLS = ("reply", "push", "content", "quota", "consumption")

Messages: TypeAlias = list[dict[str, Any]] | str  # message objects, or the JSON array of them


class Response(NamedTuple):
    """What LINE answered: status, headers (names in any case), raw body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Unreachable(Exception):
    """No answer: refused, reset or timed out. The request may have been accepted."""


class NotSent(Unreachable):
    """No connection came about: LINE cannot have the request."""


class Transport(Protocol):
    """Carries one request to LINE and brings back its answer."""

    async def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        data: bool = False,
    ) -> Response:
        """Send to LINE's API host, or to its data host if `data`.

        Raises:
            Unreachable: there was no answer.
        """
        ...


class LineError(Exception):
    """A call to LINE that did not succeed; `status` is None without an answer.

    `request_id` is LINE's own name for the call, by which it can be asked about.
    """

    request_id: str = ""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.status = reason, status


class Retryable(LineError):
    """No answer, or 5xx: LINE may have accepted it. Try again with the same key and body.

    `sent` is False where LINE cannot have it, because no connection came about.
    """

    def __init__(self, reason: str, status: int | None = None, *, sent: bool = True) -> None:
        super().__init__(reason, status)
        self.sent = sent


class RateLimited(LineError):
    """Too many requests: slow down; the attempt does not count."""


class QuotaExhausted(LineError):
    """The month's messages are used up or reserved."""


class Unauthorized(LineError):
    """The token is wrong or revoked: nothing will work until it is replaced."""


class Rejected(LineError):
    """LINE will never accept this request: the fault is in it, or in its recipient."""


class Accepted(NamedTuple):
    """A message LINE took; `repeated` if an earlier try had been accepted already.

    `body` is LINE's answer as it came, which few want to read.
    """

    request_id: str
    repeated: bool = False
    body: bytes = b""

    @property
    def message_ids(self) -> tuple[str, ...]:
        """The ids of the message objects in the chat, in their order; none if it tells none."""
        try:
            told = orjson.loads(self.body).get("sentMessages") or []
            return tuple(str(each["id"]) for each in told)
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
            return ()


class Profile(NamedTuple):
    """How a person appears on LINE; `language` is BCP 47, absent without their consent."""

    name: str
    language: str | None


class Quota(NamedTuple):
    """Messages a month (None: no limit) and roughly how many are used."""

    limit: int | None
    used: int


class Line:
    """The calls the shop makes. One instance lives as long as the process."""

    def __init__(self, transport: Transport, token: str) -> None:
        self.transport = transport
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
        }

    async def reply(self, token: str, messages: Messages) -> Accepted:
        """Answer an event, free of charge, within a minute, once.

        LINE refuses a retry key here, so a reply is never tried twice after
        an answer that left its fate open.
        """
        body = _body(b'{"replyToken":', token, messages)
        return accepted(await self._call("POST", "/v2/bot/message/reply", body))

    async def push(self, to: str, messages: Messages, *, retry_key: str) -> Accepted:
        """Send of our own accord. The same key and body may be sent again for 24 h."""
        body = _body(b'{"to":', to, messages)
        headers = {RETRY_KEY: retry_key}
        return accepted(await self._call("POST", "/v2/bot/message/push", body, headers))

    async def profile(self, user_id: str) -> Profile | None:
        """Name and language; None for people who blocked us or are unknown."""
        response = await self._call("GET", f"/v2/bot/profile/{user_id}")
        return _profile(response)

    async def profile_in(self, chat_id: str, user_id: str) -> Profile | None:
        """The same of somebody in a group or room, who need not have added the account."""
        kind = "room" if chat_id.startswith("R") else "group"
        return _profile(await self._call("GET", f"/v2/bot/{kind}/{chat_id}/member/{user_id}"))

    async def content(self, message_id: str) -> bytes | None:
        """What a member sent; None while LINE prepares it, empty once it is gone."""
        path = f"/v2/bot/message/{message_id}/content"
        response = await self._call("GET", path, data=True)
        if response.status == 202:
            return None
        if response.status in GONE:
            return b""
        check(response)
        return response.body

    async def quota(self) -> Quota:
        """The month's allowance and use, as LINE tells them."""
        allowance = await self._json("/v2/bot/message/quota")
        used = await self._json("/v2/bot/message/quota/consumption")
        limit = allowance.get("value") if allowance.get("type") == "limited" else None
        return Quota(limit, int(used.get("totalUsage", 0)))

    async def basic_id(self) -> str:
        """The account's own id, by which people find it: @ and some letters."""
        return str((await self._json("/v2/bot/info"))["basicId"])

    async def time(self) -> str:
        """LINE's own time, as its answers bear it; empty if they do not."""
        response = await self._call("GET", "/v2/bot/message/quota")
        check(response)
        return header(response, "date")

    async def _json(self, path: str) -> dict[str, Any]:
        response = await self._call("GET", path)
        check(response)
        found: dict[str, Any] = orjson.loads(response.body)
        return found

    async def _call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        extra: Mapping[str, str] | None = None,
        *,
        data: bool = False,
    ) -> Response:
        headers = self._headers | dict(extra or {})
        began, status = time.perf_counter(), "none"
        try:
            response = await self.transport.request(
                method, path, headers=headers, body=body, data=data
            )
            status = str(response.status)
        except Unreachable as error:
            sent = not isinstance(error, NotSent)
            raise Retryable(f"no answer: {error}", sent=sent) from error
        finally:
            end = path.rpartition("/")[2]
            call = end if end in CALLS else "profile" if "/profile/" in path else "other"
            metrics.count("line_answers", call=call, status=status)
            metrics.observe("line_seconds", time.perf_counter() - began, call=call)
        return response


def _profile(response: Response) -> Profile | None:
    if response.status == 404:
        return None
    check(response)
    found = orjson.loads(response.body)
    return Profile(str(found.get("displayName", "")), found.get("language"))


def _body(start: bytes, to: str, messages: Messages) -> bytes:
    """A request's body; messages that were kept as JSON go out as they were kept."""
    given = messages.encode() if isinstance(messages, str) else orjson.dumps(messages)
    return b"".join((start, orjson.dumps(to), b',"messages":', given, b"}"))


def accepted(response: Response) -> Accepted:
    """Read the answer to a message.

    Raises:
        LineError: one of its kinds, unless LINE has the message (2xx, or 409 for
            a retry key it had accepted before).
    """
    if response.status == 409:
        found = header(response, "x-line-accepted-request-id")
        return Accepted(found, repeated=True, body=response.body)
    check(response)
    return Accepted(header(response, "x-line-request-id"), body=response.body)


def check(response: Response) -> None:
    """Raise what a failed answer means.

    Raises:
        LineError: one of its kinds.
    """
    status = response.status
    if 200 <= status < 300:
        return
    reason = f"{status} {text(response)}"
    if status == 429:
        # LINE tells its two 429s apart by nothing but this word
        kind: type[LineError] = QuotaExhausted if "monthly" in reason else RateLimited
    elif status in (401, 403):
        kind = Unauthorized if status == 401 else Rejected
    else:
        kind = Retryable if status >= 500 or status == 408 else Rejected
    error = kind(reason, status)
    error.request_id = header(response, "x-line-request-id")
    raise error


def text(response: Response) -> str:
    """The message and first details of an error body, at most 300 characters."""
    try:
        body = orjson.loads(response.body)
        details = body.get("details") or []
        parts = [str(body.get("message", "")), *(str(detail) for detail in details[:3])]
    except (orjson.JSONDecodeError, AttributeError, TypeError):
        return response.body[:300].decode(errors="replace")
    return " ".join(parts)[:300]


def header(response: Response, name: str) -> str:
    """A header by name in any case, or an empty string."""
    found = response.headers.get(name)
    if found is not None:
        return found
    return next((v for k, v in response.headers.items() if k.lower() == name), "")
