"""What an engine does where the machine ends: a full disk, a small memory, a person who has waited enough."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from weft.engine import open_engine
from weft.engine.seam import Build
from weft.errors import EngineFault
from weft.names import LineName
from weft.settings import EngineSettings

from .conftest import AS_OF

BUILDS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from weft.engine import open_engine
from weft.engine.seam import Build
from weft.settings import EngineSettings

folder = Path(sys.argv[1])
bench = open_engine(EngineSettings(threads=2, memory=sys.argv[3]), [folder]).bench(datetime.now(UTC))
"""
WRITES = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    bench.build(Build("a.b.c@1", sys.argv[2], (("v", "VARCHAR"),), folder / "c.parquet"))
except Exception as error:
    print(type(error).__name__, error, sorted(file.name for file in folder.iterdir() if file.is_file()))
"""
RUNS = """
print("running", flush=True)
bench.build(Build("a.b.c@1", sys.argv[2], (("v", "HUGEINT"),), folder / "c.parquet"))
"""
READS = """
from weft.engine.reading import Reading
reading = Reading({}, EngineSettings(), datetime.now(UTC))
print("running", flush=True)
reading.read(sys.argv[2]).read_all()
"""
LONG = "SELECT sum(a.range * b.range) AS v FROM range(10000000) a, range(10000000) b"


def script(text: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", BUILDS + text, *arguments]


def test_a_full_disk_is_a_fault_of_the_store_and_leaves_nothing(tmp_path: Path) -> None:
    sql = "SELECT md5(range::VARCHAR) AS v FROM range(100000)"
    done = subprocess.run(script(WRITES, str(tmp_path), sql, "1GB"), capture_output=True, text=True, check=False)
    assert done.stdout.startswith(
        f"StoreFault a.b.c@1: {tmp_path / 'c.parquet'} could not be written, the disk is full"
    ), done
    assert done.stdout.rstrip().endswith("[]")


def test_too_little_memory_is_told_with_what_to_do(tmp_path: Path) -> None:
    engine = open_engine(EngineSettings(threads=1, memory="20MB"), [tmp_path])
    bench = engine.bench(AS_OF)
    with pytest.raises(EngineFault, match="needs more memory than it may have") as caught:
        bench.build(
            Build(
                LineName("a.b.c@1"),
                "SELECT list(range) AS v FROM range(100000000)",
                (("v", "BIGINT[]"),),
                tmp_path / "c.parquet",
            )
        )
    assert "memory" in caught.value.mend
    engine.close()


@pytest.mark.parametrize("text", [RUNS, READS], ids=["build", "question"])
def test_ctrl_c_ends_what_runs(tmp_path: Path, text: str) -> None:
    with subprocess.Popen(
        script(text, str(tmp_path), LONG, "1GB"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "running\n"
            with pytest.raises(subprocess.TimeoutExpired):
                child.wait(0.3)
            child.send_signal(signal.SIGINT)
            _, said = child.communicate(timeout=10)
        finally:
            child.kill()
    assert said.rstrip().endswith("KeyboardInterrupt")


@pytest.mark.parametrize(
    "settings", [EngineSettings(memory="lots"), EngineSettings(threads=-1), EngineSettings(name="spark")], ids=str
)
def test_settings_that_are_none_are_told(tmp_path: Path, settings: EngineSettings) -> None:
    with pytest.raises(EngineFault, match=r"mesh\.yaml"):
        open_engine(settings, [tmp_path])
