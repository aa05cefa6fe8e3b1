"""Which words call which function.

A handler is registered where it is written, and nowhere else:

    @command("點數", "points", "積分")
    def balance(ctx: Context) -> Message:
        \"\"\"查詢可用點數\"\"\"

The docstring's first line is the help text. Parameters after `ctx` are read
from the words that follow, by their annotations; a last one of type `Rest`
takes everything that is left. A button is a command that somebody else typed:
its postback data is the same text, so it needs no handler of its own.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bot import words
from bot.context import Context, Reader, Reply
from models.base import N_, Refusal
from models.people.roles import Role

Function = Callable[..., Reply]
LONGEST_NUMBER = 15


class Rest(str):
    """Everything the member wrote after the command's word."""

    __slots__ = ()


NOTHING = Rest("")


class Number(int):
    """A number as people write it, `#12` too; no larger than a database can hold."""

    def __new__(cls, word: str) -> Number:
        digits = word.lstrip("#")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > LONGEST_NUMBER:
            raise ValueError(word)
        return super().__new__(cls, digits)


class BadUsage(Refusal):
    def __init__(self, usage: str) -> None:
        super().__init__(N_("請這樣輸入：{usage}"), usage=usage)


@dataclass(frozen=True, eq=False)
class Command:
    """A function and the words that call it; `words[0]` is the one shown to people.

    `topic` groups it in the help; `careful` marks what acts rather than shows,
    and is never run on a guess; `spaced` words begin other words too (還有什麼), so
    what follows must be set off; `menu` puts it into the rich menu. One that `reads`
    shows what these readers find and writes nothing. `in_group` says why it is
    also answered in a group, where everybody reads along; "" is not at all.
    """

    words: tuple[str, ...]
    function: Function
    role: Role
    topic: str
    careful: bool
    spaced: bool
    example: str
    menu: int | None
    reads: tuple[Reader[Any], ...] = ()
    in_group: str = ""

    @cached_property
    def parameters(self) -> list[inspect.Parameter]:
        signature = inspect.signature(self.function, eval_str=True)
        return list(signature.parameters.values())[1:]

    @property
    def help(self) -> str:
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @property
    def usage(self) -> str:
        return self.example or self.words[0]

    @property
    def bare(self) -> bool:
        """Whether its word alone is enough."""
        return all(p.default is not p.empty for p in self.parameters)

    def __call__(self, ctx: Context, rest: str) -> Reply:
        """Run with the words that follow.

        Raises:
            BadUsage: too few or too many words, or one that cannot be read.
        """
        parameters = self.parameters
        try:
            values = _arguments(parameters, rest)
        except ValueError:
            raise BadUsage(self.usage) from None
        required = [p for p in parameters if p.default is p.empty]
        if not len(required) <= len(values) <= len(parameters):
            raise BadUsage(self.usage)
        return self.function(ctx, *values)


COMMANDS: dict[str, Command] = {}
EVENTS: dict[str, Function] = {}
DIALOGUES: dict[str, Function] = {}
CONFIRMING: set[str] = set()
HEARING: set[str] = set()
FETCHING: dict[str, Callable[[bytes], Any]] = {}  # and what makes it ready
IN_GROUP: set[str] = set()  # what the commands that may be given in a group begin with


def command(
    *spoken: str,
    role: Role = Role.MEMBER,
    topic: str = "",
    careful: bool = False,
    spaced: bool = False,
    example: str = "",
    menu: int | None = None,
    reads: tuple[Reader[Any], ...] = (),
    in_group: str = "",
) -> Callable[[Function], Function]:
    """Register the decorated function under each of `spoken`.

    Raises:
        ValueError: a word is already taken, or an organiser's word has no slash.
        TypeError: the function is a coroutine, which nobody would await.
    """

    def register(function: Function) -> Function:
        entry = Command(
            spoken, function, role, topic, careful, spaced, example, menu, reads, in_group
        )
        for word in spoken:
            if (role is not Role.MEMBER) != word.startswith("/"):
                raise ValueError(f"{word!r}: organisers' words start with a slash, members' don't")
            _claim(COMMANDS, words.key(word), entry)
            if in_group:
                IN_GROUP.add(word[0])
        return function

    return register


def event(
    *kinds: str, fetch: Callable[[bytes], Any] | None = None
) -> Callable[[Function], Function]:
    """Register for events (`follow`) or message types (`message:sticker`) that are no text.

    With `fetch`, what the member sent is downloaded and made ready by it before the
    transaction begins in which the function is called: nobody waits for that.
    """

    def register(function: Function) -> Function:
        for kind in kinds:
            _claim(EVENTS, kind, function)
            if fetch:
                FETCHING[kind] = fetch
        return function

    return register


def dialogue(
    name: str, *, confirms: bool = False, calls: bool = False
) -> Callable[[Function], Function]:
    """Register what to do with the answer to a question asked by `ctx.ask(name, …)`.

    With `confirms` the question is whether to go on, and 確認 answers it. A plain `+1`
    answers only those and what takes `calls`; to any other question it is an order.
    """

    def register(function: Function) -> Function:
        _claim(DIALOGUES, name, function)
        if confirms:
            CONFIRMING.add(name)
        if confirms or calls:
            HEARING.add(name)
        return function

    return register


@dataclass(frozen=True)
class Match:
    """A command, the words after it, and whether it was called by its exact name."""

    command: Command
    rest: str
    exact: bool


def find(text: str, role: Role) -> Match | None:
    """The command that `text` calls, if somebody of this role may call it."""
    plain = words.plain(text)
    whole = words.key(plain)
    for word in (whole, words.polite(whole)):
        entry = _allowed(COMMANDS.get(word), role)
        if entry is not None:
            return Match(entry, "", exact=True)
    entry = _allowed(COMMANDS.get(words.bare(whole)), role)
    # 還有嗎 asks, where 還有 would note an answer
    if entry is not None and not entry.careful:
        return Match(entry, "", exact=True)
    head, rest = _first(plain)
    entry = _allowed(COMMANDS.get(words.key(head)), role)
    if entry is not None and entry.parameters:
        return Match(entry, rest, exact=True)
    return _glued(plain, role) or _slip(whole, role)


def guesses(text: str, role: Role) -> list[Command]:
    """Commands whose word occurs somewhere in `text`, longest word first, each once."""
    whole = words.key(text)
    found = [
        entry
        for word, entry in sorted(COMMANDS.items(), key=lambda item: -len(item[0]))
        if len(word) > 1 and word in whole and _allowed(entry, role)
    ]
    return list(dict.fromkeys(found))


def visible(role: Role) -> list[Command]:
    """Every command this role may call, each once, in the order of registration."""
    return [c for c in dict.fromkeys(COMMANDS.values()) if role.covers(c.role)]


def _glued(plain: str, role: Role) -> Match | None:
    """`生日3/5`: a command that takes words, with its words written right after it."""
    for length in range(min(len(plain) - 1, 8), 1, -1):
        entry = _allowed(COMMANDS.get(words.key(plain[:length])), role)
        if entry is None or not entry.parameters or plain[:length].isascii():
            continue
        if not entry.spaced or plain[length].isascii():
            return Match(entry, plain[length:].strip(" :："), exact=False)
    return None


def _slip(whole: str, role: Role) -> Match | None:
    """A word written with a slip, if it can only be one command and that one only shows."""
    if whole.startswith("/"):  # never a member's word
        return None
    found = (_allowed(COMMANDS[word], role) for word in words.close(whole, tuple(COMMANDS)))
    close = {entry for entry in found if entry is not None}
    if len(close) != 1:
        return None
    entry = close.pop()
    return None if entry.careful or entry.role is not Role.MEMBER else Match(entry, "", False)


def _allowed(entry: Command | None, role: Role) -> Command | None:
    return entry if entry is not None and role.covers(entry.role) else None


def _arguments(parameters: list[inspect.Parameter], rest: str) -> list[Any]:
    """Values for the parameters; ValueError if a word cannot be read as its type."""
    values: list[Any] = []
    left = rest
    for parameter in parameters:
        if not left:
            break
        if parameter.annotation is Rest:
            values.append(Rest(left))
            return values
        word, left = _first(left)
        values.append(parameter.annotation(word))
    if left:
        raise ValueError(left)
    return values


def _first(text: str) -> tuple[str, str]:
    """The first word, and what follows it on this line or the next."""
    head, *rest = text.split(maxsplit=1) or [""]
    return head, "".join(rest).strip()


def _claim(registry: dict[str, Any], name: str, entry: Any) -> None:
    if inspect.iscoroutinefunction(getattr(entry, "function", entry)):
        raise TypeError(f"{name!r}: a coroutine would never run, handlers are plain functions")
    if name in registry:
        raise ValueError(f"{name!r} is registered twice")
    registry[name] = entry
