"""Environments with where they began, holds of what was rolled back, and what a rollback puts back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _environments()
    _rollbacks()
    op.create_index("check_results_snapshot", "check_results", ["snapshot"])


def _environments() -> None:
    op.create_table(
        "environments",
        key("name"),
        text("who"),
        number("revision"),
        number("made_at"),
        number("used_at"),
        number("expires_at"),
    )
    op.create_table("bases", key("environment"), key("product"), number("revision"), text("digest"))


def _rollbacks() -> None:
    """`product_versions` are documents and lineage as they were published, each kept once."""
    op.add_column("publishes", sa.Column("kind", sa.Text(), nullable=False, server_default="published"))
    op.add_column("publishes", sa.Column("digest", sa.Text(), nullable=False, server_default=""))
    op.create_index("publishes_product", "publishes", ["environment", "product", "revision"])
    op.create_table("product_versions", key("name"), key("digest"), text("value_json"), text("edges_json"))
    op.create_table(
        "holds",
        key("environment"),
        key("product"),
        number("since"),
        text("who"),
        text("run"),
        number("revision"),
        text("because"),
        text("withdrawn_json"),
    )


def key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, primary_key=True)


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)
