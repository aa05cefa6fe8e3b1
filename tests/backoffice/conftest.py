"""A desk with a file on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from backoffice import imports
from backoffice.imports import Report

Bring = Callable[..., Report]


@pytest.fixture
def bring(session, now, programme) -> Iterator[Bring]:
    """Imports a file and commits it, unless told otherwise."""

    def bring(kind: str, data: bytes, *, commit: bool = True, at=now) -> Report:
        report = imports.run(
            session, kind, data, "file", now=at, programme=programme, commit=commit
        )
        if report.committed:
            session.commit()
        else:
            session.rollback()
        return report

    return bring
