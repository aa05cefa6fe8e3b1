"""Bank statements: what came in, read from the files that banks in Taiwan hand out."""

from __future__ import annotations

from backoffice.statements.reading import Statement, read

__all__ = ["Statement", "read"]
