"""History that cannot be rewritten: the databases themselves refuse it.

`keep` is called beside a record's definition. Tables made from the metadata get
its triggers with them; a migration takes the same statements from `TRIGGERS`.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import DDL, Table, column, event, select, table
from sqlalchemy.orm import Session

from models.base import Base, dialect

REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only';
END $$
"""

# INSERT OR REPLACE deletes the old row without firing its delete trigger
NO_REPLACE = (
    "CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name} "
    "WHEN EXISTS (SELECT 1 FROM {name} WHERE {same}) {refuse}"
)

TRIGGERS: dict[str, list[str]] = {"postgresql": [REFUSE], "sqlite": []}
KEPT: list[str] = []


def keep(record: type[Base], *columns: str) -> None:
    """Refuse DELETE and TRUNCATE on a record, and UPDATE: of `columns` only, if any are named."""
    kept = cast("Table", record.__table__)
    statements = {
        "postgresql": [REFUSE, *_postgresql(kept.name, columns)],
        "sqlite": _sqlite(kept, columns),
    }
    for name, texts in statements.items():
        TRIGGERS[name] += [text for text in texts if text is not REFUSE]
        for text in texts:
            create = DDL(text).execute_if(dialect=name)  # type: ignore[no-untyped-call]
            event.listen(kept, "after_create", create)
    KEPT.append(kept.name)


def verify(session: Session) -> list[str]:
    """One sentence for each kept table whose triggers are gone or switched off."""
    missing = _expected(dialect(session)) - _found(session)
    return [f"trigger {name} is missing or switched off" for name in sorted(missing)]


def _postgresql(name: str, columns: tuple[str, ...]) -> list[str]:
    update = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
    return [
        f"CREATE TRIGGER {name}_append_only BEFORE {update} OR DELETE OR TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    ]


def _sqlite(kept: Table, columns: tuple[str, ...]) -> list[str]:
    name = kept.name
    same = " AND ".join(f"{key.name} = NEW.{key.name}" for key in kept.primary_key)
    update = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
    return [
        f"CREATE TRIGGER {name}_no_update BEFORE {update} ON {name} {refuse}",
        f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} {refuse}",
        NO_REPLACE.format(name=name, same=same, refuse=refuse),
    ]


def _expected(name: str) -> set[str]:
    endings = ["append_only"] if name == "postgresql" else ["no_update", "no_delete", "no_replace"]
    return {f"{kept}_{ending}" for kept in KEPT for ending in endings}


def _found(session: Session) -> set[str]:
    if dialect(session) == "postgresql":
        triggers = table("pg_trigger", column("tgname"), column("tgenabled"))
        query = select(triggers.c.tgname).where(triggers.c.tgenabled.in_(["O", "A"]))
    else:
        master = table("sqlite_master", column("name"), column("type"))
        query = select(master.c.name).where(master.c.type == "trigger")
    return set(session.scalars(query))
