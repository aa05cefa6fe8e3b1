"""What the tests read off an import's report, said shortly."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.imports import Report
from models.people.members import Member


def said(report: Report) -> tuple[int, int, int, int]:
    """Rows, accepted, unchanged, rejected."""
    return (report.rows, report.accepted, report.unchanged, len(report.rejected))


def only(report: Report) -> tuple[int, str | None]:
    """Row and column of the one rejection that kept the file out."""
    [rejection] = report.rejected
    assert not report.committed
    assert rejection.reason
    return rejection.row, rejection.column


def mei(session: Session) -> Member:
    """小美, who is number 7 everywhere."""
    return session.scalars(select(Member).where(Member.external_id == "7")).one()
