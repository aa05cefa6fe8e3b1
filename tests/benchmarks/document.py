"""The last table kept in docs/performance.md, with the machine it was measured on.

Only what stands between the markers is written; rows of benchmarks that did
not run stay as they were, each with the day on which it was measured.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tests.benchmarks.table import HEADER, markdown

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
COLUMNS = (*HEADER, "measured")


def machine(postgres: str) -> str:
    """What the figures were measured on."""
    cores = len([line for line in _lines("/proc/cpuinfo") if line.startswith("processor")])
    parts = [
        f"{cores or '?'} cores of {_value('/proc/cpuinfo', 'model name') or platform.machine()}",
        f"{_memory()} of memory",
        f"{platform.system()} {platform.release().split('-')[0]}",
        f"Python {platform.python_version()}",
    ]
    return ", ".join([*parts, f"PostgreSQL {postgres}"] if postgres else parts)


def write(table: Sequence[Sequence[str]], *, on: date, machine: str) -> None:
    """Put new rows in the place of the old ones of the same benchmarks."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    old, _, after = rest.partition(END)
    DOCUMENT.write_text(
        f"{before}{BEGIN}\n{merged(old, table, on=on, machine=machine)}\n{END}{after}",
        encoding="utf-8",
    )


def merged(old: str, table: Sequence[Sequence[str]], *, on: date, machine: str) -> str:
    """What stands between the markers: the machine, and the table with the new rows in it."""
    names = {row[0] for row in table}
    rows = [row for row in _rows(old) if row[0] not in names]
    rows += [(*row, on.isoformat()) for row in table]
    rows.sort(key=lambda row: row[0])
    return f"\nOn {machine}.\n\n{markdown(COLUMNS, rows)}\n"


def _rows(text: str) -> list[tuple[str, ...]]:
    cells = [
        tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
        for line in text.splitlines()
        if line.startswith("|")
    ]
    return [row for row in cells[2:] if len(row) == len(COLUMNS)]


def _memory() -> str:
    kilobytes = _value("/proc/meminfo", "MemTotal").removesuffix(" kB")
    return f"{int(kilobytes) / 2**20:.0f} GB" if kilobytes.isdigit() else "?"


def _value(path: str, name: str) -> str:
    found = (line for line in _lines(path) if line.startswith(name))
    return next(found, "").partition(":")[2].strip()


def _lines(path: str) -> list[str]:
    # only Linux tells of itself in this way
    return Path(path).read_text().splitlines() if Path(path).exists() else []
