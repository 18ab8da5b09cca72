"""The company that launches a product, small, made and applied once for whoever asks: all test processes share it."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from weft.examples.pharma import Amount
from weft.session import open_session
from weft.session.demo import make_demo

SMALL = Amount(scale=0.06, weeks=40, call_days=60, npp_days=10)
"""600 clinicians, with every fault that is planted."""


def applied_company(factory: pytest.TempPathFactory, config: pytest.Config) -> Path:
    """Made by whichever process comes first, while the others wait. Nobody writes there: a test that does takes a copy."""
    shared = factory.getbasetemp()
    shared = shared.parent if hasattr(config, "workerinput") else shared
    root, done = shared / "pharma-demo", shared / "pharma-demo.applied"
    with (shared / "pharma-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            apply_company(root)
            done.touch()
    return root


def apply_company(root: Path, amount: Amount = SMALL) -> Path:
    """Makes the company below a folder and applies all of it; what stands there already is brought up to it."""
    make_demo(root, "pharma", amount)
    with open_session(root) as session:
        report = session.apply(session.plan())
    assert report.succeeded, [product.message for product in report.products]
    return root
