"""The building blocks of LINE's checks: each rule adds what is wrong to a list.

An absent property and a null one are the same to LINE. A value of the wrong JSON type
is `malformed`: LINE then refuses the whole body before it looks at any limit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias

from emulator.validation.lengths import utf16

Path: TypeAlias = tuple[str | int, ...]


class Problem(NamedTuple):
    """One thing that is wrong, and where."""

    path: Path
    message: str
    malformed: bool = False


Problems: TypeAlias = list[Problem]
Check: TypeAlias = Callable[[Any, Path, Problems], None]
EMPTY = "May not be empty"


class Rule(Protocol):
    def check(self, value: Any, path: Path, problems: Problems) -> None: ...


def malformed(path: Path, problems: Problems) -> None:
    problems.append(Problem(path, "invalid", malformed=True))


@dataclass(frozen=True, slots=True)
class Text:
    """A string of `shortest` to `longest` characters, counted by `length`."""

    longest: int = 1_000_000
    shortest: int = 1
    length: Callable[[str], int] = utf16
    pattern: re.Pattern[str] | None = None

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if not isinstance(value, str):
            malformed(path, problems)
        elif len(value) < self.shortest:
            problems.append(Problem(path, EMPTY))
        elif len(value) * 2 > self.longest and self.length(value) > self.longest:
            between = f"Length must be between 0 and {self.longest}"
            problems.append(Problem(path, between))
        elif self.pattern is not None and not self.pattern.fullmatch(value):
            problems.append(Problem(path, "invalid property"))


def url(longest: int = 2000, schemes: Sequence[str] = ("https",)) -> Text:
    """An address of one of these schemes; spaces and raw Chinese must be percent-encoded."""
    allowed = "|".join(schemes)
    return Text(longest, pattern=re.compile(rf"(?:{allowed}):[\x21-\x7e]+", re.IGNORECASE))


@dataclass(frozen=True, slots=True)
class Integer:
    least: int = -(2**63)
    most: int = 2**63 - 1

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            malformed(path, problems)
        elif value < self.least:
            problems.append(Problem(path, f"must be greater than or equal to {self.least}"))
        elif value > self.most:
            problems.append(Problem(path, f"must be less than or equal to {self.most}"))


@dataclass(frozen=True, slots=True)
class Number:
    least: float
    most: float

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if not isinstance(value, int | float) or isinstance(value, bool):
            malformed(path, problems)
        elif not self.least <= value <= self.most:
            problems.append(Problem(path, f"must be between {self.least} and {self.most}"))


class Boolean:
    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if not isinstance(value, bool):
            malformed(path, problems)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words (or numbers)."""

    words: tuple[str | int, ...]

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if type(value) is not type(self.words[0]):
            malformed(path, problems)
        elif value not in self.words:
            problems.append(Problem(path, one_of(self.words)))


def choice(*words: str | int) -> Choice:
    return Choice(words)


@dataclass(frozen=True, slots=True)
class ListOf:
    """`fewest` to `most` items that each follow one rule."""

    item: Rule
    fewest: int = 0
    most: int = 1_000_000

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if not isinstance(value, list):
            malformed(path, problems)
            return
        if not self.fewest <= len(value) <= self.most:
            size = f"Size must be between {self.fewest} and {self.most}"
            problems.append(Problem(path, size))
            return
        for position, item in enumerate(value):
            self.item.check(item, (*path, position), problems)


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: what its properties are, which it must have, and what else must hold.

    `strict` refuses unknown properties. `also` runs only on an object whose
    properties are right, so it may rely on their types.
    """

    properties: Mapping[str, Rule]
    required: Collection[str] = ()
    strict: bool = False
    also: tuple[Check, ...] = ()

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if not isinstance(value, dict):
            malformed(path, problems)
            return
        before = len(problems)
        for name in self.required:
            if value.get(name) is None:
                problems.append(Problem((*path, name), EMPTY))
        for name, item in value.items():
            rule = self.properties.get(name)
            if rule is None:
                if self.strict:
                    problems.append(Problem((*path, name), "unknown field"))
            elif item is not None:
                rule.check(item, (*path, name), problems)
        if len(problems) == before:
            for check in self.also:
                check(value, path, problems)


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object whose keys match a pattern and whose values follow one rule."""

    key: re.Pattern[str]
    item: Rule
    most: int

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if not isinstance(value, dict):
            malformed(path, problems)
            return
        if len(value) > self.most:
            problems.append(Problem(path, f"Size must be between 0 and {self.most}"))
        for name, item in value.items():
            if not self.key.fullmatch(name):
                problems.append(Problem((*path, name), "invalid property"))
            self.item.check(item, (*path, name), problems)


@dataclass(frozen=True, slots=True)
class OneOf:
    """An object whose `type` says which rule it follows."""

    kinds: Mapping[str, Rule]
    default: str | None = None

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if not isinstance(value, dict):
            malformed(path, problems)
            return
        kind = value.get("type") or self.default
        if kind is None:
            problems.append(Problem((*path, "type"), EMPTY))
        elif not isinstance(kind, str):
            malformed((*path, "type"), problems)
        elif kind not in self.kinds:
            problems.append(Problem((*path, "type"), one_of(self.kinds)))
        else:
            self.kinds[kind].check(value, path, problems)


def one_of(words: Collection[str | int]) -> str:
    return f"Must be one of the following values: [{', '.join(map(str, sorted(words, key=str)))}]"


def exclusive(first: str, second: str) -> Check:
    """Two properties that may not stand together."""

    def check(value: Any, path: Path, problems: Problems) -> None:
        if value.get(first) is not None and value.get(second) is not None:
            problems.append(Problem((*path, second), f"cannot be used together with {first}"))

    return check
