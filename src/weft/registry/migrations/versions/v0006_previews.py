"""Previews that `prod` has published, and what those who were invited said of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table("previews", key("product"), key("port"), key("version"), number("published_at"))
    op.create_table(
        "verdicts",
        key("product"),
        key("port"),
        key("version"),
        key("who"),
        sa.Column("given_at", sa.BigInteger(), nullable=False, primary_key=True, autoincrement=False),
        text("word"),
        text("comment"),
        text("given_by"),
    )


def key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, primary_key=True)


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)
