"""The example on all of its data, made and applied once for whoever asks: eight seconds that all test processes share."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from weft.session import open_session
from weft.session.demo import make_demo


def applied_demo(factory: pytest.TempPathFactory, config: pytest.Config) -> Path:
    """Made by whichever process comes first, while the others wait. Nobody writes there: a test that does takes a copy."""
    shared = factory.getbasetemp()
    shared = shared.parent if hasattr(config, "workerinput") else shared
    root, done = shared / "flights-demo", shared / "flights-demo.applied"
    with (shared / "flights-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make_demo(root)
            with open_session(root) as session:
                report = session.apply(session.plan())
            assert report.succeeded, [product.message for product in report.products]
            done.touch()
    return root
