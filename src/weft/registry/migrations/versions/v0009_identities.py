"""Identities: accounts, the roles given to them, what lets them in (by digest alone), and failed attempts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "accounts",
        key("name"),
        *(text(name) for name in ("kind", "state", "domain", "password", "because", "attributes_json", "claimed_json")),
        number("generation"),
        number("made_at"),
        text("made_by"),
        sa.Column("signed_in_at", sa.BigInteger(), nullable=True),
    )
    op.create_table(
        "grants", key("account"), key("role"), key("domain"), key("source"), text("given_by"), number("given_at")
    )
    op.create_index("grants_domain", "grants", ["domain", "role"])
    op.create_table(
        "credentials",
        key("digest"),
        *(text(name) for name in ("kind", "account", "name", "scopes_json", "made_by")),
        number("generation"),
        number("made_at"),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
    )
    op.create_index("credentials_account", "credentials", ["account", "kind"])
    op.create_index("credentials_end", "credentials", ["expires_at"])
    op.create_table("attempts", key("what"), number("count"), number("last_at"))


def key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, primary_key=True)


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)
