"""TOML tables read into frozen dataclasses, every mistake told in one sentence.

A field says in its metadata what it allows (`whole`, `text`, `one_of`, ...);
keys that the dataclass does not have are refused, so that a slip of the pen
never becomes a silent default.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from models.base import N_, Refusal

T = TypeVar("T")

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class BadProgramme(Refusal):
    """The rules file says something that cannot be; names the file, the table and the key."""

    def __init__(self, file: str, table: str, key: str, problem: str) -> None:
        place = f"[{table}] {key}" if table and key else f"[{table}]" if table else key
        super().__init__(
            N_("規則檔 {file} 的 {place} {problem}。"), file=file, place=place, problem=problem
        )
        self.file, self.table, self.key = file, table, key


class UnreadableProgramme(BadProgramme):
    """The rules file is not there, or no TOML."""

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(file, "", "", problem)
        self.msgid = N_("讀不到規則檔 {file}：{problem}。")


def parse(path: Path) -> dict[str, Any]:
    """The tables of a file.

    Raises:
        UnreadableProgramme: there is no such file, or it is not TOML in UTF-8.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise UnreadableProgramme(path.name, f"不是正確的 TOML（{error}）") from None
    except UnicodeDecodeError:
        raise UnreadableProgramme(path.name, "檔案要存成 UTF-8") from None
    except RecursionError:
        raise UnreadableProgramme(path.name, "括號層數太多") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        problem = f"{reason}，請給存在的檔案，或 A 到 E 的預設"
        raise UnreadableProgramme(path.name or str(path), problem) from None


def read(kind: Callable[..., T], table: object, *, file: str, name: str, **made: object) -> T:
    """One `kind` from `table`; `made` holds the fields that the caller has built already.

    Raises:
        BadProgramme: a key is unknown, missing, or not what its field allows.
    """
    settings: dict[str, Field[Any]] = {_written(each): each for each in fields(kind)}  # type: ignore[arg-type]
    written = as_table(table, file=file, name=name)
    known = [key for key in settings if key not in made]
    refuse_unknown(written, known, file=file, name=name)
    for key in known:
        setting = settings[key]
        allowed = setting.metadata["allowed"]
        if key not in written:
            if setting.default is MISSING:
                raise BadProgramme(file, name, key, f"沒有寫，只能是{allowed}")
        elif not setting.metadata["holds"](written[key]):
            problem = f"不能是 {shown(written[key])}，只能是{allowed}"
            raise BadProgramme(file, name, key, problem)
    said = {settings[key].name: frozen(written[key]) for key in known if key in written}
    return kind(**made, **said)


def as_table(table: object, *, file: str, name: str) -> Mapping[str, Any]:
    """`table` if it is one, refused if it is a plain value."""
    if not isinstance(table, dict):
        raise BadProgramme(file, "", name, f"要寫成表格 [{name}]，不能是 {shown(table)}")
    return table


def refuse_unknown(
    table: Mapping[str, Any], known: Sequence[str], *, file: str, name: str
) -> None:
    """Refuse the first key of `table` that is not one of `known`."""
    for key in table:
        if key not in known:
            raise BadProgramme(file, name, shown(key), f"不認得，可用的有 {'、'.join(known)}")


def frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def shown(value: object) -> str:
    """A value as one short line, for a sentence."""
    line = CONTROL.sub(" ", value if isinstance(value, str) else repr(value))
    return line if len(line) <= 40 else line[:39] + "…"


def whole(low: int, high: int) -> dict[str, Any]:
    """Allow whole numbers; True is none."""
    return {
        "holds": lambda value: type(value) is int and low <= value <= high,
        "allowed": f" {low} 到 {high} 的整數",
    }


def yes_or_no() -> dict[str, Any]:
    return {"holds": lambda value: isinstance(value, bool), "allowed": " true 或 false"}


def one_of(*words: str) -> dict[str, Any]:
    return {"holds": lambda value: value in words, "allowed": " " + "、".join(words)}


def text(longest: int) -> dict[str, Any]:
    """Allow one line that says something."""
    return {
        "holds": lambda value: _is_line(value, longest),
        "allowed": f" 1 到 {longest} 個字的一行文字",
    }


def texts(longest: int, most: int) -> dict[str, Any]:
    """Allow a list of such lines."""
    return {
        "holds": lambda value: (
            isinstance(value, list)
            and len(value) <= most
            and all(_is_line(line, longest) for line in value)
        ),
        "allowed": f"最多 {most} 行文字的清單，每行 1 到 {longest} 個字",
    }


def key() -> dict[str, Any]:
    """Allow the short names by which tables refer to each other."""
    return {"holds": _is_key, "allowed": "英文小寫、數字與底線組成的代號，20 字以內"}


def keys(most: int) -> dict[str, Any]:
    """Allow a list of such names."""
    return {
        "holds": lambda value: (
            isinstance(value, list) and len(value) <= most and all(map(_is_key, value))
        ),
        "allowed": f"最多 {most} 個代號的清單，代號由英文小寫、數字與底線組成",
    }


def day(*, written: str) -> dict[str, Any]:
    """Allow a day; its key in the file is `written`."""
    return {
        # a time is a day too, as Python sees it
        "holds": lambda value: type(value) is date,
        "allowed": " 2026-12-01 這樣的日期，不加引號",
        "written": written,
    }


def _written(setting: Field[Any]) -> str:
    """The key of a setting in the file: its name, unless Python could not use that."""
    return str(setting.metadata.get("written", setting.name))


def _is_key(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9_]{0,19}", value) is not None


def _is_line(value: object, longest: int) -> bool:
    return (
        isinstance(value, str)
        and 1 <= len(value.strip()) <= len(value) <= longest
        and CONTROL.search(value) is None
    )
