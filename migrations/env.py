"""How Alembic reaches the shop's database: `models.database.upgrade` says which.

All waiting migrations run in one transaction, tables and triggers included, so
a killed one leaves the database as it was. Of several at once one works and
the others wait and find nothing to do.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, text

from models import load
from models.base import Base, UtcDateTime
from models.database import connect

# any number, the same for every shop
LOCK = 5_207_131


def render(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our own column type down as what it is made of: a migration imports no model."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    load()
    options: dict[str, Any] = {"compare_type": True, "render_item": render}
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transactional_ddl=True,
        render_as_batch=connection.dialect.name == "sqlite",
        **options,
    )
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = '60s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    context.run_migrations()


engine = connect(context.config.attributes["url"])
try:
    with engine.begin() as connection:
        run(connection)
finally:
    engine.dispose()
