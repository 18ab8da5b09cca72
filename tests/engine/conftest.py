"""An engine and a bench of its own for each test, in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from weft.engine import open_engine
from weft.engine.seam import Bench, Engine
from weft.settings import EngineSettings

AS_OF = datetime(2013, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(EngineSettings(threads=2, memory="1GB"), [tmp_path])
    yield engine
    engine.close()


@pytest.fixture
def bench(engine: Engine) -> Iterator[Bench]:
    bench = engine.bench(AS_OF)
    yield bench
    bench.close()
