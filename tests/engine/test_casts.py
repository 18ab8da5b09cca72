"""Which types can be assigned from which, both ways."""

from __future__ import annotations

import pytest

from weft.engine.seam import Engine

ASSIGNABLE = """
BIGINT <- INTEGER HUGEINT DOUBLE DECIMAL(10,2) UTINYINT "NULL"
INTEGER <- BIGINT FLOAT
DOUBLE <- BIGINT DECIMAL(38,10) FLOAT HUGEINT
FLOAT <- DOUBLE INTEGER
DECIMAL(10,2) <- INTEGER DOUBLE DECIMAL(18,6)
VARCHAR <- UUID ENUM('a') JSON "NULL"
JSON <- VARCHAR
UUID <- VARCHAR
ENUM('a','b') <- VARCHAR ENUM('a')
DATE <- "NULL"
TIMESTAMP <- DATE TIMESTAMP_S TIMESTAMP_NS
TIMESTAMPTZ <- DATE TIMESTAMP
TIME <- TIME_NS
BIGINT[] <- INTEGER[] "NULL"[] INTEGER[2]
FLOAT[3] <- DOUBLE[] DOUBLE[3]
STRUCT(a BIGINT, b VARCHAR) <- STRUCT(b VARCHAR, a INTEGER) STRUCT(A INTEGER, b UUID)
MAP(VARCHAR, DOUBLE) <- MAP(VARCHAR, INTEGER)
BLOB <- BLOB
BOOLEAN <- BOOLEAN
"""
NOT_ASSIGNABLE = """
BIGINT <- VARCHAR BOOLEAN DATE TIMESTAMP INTEGER[]
BOOLEAN <- INTEGER VARCHAR
VARCHAR <- BIGINT DATE BOOLEAN BLOB INTEGER[] DOUBLE
DATE <- TIMESTAMP VARCHAR TIMESTAMPTZ INTEGER
TIMESTAMP <- VARCHAR TIMESTAMPTZ TIME
TIME <- TIMESTAMP TIMETZ
UUID <- ENUM('a') BLOB
BLOB <- VARCHAR
INTERVAL <- TIME INTEGER
BIGINT[] <- VARCHAR[] BIGINT
FLOAT[3] <- FLOAT[2]
STRUCT(a BIGINT) <- STRUCT(b BIGINT) STRUCT(a VARCHAR) STRUCT(a BIGINT, b BIGINT) BIGINT
MAP(VARCHAR, BIGINT) <- MAP(BIGINT, BIGINT) STRUCT(a BIGINT)
"""


def pairs(table: str) -> list[tuple[str, str]]:
    """(given, promised): types stand apart by spaces outside brackets."""
    found = []
    for line in table.strip().splitlines():
        promised, _, given = line.partition(" <- ")
        word, depth = "", 0
        for letter in given + " ":
            depth += (letter in "([") - (letter in ")]")
            if letter == " " and not depth:
                found.append((word, promised))
                word = ""
            else:
                word += letter
    return found


@pytest.mark.parametrize(("given", "promised"), pairs(ASSIGNABLE))
def test_a_type_can_be_assigned(engine: Engine, given: str, promised: str) -> None:
    assert engine.assignable(given, promised)


@pytest.mark.parametrize(("given", "promised"), pairs(NOT_ASSIGNABLE))
def test_a_type_cannot_be_assigned(engine: Engine, given: str, promised: str) -> None:
    assert not engine.assignable(given, promised)
