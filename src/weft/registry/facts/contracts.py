"""Contracts, their service levels, and who stands behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.product.checks import checks_of
from weft.product.contract import Contract, Team
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.levels import Levels
from weft.registry.facts.relation import Relation, boolean, integer, real, text, texts, time


def _contracts(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for product in ledger.products:
        for contract in product.contracts:
            yield (
                product.name,
                product.domain,
                contract.id,
                contract.version,
                contract.line,
                contract.name,
                contract.status,
                contract.is_source,
                contract.purpose,
                contract.usage,
                contract.limitations,
                list(contract.tags),
                contract.price,
                len(contract.tables),
                *_said(contract),
                contract.file,
            )


def _said(contract: Contract) -> tuple[int, int, int, int]:
    columns = [column for table in contract.tables for column in table.columns]
    described = sum(bool(column.description.strip()) for column in columns)
    keyed = sum(bool(table.key) for table in contract.tables)
    return len(columns), described, keyed, sum(len(checks_of(table)) for table in contract.tables)


CONTRACTS = Relation(
    "contracts",
    "One row for each version of each contract that a product carries: its promises, and what it expects of its sources.",
    ("product", "contract_id", "version"),
    (
        text("product", "domain.product"),
        text("domain", "The domain that owns the product"),
        text("contract_id", "The contract's id"),
        text("version", "The contract's version"),
        text("line", "The line that the version is of"),
        text("name", "The contract's name, for people"),
        text("status", "proposed, draft, active, deprecated or retired"),
        boolean("is_source", "Whether it says what is expected of data from outside the mesh"),
        text("purpose", "What the data is for"),
        text("usage", "How it is to be used"),
        text("limitations", "What it is not to be used for"),
        texts("tags", "Its tags"),
        text("price", "What it costs, as the contract says it"),
        integer("tables", "How many tables it describes"),
        integer("columns", "How many columns they have"),
        integer("described_columns", "How many of those it describes"),
        integer("keyed_tables", "How many of the tables have a primary key"),
        integer("checks", "How many checks come of it"),
        text("file", "The document, relative to the mesh's folder"),
    ),
    _contracts,
    is_of_publishes=True,
)


def _service_levels(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    levels = Levels(ledger)
    for product in ledger.products:
        for contract in product.contracts:
            for level in contract.service_levels:
                value = None if level.value is None else str(level.value)
                of = (product.name, product.domain, contract.id, contract.version)
                said = (level.property, value, level.unit, level.element, level.description)
                yield (*of, *said, *levels.measured(product, contract, level))


SERVICE_LEVELS = Relation(
    "service_levels",
    "One row for each service level that a contract promises.",
    ("product", "contract_id", "version", "property", "element"),
    (
        text("product", "domain.product"),
        text("domain", "The domain that owns the product"),
        text("contract_id", "The contract's id"),
        text("version", "The contract's version"),
        text("property", "What is promised: latency, frequency, retention, availability, ..."),
        text("value", "How much of it"),
        text("unit", "The unit of the value"),
        text("element", "The table or column that it holds for; '' for all"),
        text("description", "What the contract says of it"),
        text("measured_by", "How it is measured; NULL where Weft cannot"),
        real("promised_seconds", "The promise in seconds; NULL where it is none of time"),
        time(
            "measured_at",
            "From when it is counted: now() less this is what it comes to; NULL where it is not measured, or nothing is published",
        ),
        text("line_name", "The line whose column says so: domain.product.table@line; NULL where none does"),
        text("column_name", "That column; NULL likewise"),
    ),
    _service_levels,
    is_of_publishes=True,
)


def _members(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for domain in ledger.domains:
        yield from _of_team((domain.name, None, None, None), domain.team)
    for product in ledger.products:
        yield from _of_team((product.domain, product.name, None, None), product.team)
        for contract in product.contracts:
            yield from _of_team((product.domain, product.name, contract.id, contract.version), contract.team)


def _of_team(of: tuple[str | None, ...], team: Team) -> Iterator[tuple[Any, ...]]:
    return ((*of, team.name, member.username, member.name, member.role) for member in team.members)


TEAM_MEMBERS = Relation(
    "team_members",
    "One row for each person of a team: of a domain, of a product, or of a contract.",
    ("domain", "product", "contract_id", "version", "username"),
    (
        text("domain", "The domain"),
        text("product", "domain.product; NULL for the domain's own team"),
        text("contract_id", "The contract; NULL for the team of a domain or a product"),
        text("version", "The contract's version; NULL likewise"),
        text("team", "The team's name"),
        text("username", "Who it is"),
        text("name", "What they are called"),
        text("role", "What they do in the team"),
    ),
    _members,
    is_of_publishes=True,
)


def _support(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for domain in ledger.domains:
        yield from ((domain.name, None, c.channel, c.url, c.tool, c.scope) for c in domain.support)
    for product in ledger.products:
        yield from ((product.domain, product.name, c.channel, c.url, c.tool, c.scope) for c in product.support)


SUPPORT = Relation(
    "support",
    "One row for each way to reach the people of a domain or a product.",
    ("domain", "product", "channel"),
    (
        text("domain", "The domain"),
        text("product", "domain.product; NULL for the domain's own"),
        text("channel", "The channel's name"),
        text("url", "Where it is"),
        text("tool", "What it is: email, slack, teams, ..."),
        text("scope", "What it is for: interactive, announcements, issues"),
    ),
    _support,
    is_of_publishes=True,
)
