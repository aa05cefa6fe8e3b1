"""flask backup, restore, hold, release: as an operator uses them, on processes' own terms."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from models import database as databases
from models.people.audit import AuditEntry
from tests.backoffice.cli.conftest import Type
from tests.processes import SECRETS, run
from tests.shop import Shop

UNSET = dict.fromkeys(("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "PUBLIC_URL"), "")


def test_a_shop_is_kept_and_made_again_without_any_setting_of_line(tmp_path: Path) -> None:
    here = UNSET | {"DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}"}
    there = UNSET | {"DATABASE_URL": f"sqlite:///{tmp_path / 'b' / 'b.db'}"}
    assert set(SECRETS) >= {"SECRET_KEY"}
    file = tmp_path / "shop.backup"
    assert run("flask db upgrade", **here).returncode == 0

    made = run(f"flask backup {file}", **here)
    restored = run(f"flask restore {file}", **there)
    again = run(f"flask restore {file} ", **there)
    listed = run("flask release", **there)
    released = run("flask release pushes", **there)

    assert made.returncode == 0, made.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert restored.returncode == 0, restored.stderr
    assert "everything adds up" in restored.stdout
    assert again.returncode == 1
    assert "there is a shop in this database" in again.stderr
    assert listed.stdout.startswith("pushes: restored from 20")
    assert released.stdout == "pushes released, 0 messages go on\n"
    engine = databases.connect(there["DATABASE_URL"])
    with databases.sessions(engine, "x")() as session:
        acts = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    engine.dispose()
    assert acts == ["shop.restore", "messages.release"]


def test_a_hold_after_another_way_to_restore_is_lifted_by_its_name(
    flask: Type, shop: Shop
) -> None:
    assert flask("hold").exit_code == 2
    assert flask("hold", "--restored-from", "2026-11-24T03:00").exit_code == 0
    assert flask("release", "news").exit_code == 1
    assert flask("release", "pushes").exit_code == 0
    assert flask("release").stdout == "nothing is on hold\n"


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_file_that_cannot_be_is_told_in_one_line(
    flask: Type, tmp_path: Path, command: str
) -> None:
    folder = tmp_path / "none"
    done = flask(command, folder / "shop.backup")

    assert done.exit_code in (1, 2)
    assert "Traceback" not in done.stderr
