"""Which job has been done for which period: the primary key decides who does it.

Any number of schedulers may offer to do a job; the row is written in the
transaction that does it, so a crash leaves neither.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, String, Text, bindparam, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models.base import Base, UtcDateTime, insert

FAILED = "failed"
AFTER_ALL = "~"  # sorts after every period


class JobRun(Base):
    """One (job, period), a period being a day in Taipei written as in ISO 8601.

    `outcome` is done, off (switched off), covered (by a later run), missed
    (too long ago) or failed (to be tried again, while the days after it are done).
    """

    __tablename__ = "job_runs"

    job: Mapped[str] = mapped_column(String(50), primary_key=True)
    period: Mapped[str] = mapped_column(String(30), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    detail: Mapped[str] = mapped_column(Text, default="")


class Heartbeat(Base):
    """When a kind of process last showed that it is alive."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def claim(
    session: Session, job: str, period: str, *, now: datetime, outcome: str = "done"
) -> bool:
    """Take this period; False if somebody has it. Waits for one who is just taking it.

    One that failed may be taken again.
    """
    row = {"job": job, "period": period, "outcome": outcome, "at": now, "detail": ""}
    statement = (
        insert(session, JobRun)
        .values(row)
        .on_conflict_do_update(
            index_elements=["job", "period"],
            set_={"outcome": outcome, "at": now},
            where=JobRun.outcome == FAILED,
        )
        .returning(JobRun.period)
    )
    return session.scalar(statement) is not None


def release(session: Session, job: str, period: str) -> None:
    """Give back a period that was taken in this transaction: there is more to do for it."""
    session.execute(delete(JobRun).where(JobRun.job == job, JobRun.period == period))


def describe(session: Session, job: str, period: str, detail: str) -> None:
    """Note what a run came to."""
    session.execute(
        update(JobRun).where(JobRun.job == job, JobRun.period == period).values(detail=detail)
    )


def last_note(session: Session, job: str) -> str | None:
    """What the last run of a job came to."""
    return session.scalar(
        select(JobRun.detail).where(JobRun.job == job).order_by(JobRun.period.desc()).limit(1)
    )


def lately(session: Session, jobs: Collection[str], *, since: str) -> list[JobRun]:
    """The runs of these jobs for periods from `since` on, the newest first."""
    query = select(JobRun).where(JobRun.job.in_(jobs), JobRun.period >= since)
    return list(session.scalars(query.order_by(JobRun.period.desc(), JobRun.job)))


def latest(
    session: Session, until: Mapping[str, str], *, since: Mapping[str, str] | None = None
) -> dict[str, str | None]:
    """Of each job the latest period on record up to the one given, None if there is none.

    If one that is not before `since` failed, the latest before it. One statement,
    and as quick after years. Periods sort as text.
    """
    bounds = {f"until_{place}": period for place, period in enumerate(until.values())}
    oldest = since or until
    bounds |= {f"since_{place}": oldest[job] for place, job in enumerate(until)}
    row = session.execute(_latest_of(tuple(until)), bounds).one()
    return dict(zip(until, row, strict=True))


@cache
def _latest_of(jobs: tuple[str, ...]) -> Select[Any]:
    return select(
        *(
            select(func.max(JobRun.period))
            .where(
                JobRun.job == job,
                JobRun.period <= bindparam(f"until_{place}", type_=String()),
                JobRun.period < func.coalesce(_first_failed(job, place), AFTER_ALL),
            )
            .scalar_subquery()
            .label(f"latest_{place}")
            for place, job in enumerate(jobs)
        )
    )


def _first_failed(job: str, place: int) -> ScalarSelect[str]:
    failed = aliased(JobRun)
    return (
        select(func.min(failed.period))
        .where(
            failed.job == job,
            failed.period >= bindparam(f"since_{place}", type_=String()),
            failed.outcome == FAILED,
        )
        .scalar_subquery()
    )


def beat(session: Session, name: str, *, now: datetime) -> None:
    """Show that this kind of process is alive."""
    session.execute(
        insert(session, Heartbeat)
        .values(name=name, at=now)
        .on_conflict_do_update(index_elements=["name"], set_={"at": now})
    )


def beats(session: Session) -> dict[str, datetime]:
    """When each kind of process last did."""
    found = session.execute(select(Heartbeat.name, Heartbeat.at))
    return {row.name: row.at for row in found}


def last_beat(session: Session, name: str) -> datetime | None:
    """When it last did."""
    return session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))
