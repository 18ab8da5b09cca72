"""Agreements on ports, and what was proposed to extend them by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "agreements",
        key("id"),
        text("reader"),
        text("product"),
        text("port"),
        text("state"),
        number("revision"),
        text("value_json"),
    )
    op.create_index("agreements_reader", "agreements", ["reader"])
    op.create_index("agreements_product", "agreements", ["product"])
    op.create_table(
        "proposals",
        key("id"),
        text("product"),
        text("who"),
        text("state"),
        number("revision"),
        text("value_json"),
    )
    op.create_index("proposals_product", "proposals", ["product"])
    op.execute("INSERT INTO counters (name, value) VALUES ('agreements', 0)")


def key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, primary_key=True)


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)
