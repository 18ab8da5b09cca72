"""Governance rules as they were published, and the waivers of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "rules",
        key("kind"),
        key("name"),
        sa.Column("version", sa.BigInteger(), nullable=False, primary_key=True, autoincrement=False),
        text("content"),
        text("who"),
        number("published_at"),
        number("retired"),
        text("because"),
    )
    op.create_table(
        "waivers",
        key("rule"),
        key("subject"),
        sa.Column("given_at", sa.BigInteger(), nullable=False, primary_key=True, autoincrement=False),
        text("reason"),
        text("who"),
        text("until"),
        number("withdrawn"),
    )


def key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, primary_key=True)


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)
