"""Declassifications, asked for by owners and approved by governance."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "declassifications",
        sa.Column("id", sa.Text(), nullable=False, primary_key=True),
        text("line_name"),
        text("state"),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        text("value_json"),
    )


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)
