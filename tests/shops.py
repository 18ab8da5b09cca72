"""A shop whose customers are core data: the example of tills and a web shop, applied."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

from weft.session import open_session

EXAMPLE = Path(__file__).parent.parent / "examples" / "customers"
PRODUCT = "sales.customer"
DECISIONS = "domains/sales/customer/decisions.csv"


def applied_shop(root: Path) -> Path:
    copytree(EXAMPLE, root)
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
    return root
