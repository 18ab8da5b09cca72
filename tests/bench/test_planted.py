"""Suggested checks learnt from a clean history catch what is planted into later batches of other seeds, and leave clean ones in peace: in small."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from bench.planted.faults import FAULTS, plantable, planted
from bench.planted.proof import Size, batch_of, lines, measured, shape_of, shares

SIZE = Size(batches=16, seeds=(901,), clean=5, shapes=("orders", "readings"))


def test_faults_are_caught_and_clean_batches_are_left_in_peace(tmp_path: Path) -> None:
    found = measured(tmp_path, SIZE, lambda text: None)
    caught, alarmed = shares(found)
    assert caught >= 0.95
    assert alarmed == 0
    told = "\n".join(lines(found))
    assert "| with a planted fault |" in told
    assert len({one.kind for one in found.tried}) > 25


@pytest.mark.parametrize("name", Size().shapes)
def test_equal_seeds_give_equal_batches_and_equal_faults(name: str) -> None:
    shape = shape_of(name, learnt=False)
    batch = batch_of(shape, "7", 31)
    assert batch == batch_of(shape, "7", 31)
    assert batch != batch_of(shape, "8", 31)
    for fault in plantable(shape, batch):
        assert planted(fault, shape, batch, Random(1)) == planted(fault, shape, batch, Random(1))


def test_every_kind_of_fault_happens_to_some_table() -> None:
    shapes = [shape_of(name, learnt=False) for name in Size().shapes]
    kinds = {fault.kind for shape in shapes for fault in plantable(shape, batch_of(shape, "7", 31))}
    assert kinds == {fault.kind for fault in FAULTS}
    assert len(kinds) >= 15
