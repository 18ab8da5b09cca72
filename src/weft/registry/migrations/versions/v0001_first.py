"""The registry's tables. Times are microseconds since 1970 in UTC; what ends in `_json` is read and written whole."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""SQLite counts up by itself only where the type is INTEGER."""


def upgrade() -> None:
    _registry()
    _products()
    _snapshots()
    _pointers()
    _runs()


def _registry() -> None:
    op.create_table("meta", text("name", primary_key=True), text("value"))
    op.create_table("counters", text("name", primary_key=True), number("value"))


def _products() -> None:
    """What each environment was last told of: domains, products, what they read and what flows into what."""
    op.create_table("domains", key("environment"), key("name"), text("digest"), text("value_json"))
    op.create_table(
        "products",
        key("environment"),
        key("name"),
        text("domain"),
        text("digest"),
        text("value_json"),
        number("applied_at"),
        text("run"),
    )
    op.create_table("sources", key("environment"), key("product"), key("reading"), text("digest"), text("parts_json"))
    op.create_table("input_lines", key("environment"), key("product"), key("port"), text("label"))
    op.create_table("column_lineage", key("environment"), key("product"), text("edges_json"))


def _snapshots() -> None:
    op.create_table(
        "snapshots",
        key("id"),
        text("line"),
        text("product"),
        text("fingerprint"),
        text("run"),
        number("created_at"),
        number("pointed_at"),
        number("rows"),
        number("bytes"),
        text("columns_json"),
        text("files_json"),
        text("inputs_json"),
        text("statistics_json"),
    )
    op.create_table("fingerprints", key("fingerprint"), snapshot(ondelete="CASCADE"))
    op.create_index("fingerprints_snapshot", "fingerprints", ["snapshot"])
    op.create_table("leases", key("id"), key("snapshot"), text("holder"), number("expires_at"))
    op.create_index("leases_snapshot", "leases", ["snapshot"])


def _pointers() -> None:
    op.create_table(
        "pointers",
        key("environment"),
        key("line"),
        text("product"),
        snapshot(),
        text("fingerprint"),
        number("revision"),
        number("published_at"),
        text("run"),
        text("checks"),
        text("parts_json"),
    )
    op.create_index("pointers_product", "pointers", ["environment", "product"])
    op.create_index("pointers_snapshot", "pointers", ["snapshot"])
    op.create_table(
        "publishes",
        sa.Column("revision", sa.BigInteger(), primary_key=True, autoincrement=False),
        text("environment"),
        text("product"),
        text("run"),
        text("who"),
        number("published_at"),
        text("before_json"),
        text("after_json"),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        key("id"),
        text("environment"),
        text("command"),
        text("who"),
        text("host"),
        number("process"),
        text("process_start"),
        text("state"),
        number("started_at"),
        number("heartbeat_at"),
        number("ended_at", nullable=True),
        text("message"),
    )
    op.create_index("runs_state", "runs", ["state"])
    op.create_table(
        "run_steps",
        key("run"),
        key("product"),
        key("line"),
        text("action"),
        text("reason"),
        text("state"),
        number("started_at"),
        real("seconds"),
        number("rows"),
        number("bytes"),
        text("snapshot", nullable=True),
        text("message"),
    )
    op.create_table(
        "check_results",
        sequence(),
        text("run"),
        text("environment"),
        text("line"),
        text("check_name"),
        text("kind"),
        text("outcome"),
        text("severity"),
        text("columns_json"),
        text("dimension"),
        text("measured_json"),
        text("threshold"),
        text("unit"),
        number("rows"),
        text("message"),
        text("description"),
        real("seconds"),
        text("snapshot", nullable=True),
        number("checked_at"),
    )
    op.create_index("check_results_latest", "check_results", ["environment", "line", "check_name", "seq"])
    op.create_table(
        "events",
        sequence(),
        number("happened_at"),
        text("environment"),
        text("product"),
        text("line"),
        text("kind"),
        text("message"),
        text("run"),
        text("who"),
    )


def key(name: str) -> sa.Column[str]:
    return text(name, primary_key=True)


def text(name: str, *, nullable: bool = False, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable, primary_key=primary_key)


def number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def real(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=False)


def snapshot(ondelete: str | None = None) -> sa.Column[str]:
    return sa.Column("snapshot", sa.Text(), sa.ForeignKey("snapshots.id", ondelete=ondelete), nullable=False)


def sequence() -> sa.Column[int]:
    return sa.Column("seq", SEQUENCE, primary_key=True, autoincrement=True)
