"""Meshes of N small products: one in five takes in a file, the others read one to three ports published before them."""

from __future__ import annotations

from random import Random

from bench.mesh import Columns, Mesh, Source, Table

ROWS = 500
PRODUCTS_A_DOMAIN = 25
DOMAINS = ("sales", "supply", "finance", "service", "marketing", "logistics", "people", "risk")
MONEY = "DECIMAL(18,2)"
COMMON: Columns = {"id": "BIGINT", "customer": "VARCHAR", "category": "VARCHAR", "amount": MONEY, "happened_on": "DATE"}
"""What every table has, so that any can be read by any."""


def small_mesh(size: int, seed: int = 7) -> Mesh:
    """Equal sizes and seeds give equal meshes."""
    random = Random(f"{seed} {size}")
    tables: list[Table] = []
    for number in range(size):
        if number < 3 or (number % 5 == 0 and number < size - 1):
            tables.append(_taken_in(number))
        else:
            tables.append(_made(number, random, tables))
    return Mesh(f"small_{size}", tuple(tables))


def _name(number: int) -> tuple[str, str]:
    """Domain and product."""
    domain = number // PRODUCTS_A_DOMAIN
    return f"{DOMAINS[domain % len(DOMAINS)]}_{domain:02}", f"product_{number:04}"


def _taken_in(number: int) -> Table:
    domain, name = _name(number)
    columns = COMMON | {"quantity": "BIGINT", "total": MONEY}
    source = Source(f"{name}_file", _FILE, _rows(number), "csv" if number % 2 == 0 else "parquet")
    return Table(domain, name, columns, _TAKEN_IN.replace("FILE", f"{{{source.name}}}"), source=source)


_FILE: Columns = {
    "id": "BIGINT",
    "customer": "VARCHAR",
    "category": "VARCHAR",
    "quantity": "BIGINT",
    "amount": MONEY,
    "happened_on": "DATE",
}
_TAKEN_IN = """\
-- Orders as they were taken in, with what each comes to.
SELECT id, trim(customer) AS customer, upper(category) AS category, amount, happened_on, quantity,
       CAST(amount * quantity AS DECIMAL(18,2)) AS total
FROM FILE
"""


def _rows(number: int) -> str:
    """One row an order; every value follows from its id and the file's number."""
    return f"""\
SELECT i AS id, 'customer ' || (hash(i, {number}) % 97) AS customer,
       ['food', 'tools', 'books', 'music'][1 + (hash(i + 1, {number}) % 4)::INTEGER] AS category,
       1 + (hash(i + 2, {number}) % 9)::BIGINT AS quantity,
       ((hash(i + 3, {number}) % 100000) / 100)::DECIMAL(18,2) AS amount,
       DATE '2024-01-01' + (hash(i + 4, {number}) % 365)::INTEGER AS happened_on
FROM range({ROWS + number % 50}) AS r(i) ORDER BY i"""


def _made(number: int, random: Random, earlier: list[Table]) -> Table:
    domain, name = _name(number)
    shape = random.choice((_filtered, _joined, _joined, _ranked, _three_joined))
    near = earlier[-200:]
    return shape((domain, name), [table.name for table in random.sample(near, 3)])


def _filtered(names: tuple[str, str], reads: list[str]) -> Table:
    """The newest half, with its share of the day."""
    sql = f"""\
-- The larger orders, with the month they were made in.
SELECT id, customer, category, CAST(amount + {{edition}} AS DECIMAL(18,2)) AS amount, happened_on,
       CAST(date_trunc('month', happened_on) AS DATE) AS month
FROM {{{reads[0]}}}
WHERE amount >= 0 AND id % 50 <> 7
"""
    return Table(*names, COMMON | {"month": "DATE"}, sql, (reads[0],))


def _joined(names: tuple[str, str], reads: list[str]) -> Table:
    sql = f"""\
-- What one table says of the orders of another.
SELECT a.id, a.customer, b.category, CAST(a.amount + {{edition}} AS DECIMAL(18,2)) AS amount, a.happened_on,
       b.amount AS other_amount, CAST(a.happened_on - b.happened_on AS BIGINT) AS days_between
FROM {{{reads[0]}}} AS a
JOIN {{{reads[1]}}} AS b USING (id)
"""
    return Table(*names, COMMON | {"other_amount": MONEY, "days_between": "BIGINT"}, sql, (reads[0], reads[1]))


def _ranked(names: tuple[str, str], reads: list[str]) -> Table:
    sql = f"""\
-- Each order beside what its customer spent, and its rank among the customer's orders.
WITH spent AS (SELECT customer, sum(amount) AS total, count(*) AS orders FROM {{{reads[0]}}} GROUP BY customer)
SELECT o.id, o.customer, o.category, CAST(o.amount + {{edition}} AS DECIMAL(18,2)) AS amount, o.happened_on,
       CAST(s.total AS DECIMAL(18,2)) AS customer_total, s.orders AS customer_orders,
       row_number() OVER (PARTITION BY o.customer ORDER BY o.amount DESC, o.id) AS rank
FROM {{{reads[0]}}} AS o
JOIN spent AS s USING (customer)
"""
    more = {"customer_total": MONEY, "customer_orders": "BIGINT", "rank": "BIGINT"}
    return Table(*names, COMMON | more, sql, (reads[0],))


def _three_joined(names: tuple[str, str], reads: list[str]) -> Table:
    sql = f"""\
-- Three tables' amounts of an order in one row.
SELECT a.id, a.customer, coalesce(b.category, a.category) AS category,
       CAST(a.amount + {{edition}} AS DECIMAL(18,2)) AS amount, a.happened_on,
       CAST(coalesce(b.amount, 0) + coalesce(c.amount, 0) AS DECIMAL(18,2)) AS others,
       CASE WHEN a.amount > coalesce(b.amount, 0) THEN 'more' ELSE 'less' END AS than_before
FROM {{{reads[0]}}} AS a
LEFT JOIN {{{reads[1]}}} AS b USING (id)
LEFT JOIN {{{reads[2]}}} AS c USING (id)
"""
    return Table(*names, COMMON | {"others": MONEY, "than_before": "VARCHAR"}, sql, tuple(reads))
