"""`python -m tests.benchmarks [NAME ...]`: run benchmarks and print one table.

`--rounds N` measures each so often, `--json` prints every round's figures,
`--write` keeps the table in docs/performance.md.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

import orjson

from tests.benchmarks import document
from tests.benchmarks.frame import BENCHMARKS, ROUNDS, Bench, load, opened
from tests.benchmarks.table import Row, plain

Results = dict[str, list[Row]]


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0 if every goal is met, 1 if one is not, 2 for wrong usage."""
    load()
    asked = parsed(arguments)
    names = asked.names or list(BENCHMARKS)
    if unknown := set(names) - set(BENCHMARKS):
        print(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(BENCHMARKS)}")
        return 2
    with opened(rounds=asked.rounds, short=asked.short) as bench:
        results = measured(bench, names)
        machine = document.machine(bench.postgres_version())
    table = [row.cells(name) for name, rows in results.items() for row in rows]
    if asked.json:
        rows_ = [row.json(name) for name, rows in results.items() for row in rows]
        print(orjson.dumps(rows_, option=orjson.OPT_INDENT_2).decode())
    else:
        print(f"On {machine}.\n\n{plain(table)}")
    if asked.write:
        document.write(table, on=datetime.now(UTC).date(), machine=machine)
    return int(any(row.met is False for rows in results.values() for row in rows))


def measured(bench: Bench, names: list[str]) -> Results:
    results: Results = {}
    for name in names:
        bench.say(f"{name} ...")
        results[name] = BENCHMARKS[name](bench)
        bench.say(plain([row.cells(name) for row in results[name]]) + "\n")
    return results


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", action="store_true", help="every round's figures")
    parser.add_argument("--write", action="store_true", help="keep it in docs/performance.md")
    parser.add_argument("--short", action="store_true", help="tiny: the figures mean nothing")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
