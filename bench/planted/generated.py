"""Four tables of their own process: transactions by day, customers, readings of sensors, orders with keys."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from bench.planted.batches import Batch, Shape, days_of, delivered

GIVEN = [
    "Anna",
    "Ben",
    "Carla",
    "David",
    "Eva",
    "Frank",
    "Greta",
    "Hans",
    "Inés",
    "Jürgen",
    "Karin",
    "Léa",
    "Marc",
    "Nina",
    "Oskar",
    "Paula",
    "Quentin",
    "Rosa",
    "Søren",
    "Tanja",
    "Uwe",
    "Vera",
    "Walter",
    "Xenia",
    "Yann",
    "Zoë",
]
FAMILY = [
    "Adams",
    "Brown",
    "Clark",
    "Davis",
    "Evans",
    "Foster",
    "García",
    "Hughes",
    "Irwin",
    "Jones",
    "König",
    "López",
    "Müller",
    "Nguyen",
    "Olsen",
    "Peterson",
    "Quinn",
    "Russo",
    "Schäfer",
    "Turner",
    "Ueda",
    "Vargas",
    "White",
    "Xu",
    "Young",
    "Zimmer",
]
STREETS = [
    "Main",
    "Oak",
    "Maple",
    "Cedar",
    "Pine",
    "Elm",
    "Washington",
    "Lake",
    "Hill",
    "Park",
    "River",
    "Spring",
    "Church",
    "Highland",
    "Sunset",
    "Jackson",
]
PLACES = {
    "NY": (("New York", "100"), ("Buffalo", "142"), ("Albany", "122")), "CA": (("Los Angeles", "900"), ("San Diego", "921"), ("Fresno", "937")),
    "TX": (("Houston", "770"), ("Dallas", "752"), ("Austin", "787")), "FL": (("Miami", "331"), ("Tampa", "336")), "IL": (("Chicago", "606"), ("Peoria", "616")),
    "WA": (("Seattle", "981"), ("Spokane", "992")), "MA": (("Boston", "021"), ("Worcester", "016")), "GA": (("Atlanta", "303"), ("Savannah", "314")),
}  # fmt: skip
CITIES = tuple((state, city, zip_) for state, cities in PLACES.items() for city, zip_ in cities)


def chosen(random: Random, weights: dict[str, float]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]


def columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def around(random: Random, middle: float) -> int:
    """How many come: a count, of which the weeks vary by a twentieth beside chance."""
    rate = middle * math.exp(random.gauss(0, 0.05))
    return max(round(random.gauss(rate, math.sqrt(rate))), 1)


def transactions(random: Random, number: int) -> Batch:
    rows: list[dict[str, Any]] = []
    for day in days_of(number):
        for _ in range(around(random, 260)):
            kind = chosen(random, {"grocery": 40, "fuel": 18, "travel": 7, "restaurant": 25, "online": 10})
            amount = round(
                math.exp(
                    random.gauss(
                        {"grocery": 3.4, "fuel": 3.9, "travel": 5.6, "restaurant": 3.2, "online": 3.7}[kind], 0.6
                    )
                ),
                2,
            )
            hour = min(max(int(random.gauss(14, 4)), 0), 23)
            rows.append(
                {
                    "transaction_id": number * 1_000_000 + len(rows) + 1,
                    "booked_at": datetime(
                        day.year, day.month, day.day, hour, random.randrange(60), random.randrange(60)
                    ),
                    "booked_on": day,
                    "account": f"DE{random.randrange(10, 99)}-{random.randrange(1000, 9999)}-{random.randrange(1000, 9999)}",
                    "category": kind,
                    "channel": chosen(random, {"card": 70, "transfer": 20, "direct debit": 10}),
                    "currency": chosen(random, {"EUR": 88, "USD": 8, "CHF": 4}),
                    "amount": amount,
                    "fee": round(amount * 0.012 + random.random() * 0.05, 3),
                    "balance": round(random.gauss(2500, 800), 2),
                }
            )
    return Batch(columns(rows), delivered(number))


def customers(random: Random, number: int) -> Batch:
    rows: list[dict[str, Any]] = []
    for at in range(around(random, 1200)):
        given, family = random.choice(GIVEN), random.choice(FAMILY)
        state, city, zip_ = random.choice(CITIES)
        born = date(1940, 1, 1) + timedelta(days=int(random.triangular(0, 24000, 14000)))
        plain = f"{given}.{family}".lower().translate(str.maketrans("éüøëíöäó", "euoeioao"))
        rows.append(
            {
                "customer_id": number * 100_000 + at + 1,
                "given_name": given,
                "family_name": family,
                "email": f"{plain}{random.randrange(1, 99)}@{random.choice(['example.com', 'mail.example.org', 'example.net'])}",
                "phone": f"({random.randrange(201, 989)}) {random.randrange(200, 999)}-{random.randrange(1000, 9999)}",
                "street": f"{random.randrange(1, 9999)} {random.choice(STREETS)} {random.choice(['St', 'Ave', 'Rd', 'Blvd'])}",
                "city": city,
                "state": state,
                "zip": f"{zip_}{random.randrange(5):02d}",
                "born_on": born,
                "registered_on": random.choice(days_of(number)),
                "segment": chosen(random, {"private": 80, "business": 15, "public": 5}),
                "credit_limit": round(random.gammavariate(4, 800), -1),
            }
        )
    return Batch(columns(rows), delivered(number))


def readings(random: Random, number: int) -> Batch:
    rows: list[dict[str, Any]] = []
    weather = random.gauss(0, 1.5)
    for day in days_of(number):
        today = weather + random.gauss(0, 1)
        for hour in range(24):
            for sensor in range(10):
                temperature = (
                    14 + today + 5 * math.sin((hour - 9) / 24 * 2 * math.pi) + 0.3 * sensor + random.gauss(0, 0.8)
                )
                rows.append(
                    {
                        "sensor": f"S-{sensor + 1:03d}",
                        "site": ("north", "south", "east")[sensor % 3],
                        "measured_at": datetime(
                            day.year, day.month, day.day, hour, random.randrange(3), random.randrange(60)
                        ),
                        "temperature": round(temperature, 2),
                        "humidity": round(min(max(78 - 2.2 * temperature + random.gauss(0, 4), 5), 100), 1),
                        "pressure": round(1013 + 2 * today + random.gauss(0, 3), 1),
                        "battery": round(min(max(random.gauss(3.7, 0.08), 3.2), 4.2), 3),
                        "quality": chosen(random, {"good": 95, "fair": 4, "poor": 1}),
                    }
                )
    return Batch(columns(rows), delivered(number))


PRODUCTS = tuple(
    (f"{'ABCDEFGH'[n % 8]}{'KLMN'[n % 4]}{'XYZ'[n % 3]}-{100 + 7 * n}", round(5 + 1.7 * n + (n * 37 % 23), 2))
    for n in range(60)
)
BUYERS = tuple(range(10_001, 10_801))


def orders(random: Random, number: int) -> Batch:
    rows: list[dict[str, Any]] = []
    for day in days_of(number):
        for _ in range(around(random, 180)):
            product, price = random.choice(PRODUCTS)
            quantity = min(1 + int(random.expovariate(0.5)), 20)
            discount = chosen(random, {"0": 70, "5": 20, "10": 8, "20": 2})
            rows.append(
                {
                    "order_id": f"O{number:04d}-{len(rows) + 1:06d}",
                    "customer_id": random.choice(BUYERS),
                    "product": product,
                    "quantity": quantity,
                    "unit_price": price,
                    "discount": int(discount),
                    "total": round(quantity * price * (1 - int(discount) / 100), 2),
                    "ordered_on": day,
                    "due_on": day + timedelta(days=random.randrange(2, 12)),
                    "status": chosen(random, {"open": 30, "shipped": 60, "returned": 6, "cancelled": 4}),
                    "ship_state": random.choice(CITIES)[0],
                    "note": chosen(random, {"": 90, "leave at the door": 6, "call before": 4}) or None,
                }
            )
    return Batch(columns(rows), delivered(number))


TRANSACTIONS = Shape(
    "transactions",
    {"transaction_id": "BIGINT", "booked_at": "TIMESTAMP", "booked_on": "DATE", "account": "VARCHAR", "category": "VARCHAR", "channel": "VARCHAR",
     "currency": "VARCHAR", "amount": "DOUBLE", "fee": "DOUBLE", "balance": "DOUBLE"},
    {"transaction_id": "key", "booked_at": "moment", "booked_on": "day", "account": "code", "category": "category", "channel": "category",
     "currency": "category", "amount": "amount", "fee": "amount", "balance": "amount"},
    transactions,
    (("amount", "fee"), ("amount", "category"), ("booked_at", "booked_on")),
)  # fmt: skip
CUSTOMERS = Shape(
    "customers",
    {"customer_id": "BIGINT", "given_name": "VARCHAR", "family_name": "VARCHAR", "email": "VARCHAR", "phone": "VARCHAR", "street": "VARCHAR", "city": "VARCHAR",
     "state": "VARCHAR", "zip": "VARCHAR", "born_on": "DATE", "registered_on": "DATE", "segment": "VARCHAR", "credit_limit": "DOUBLE"},
    {"customer_id": "key", "given_name": "name", "family_name": "name", "email": "e-mail", "phone": "code", "street": "street", "city": "category", "state": "state",
     "zip": "zip", "born_on": "date", "registered_on": "day", "segment": "category", "credit_limit": "amount"},
    customers,
    (("city", "state"), ("zip", "city"), ("zip", "state")),
)  # fmt: skip
READINGS = Shape(
    "readings",
    {"sensor": "VARCHAR", "site": "VARCHAR", "measured_at": "TIMESTAMP", "temperature": "DOUBLE", "humidity": "DOUBLE", "pressure": "DOUBLE",
     "battery": "DOUBLE", "quality": "VARCHAR"},
    {"sensor": "category", "site": "category", "measured_at": "moment", "temperature": "amount", "humidity": "amount", "pressure": "amount",
     "battery": "amount", "quality": "category"},
    readings,
    (("temperature", "humidity"), ("sensor", "site")),
)  # fmt: skip
ORDERS = Shape(
    "orders",
    {"order_id": "VARCHAR", "customer_id": "BIGINT", "product": "VARCHAR", "quantity": "BIGINT", "unit_price": "DOUBLE", "discount": "BIGINT", "total": "DOUBLE",
     "ordered_on": "DATE", "due_on": "DATE", "status": "VARCHAR", "ship_state": "VARCHAR", "note": "VARCHAR"},
    {"order_id": "key", "customer_id": "foreign", "product": "category", "quantity": "amount", "unit_price": "amount", "discount": "step", "total": "amount",
     "ordered_on": "day", "due_on": "date", "status": "category", "ship_state": "state", "note": "sparse"},
    orders,
    (("product", "unit_price"), ("quantity", "total"), ("ordered_on", "due_on")),
    {"customer_id": ("buyers", BUYERS)},
)  # fmt: skip
