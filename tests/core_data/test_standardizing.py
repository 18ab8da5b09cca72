"""What is written in several ways is made alike, and what is no value becomes none."""

from __future__ import annotations

import duckdb
import pytest

from weft.core_data.standardizing import standardized
from weft.product.core_data import Standard

PAIRS: list[tuple[Standard, str, str | None]] = [
    ("text", "  Obstetrics/Gynecology ", "OBSTETRICS GYNECOLOGY"),
    ("text", "n/a", None),
    ("name", "O'Brien", "OBRIEN"),
    ("name", "García-López", "GARCIA LOPEZ"),
    ("name", "Smith, Jr.", "SMITH"),
    ("name", "Lee III", "LEE"),
    ("name", "NA", "NA"),
    ("name", "unknown", None),
    ("given_name", "Dr. Ada", "ADA"),
    ("given_name", "FNU", None),
    ("given_name", "zoë", "ZOE"),
    ("credential", "M.D., Ph.D.", "MD PHD"),
    ("credential", "MD", "MD"),
    ("credential", "M. D.", "MD"),
    ("credential", "PhD, MD", "MD PHD"),
    ("sex", "Female", "F"),
    ("sex", "U", None),
    ("address", "12 North Main Street, Suite 200", "12 N MAIN ST"),
    ("address", "12 N. Main St #200", "12 N MAIN ST"),
    ("address", "500 First Avenue", "500 1ST AVE"),
    ("city", "St. Louis", "SAINT LOUIS"),
    ("city", "Ft Worth", "FORT WORTH"),
    ("state", "new york", "NY"),
    ("state", "ny", "NY"),
    ("state", "Ontario", None),
    ("zip", "02138-1234", "02138"),
    ("zip", "2138", "02138"),
    ("zip", "021381234", "02138"),
    ("zip", "00000", None),
    ("phone", "+1 (617) 555-0123 ext. 9", "6175550123"),
    ("phone", "555-0123", None),
    ("email", " Ada@Example.ORG ", "ada@example.org"),
    ("email", "ada at example", None),
    ("identifier", "ab-12 3", "AB123"),
    ("identifier", "000", None),
    ("npi", "1234567893", "1234567893"),
    ("npi", "1234567893.0", "1234567893"),
    ("npi", "1234567890", None),
    ("code", " a 01 ", "A 01"),
    ("date", "2020-02-29", "2020-02-29"),
    ("date", "2/29/2020", "2020-02-29"),
    ("date", "2/9/20", "2020-02-09"),
    ("date", "02-09-20", "2020-02-09"),
    ("date", "9-Feb-1998", "1998-02-09"),
    ("date", "2020-02-09 10:00:00", "2020-02-09"),
    ("date", "20200209", "2020-02-09"),
    ("date", "2020-02-30", None),
    ("date", "1900-01-01", None),
    ("as_is", " As Is ", " As Is "),
    ("name", "'; DROP TABLE record; --", "DROP TABLE RECORD"),
]


@pytest.mark.parametrize(("standard", "said", "made"), PAIRS, ids=[f"{one} {said}" for one, said, _ in PAIRS])
def test_a_value_is_made_alike(standard: Standard, said: str, made: str | None) -> None:
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT CAST({standardized(standard, 'v')} AS VARCHAR) FROM (SELECT ? AS v)", [said]
        )
        assert found.fetchall() == [(made,)]


@pytest.mark.parametrize("standard", sorted({standard for standard, _, _ in PAIRS}))
def test_nothing_stays_nothing_and_what_is_made_alike_stays_so(standard: Standard) -> None:
    said = [made for one, _, made in PAIRS if one == standard and made is not None]
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT unnest(?::VARCHAR[]) AS v", [[*said, None, ""]])
        again = connection.execute(f"SELECT CAST({standardized(standard, 'v')} AS VARCHAR) FROM t").fetchall()
    assert [row[0] or None for row in again] == [*said, None, None]
