"""One request to LINE's API, and how LINE words its answers and refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from bot.line import Response
from emulator.validation.messages import check_flexes
from emulator.validation.rules import Path, Problems, Rule

LARGEST_BODY = 2 * 1024 * 1024
# what can be read can be deeper than what can be written
DEEPEST = 250
JSON = {"Content-Type": "application/json"}


class Refused(Exception):
    """LINE says no: a status, a sentence and perhaps details."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"message": message, **more}
        self.headers: dict[str, str] = {}

    def response(self) -> Response:
        return Response(self.status, JSON | self.headers, orjson.dumps(self.body))


def ok(body: Any = None, status: int = 200) -> Response:
    """A JSON answer, `{}` if there is nothing to tell."""
    return Response(status, JSON, orjson.dumps({} if body is None else body))


def not_found(message: str = "Not found") -> Refused:
    return Refused(404, message)


def bad_property(name: str) -> Refused:
    place = f"The property, {name}, in the request body is invalid"
    return Refused(400, f"{place} (line: -, column: -)")


def bad_parameter(name: str) -> Refused:
    return Refused(400, f"The value for the '{name}' parameter is invalid")


@dataclass(slots=True)
class Call:
    """What arrived: header names in lower case, `path` without the query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    now: datetime
    request_id: str
    query: Mapping[str, list[str]] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict)

    def parameter(self, name: str) -> str | None:
        """A query parameter's first value."""
        return next(iter(self.query.get(name, ())), None)

    def count(self, name: str, default: int, most: int) -> int:
        """A query parameter that is a number from 1 to `most`.

        Raises:
            Refused: it is not.
        """
        written = self.parameter(name)
        if written is None:
            return default
        number = written.isascii() and written.isdecimal() and len(written) < 10
        if not number or not 1 <= int(written) <= most:
            raise bad_parameter(name)
        return int(written)

    def json(self) -> Any:
        """The body as LINE reads it.

        Raises:
            Refused: it is not JSON, does not say that it is, or is nested without end.
        """
        value = self._parsed()
        if self.body.count(b"{") + self.body.count(b"[") >= DEEPEST:
            try:
                orjson.dumps(value)
            except orjson.JSONEncodeError:
                raise Refused(400, "The request body is nested too deeply") from None
        return value

    def checked(self, rule: Rule) -> dict[str, Any]:
        """The body, if it follows the rule.

        Raises:
            Refused: it does not.
        """
        value = self.json()
        problems: Problems = []
        try:
            rule.check(value, (), problems)
        except RecursionError:
            raise bad_property("body") from None
        if problems:
            raise invalid(problems)
        found: dict[str, Any] = value
        if messages := found.get("messages"):
            refuse_flex(messages)
        return found

    def _parsed(self) -> Any:
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise Refused(415, "Unsupported Media Type")
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            place = f"(line: {error.lineno}, column: {error.colno})"
            message = f"The request body could not be parsed as JSON {place}"
            raise Refused(400, message) from None


def invalid(problems: Problems) -> Refused:
    """How LINE reports a body that breaks its rules."""
    for problem in problems:
        if problem.malformed:
            return bad_property(dotted(problem.path))
    details = [{"message": each.message, "property": dotted(each.path)} for each in problems]
    return Refused(400, f"The request body has {len(details)} error(s)", details=details)


def refuse_flex(messages: list[dict[str, Any]]) -> None:
    """Report flex contents message by message.

    Raises:
        Refused: the contents of one are wrong.
    """
    wrong = check_flexes(messages)
    if wrong is None:
        return
    details = [
        {
            "message": "invalid property" if each.malformed else each.message,
            "property": "/" + "/".join(map(str, each.path)),
        }
        for each in wrong.problems
    ]
    place = f"A message (messages[{wrong.position}]) in the request body is invalid"
    raise Refused(400, place, details=details)


def dotted(path: Path) -> str:
    """A place in a body, as LINE writes it: `messages[0].text`."""
    written = ""
    for part in path:
        written += f"[{part}]" if isinstance(part, int) else f".{part}"
    return written.lstrip(".") or "body"
