"""The audit trail: records in a chain, what of it has begun and not ended, and triggers that help nobody to change it by mistake."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

KEPT = "the audit trail is only added to"
MAY_GO = "(SELECT value FROM counters WHERE name = 'audit pruned')"
SQLITE = (
    f"CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
    f"CREATE TRIGGER audit_kept BEFORE DELETE ON audit WHEN OLD.number > {MAY_GO} BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
)
FUNCTION = (
    "CREATE FUNCTION audit_refused() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN IF TG_OP = 'DELETE' THEN IF OLD.number <= {MAY_GO} THEN RETURN OLD; END IF; END IF; "
    f"RAISE EXCEPTION '{KEPT}'; END $$"
)
POSTGRESQL = (
    FUNCTION,
    "CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refused()",
    "CREATE TRIGGER audit_whole BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refused()",
)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger(), nullable=False, primary_key=True, autoincrement=False),
        number("at"),
        text("kind"),
        text("id"),
        text("who"),
        text("domains"),
        text("body"),
        text("digest"),
        text("link"),
    )
    op.create_index("audit_at", "audit", ["at"])
    op.create_index("audit_id", "audit", ["id"])
    op.create_table(
        "audit_open",
        sa.Column("id", sa.Text(), nullable=False, primary_key=True),
        number("number"),
        text("who"),
        text("domains"),
        text("host"),
        number("process"),
        text("process_start"),
        number("beat_at"),
    )
    op.execute("INSERT INTO counters (name, value) VALUES ('audit', 0), ('audit pruned', 0)")
    for statement in SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)
