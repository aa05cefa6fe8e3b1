"""Write the next migration from what the records say now: python -m migrations "Keep surveys".

Alembic sees neither triggers nor check constraints; what is missing by hand
tests/test_migrations.py will say.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from models.database import migrations, upgrade


def write(message: str) -> None:
    """A file under versions/ that leads from the newest one to the records."""
    number = len(list((Path(__file__).parent / "versions").glob("[0-9]*.py"))) + 1
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/shop.db"
        upgrade(url)
        command.revision(migrations(url), message, autogenerate=True, rev_id=f"{number:04}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit('python -m migrations "What the shop keeps from now on"')
    write(sys.argv[1])
