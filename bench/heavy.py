"""One heavy mesh: six million order lines, and twelve tables of what is said of them."""

from __future__ import annotations

from bench.mesh import Columns, Mesh, Source, Table

LINES = 6_000_000
LINES_AN_ORDER = 4
MONEY = "DECIMAL(18,2)"


def heavy_mesh(lines: int = LINES) -> Mesh:
    """Four lines an order, ten orders a customer, and in proportion 200,000 parts and 10,000 suppliers to six million lines."""
    orders = lines // LINES_AN_ORDER
    sources = _sources(lines, orders)
    taken_in = tuple(_taken_in(sources[name], key) for name, key in _KEYS.items())
    return Mesh(f"heavy_{lines}", (*taken_in, *_made()))


_KEYS = {"suppliers": "supplier_id", "parts": "part_id", "customers": "customer_id", "orders": "order_id", "lines": "line_id"}  # fmt: skip
_DOMAINS = {"suppliers": "supply", "parts": "supply", "customers": "sales", "orders": "sales", "lines": "sales"}


def _sources(lines: int, orders: int) -> dict[str, Source]:
    customers, parts, suppliers = max(orders // 10, 1), max(lines // 30, 1), max(lines // 600, 1)
    said: dict[str, tuple[Columns, str]] = {
        "suppliers": (
            {"supplier_id": "BIGINT", "name": "VARCHAR", "nation": "VARCHAR"},
            f"SELECT i AS supplier_id, 'supplier ' || i AS name, {_one_of(_NATIONS, 'i, 1')} AS nation FROM range({suppliers}) AS r(i)",
        ),
        "parts": (
            {"part_id": "BIGINT", "name": "VARCHAR", "brand": "VARCHAR", "list_price": MONEY},
            f"SELECT i AS part_id, 'part ' || i AS name, 'brand ' || (hash(i, 2) % 25) AS brand, {_money('i, 3', 900)} AS list_price FROM range({parts}) AS r(i)",
        ),
        "customers": (
            {"customer_id": "BIGINT", "name": "VARCHAR", "segment": "VARCHAR", "nation": "VARCHAR"},
            f"SELECT i AS customer_id, 'customer ' || i AS name, {_one_of(_SEGMENTS, 'i, 4')} AS segment, {_one_of(_NATIONS, 'i, 5')} AS nation FROM range({customers}) AS r(i)",
        ),
        "orders": (
            {"order_id": "BIGINT", "customer_id": "BIGINT", "ordered_on": "DATE", "priority": "VARCHAR"},
            f"SELECT i AS order_id, (hash(i, 6) % {customers})::BIGINT AS customer_id, {_day('i, 7')} AS ordered_on, {_one_of(_PRIORITIES, 'i, 8')} AS priority FROM range({orders}) AS r(i)",
        ),
        "lines": (
            {
                "line_id": "BIGINT",
                "order_id": "BIGINT",
                "part_id": "BIGINT",
                "supplier_id": "BIGINT",
                "quantity": "BIGINT",
                "price": MONEY,
                "discount": "DECIMAL(4,2)",
                "shipped_on": "DATE",
                "days_late": "BIGINT",
                "mode": "VARCHAR",
            },
            f"""SELECT i AS line_id, i // {LINES_AN_ORDER} AS order_id, (hash(i, 9) % {parts})::BIGINT AS part_id,
                (hash(i, 10) % {suppliers})::BIGINT AS supplier_id, 1 + (hash(i, 11) % 50)::BIGINT AS quantity,
                {_money("i, 12", 1000)} AS price, ((hash(i, 13) % 11) / 100)::DECIMAL(4,2) AS discount,
                {_day("i, 14")} AS shipped_on, (hash(i, 15) % 12)::BIGINT - 4 AS days_late, {_one_of(_MODES, "i, 16")} AS mode
                FROM range({lines}) AS r(i)""",
        ),
    }
    return {name: Source(f"{name}_file", columns, rows) for name, (columns, rows) in said.items()}


_NATIONS = ("France", "Kenya", "Peru", "Japan", "Norway", "Ghana", "India", "Chile")
_SEGMENTS = ("household", "machinery", "building", "furniture", "automobile")
_PRIORITIES = ("urgent", "high", "medium", "low")
_MODES = ("air", "rail", "road", "ship", "mail")


def _one_of(values: tuple[str, ...], seed: str) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"[{listed}][1 + (hash({seed}) % {len(values)})::INTEGER]"


def _money(seed: str, most: int) -> str:
    return f"(1 + (hash({seed}) % {most * 100}) / 100)::DECIMAL(18,2)"


def _day(seed: str) -> str:
    return f"DATE '2021-01-01' + (hash({seed}) % 1461)::INTEGER"


def _taken_in(source: Source, key: str) -> Table:
    """As it comes, in the order it comes in."""
    name = source.name.removesuffix("_file")
    sql = f"SELECT {', '.join(source.columns)}\nFROM {{{source.name}}}\n"
    return Table(_DOMAINS[name], name, source.columns, sql, source=source, key=key)


def _made() -> tuple[Table, ...]:
    return (
        Table(
            "sales",
            "sold_lines",
            {
                "line_id": "BIGINT",
                "customer_id": "BIGINT",
                "part_id": "BIGINT",
                "supplier_id": "BIGINT",
                "ordered_on": "DATE",
                "shipped_on": "DATE",
                "revenue": MONEY,
                "days_late": "BIGINT",
            },
            """\
SELECT l.line_id, o.customer_id, l.part_id, l.supplier_id, o.ordered_on, l.shipped_on,
       CAST(l.quantity * l.price * (1 - l.discount) AS DECIMAL(18,2)) AS revenue, l.days_late
FROM {lines} AS l
JOIN {orders} AS o USING (order_id)
""",
            ("lines", "orders"),
            key="line_id",
        ),
        Table(
            "sales",
            "order_totals",
            {"order_id": "BIGINT", "customer_id": "BIGINT", "ordered_on": "DATE", "total": MONEY, "lines": "BIGINT"},
            """\
SELECT o.order_id, o.customer_id, o.ordered_on, CAST(sum(l.quantity * l.price * (1 - l.discount)) AS DECIMAL(18,2)) AS total,
       count(*) AS lines
FROM {orders} AS o
JOIN {lines} AS l USING (order_id)
GROUP BY o.order_id, o.customer_id, o.ordered_on
""",
            ("orders", "lines"),
            key="order_id",
        ),
        Table(
            "sales",
            "customer_value",
            {
                "customer_id": "BIGINT",
                "name": "VARCHAR",
                "segment": "VARCHAR",
                "orders": "BIGINT",
                "total": MONEY,
                "last_order_on": "DATE",
            },
            """\
SELECT c.customer_id, c.name, c.segment, count(t.order_id) AS orders,
       CAST(coalesce(sum(t.total), 0) AS DECIMAL(18,2)) AS total, max(t.ordered_on) AS last_order_on
FROM {customers} AS c
LEFT JOIN {order_totals} AS t USING (customer_id)
GROUP BY c.customer_id, c.name, c.segment
""",
            ("customers", "order_totals"),
            key="customer_id",
        ),
        Table(
            "supply",
            "part_sales",
            {
                "part_id": "BIGINT",
                "brand": "VARCHAR",
                "sold": "BIGINT",
                "revenue": MONEY,
                "buyers": "BIGINT",
                "rank_in_brand": "BIGINT",
            },
            """\
WITH sold AS (
    SELECT part_id, count(*) AS sold, sum(revenue) AS revenue, count(DISTINCT customer_id) AS buyers
    FROM {sold_lines} GROUP BY part_id
)
SELECT p.part_id, p.brand, s.sold, CAST(s.revenue AS DECIMAL(18,2)) AS revenue, s.buyers,
       row_number() OVER (PARTITION BY p.brand ORDER BY s.revenue DESC, p.part_id) AS rank_in_brand
FROM {parts} AS p
JOIN sold AS s USING (part_id)
""",
            ("parts", "sold_lines"),
            key="part_id",
        ),
        Table(
            "supply",
            "supplier_lateness",
            {"supplier_id": "BIGINT", "nation": "VARCHAR", "lines": "BIGINT", "late": "BIGINT", "late_share": "DOUBLE"},
            """\
SELECT s.supplier_id, s.nation, count(*) AS lines, count(*) FILTER (l.days_late > 0) AS late,
       count(*) FILTER (l.days_late > 0) / count(*) AS late_share
FROM {suppliers} AS s
JOIN {sold_lines} AS l USING (supplier_id)
GROUP BY s.supplier_id, s.nation
""",
            ("suppliers", "sold_lines"),
            key="supplier_id",
        ),
        Table(
            "sales",
            "daily_sales",
            {"day": "DATE", "lines": "BIGINT", "revenue": MONEY, "customers": "BIGINT", "last_week": MONEY},
            """\
WITH days AS (
    SELECT shipped_on AS day, count(*) AS lines, sum(revenue) AS revenue, count(DISTINCT customer_id) AS customers
    FROM {sold_lines} GROUP BY shipped_on
)
SELECT day, lines, CAST(revenue AS DECIMAL(18,2)) AS revenue, customers,
       CAST(sum(revenue) OVER (ORDER BY day ROWS 6 PRECEDING) AS DECIMAL(18,2)) AS last_week
FROM days
""",
            ("sold_lines",),
            key="day",
        ),
        Table(
            "sales",
            "segment_months",
            {"id": "VARCHAR", "segment": "VARCHAR", "month": "DATE", "orders": "BIGINT", "total": MONEY},
            """\
SELECT strftime(date_trunc('month', t.ordered_on), '%Y-%m') || ' ' || c.segment AS id, c.segment,
       CAST(date_trunc('month', t.ordered_on) AS DATE) AS month, count(*) AS orders,
       CAST(sum(t.total) + {edition} AS DECIMAL(18,2)) AS total
FROM {order_totals} AS t
JOIN {customers} AS c USING (customer_id)
GROUP BY c.segment, date_trunc('month', t.ordered_on)
""",
            ("order_totals", "customers"),
        ),
    )
