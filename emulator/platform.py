"""LINE in memory: the whole Messaging API as one function, and the people who use it.

`request` is what both the in-process transport and the HTTP server call. It never
waits: slowness is for whoever carries the request, see `delay`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from bot.line import Response, Unreachable
from emulator.api import Operation, find
from emulator.calls import LARGEST_BODY, Call, Refused, not_found
from emulator.faults import strikes
from emulator.retries import FORM
from emulator.taps import Taps

REFUSED = "Authentication failed"
STRANGER = f"{REFUSED}. Confirm that the access token in the authorization header is valid."
NOBODY = f"{REFUSED} due to the following reason: authorization header required"
TOO_FAST = "The API rate limit has been exceeded. Try again later."
BROKEN = Response(
    500, {"Content-Type": "application/json"}, b'{"message":"Internal Server Error"}'
)


class Platform(Taps):
    """One channel of LINE with everybody around it."""

    @property
    def delay(self) -> float:
        """Seconds an answer takes on its way."""
        return self.faults.slow_ms / 1000

    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        data: bool | None = False,
    ) -> Response:
        """Answer one request; `data` tells the host, None that it does not matter.

        Raises:
            Unreachable: a fault broke the connection after the request was accepted.
        """
        started = self.ticker()
        with self.lock:
            call = self._read(method, path, headers, body)
        response = self._answer(call, data)
        dropped = False
        with self.lock:
            if response.status < 400:
                dropped = strikes(self.faults.drop, self.random)
                if strikes(self.faults.fail_after, self.random):
                    response = BROKEN
            told = response._replace(
                headers={**response.headers, "X-Line-Request-Id": call.request_id}
            )
            self.record(
                "api",
                call.method,
                path,
                status=None if dropped else told.status,
                ms=(self.ticker() - started + self.delay) * 1000,
                sent=call.body,
                answered=told.body,
            )
        if dropped:
            raise Unreachable("the connection was reset")
        return told

    def calls_back(self, method: str, path: str) -> bool:
        """Whether a request brings a webhook before it is answered."""
        found = find(method, path.partition("?")[0])
        return found is not None and found[0].calls_back

    def _read(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Call:
        path, _, query = path.partition("?")
        lower = {name.lower(): value for name, value in headers.items()}
        asked = parse_qs(query, keep_blank_values=True) if query else {}
        made = self.ids.request()
        return Call(method.upper(), path, lower, body or b"", self.clock(), made, asked)

    def _answer(self, call: Call, data: bool | None) -> Response:
        try:
            with self.lock:
                operation = self._operation(call, data)
                if not operation.calls_back:
                    return operation.handler(self, call)
            return operation.handler(self, call)
        except Refused as refused:
            return refused.response()
        except Fault:
            return BROKEN

    def _operation(self, call: Call, data: bool | None) -> Operation:
        """Everything LINE looks at before the request itself.

        Raises:
            Refused: LINE wants no such request, or not now.
        """
        found = find(call.method, call.path)
        self._refuse_stranger(call)
        if found is None or (data is not None and found[0].data != data):
            raise not_found()
        operation, call.arguments = found
        if strikes(self.faults.fail_before, self.random):
            raise Fault
        limited = strikes(self.faults.rate_limited, self.random)
        if limited or not self.rates.take(operation.name):
            raise Refused(429, TOO_FAST)
        if len(call.body) > LARGEST_BODY:
            raise Refused(413, "Request entity too large")
        self._refuse_repeated(call, operation)
        return operation

    def _refuse_stranger(self, call: Call) -> None:
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if not token:
            raise Refused(401, NOBODY)
        if self.faults.unauthorized or scheme.lower() != "bearer" or token != self.token:
            raise Refused(401, STRANGER)

    def _refuse_repeated(self, call: Call, operation: Operation) -> None:
        key = call.headers.get("x-line-retry-key")
        if key is None:
            return
        if not operation.retry:
            raise Refused(400, "The retry key is not supported by this endpoint")
        if not FORM.fullmatch(key):
            raise Refused(400, "The retry key is invalid")
        accepted = self.retry_keys.find(key, call.now)
        if accepted is None:
            return
        more: dict[str, Any] = {}
        if accepted.sent is not None:
            more["sentMessages"] = accepted.sent
        refused = Refused(409, "The retry key is already accepted", **more)
        refused.headers["x-line-accepted-request-id"] = accepted.request_id
        raise refused


class Fault(Exception):
    """The server breaks down before it accepts anything."""
