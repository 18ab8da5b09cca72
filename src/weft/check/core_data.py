"""Core data that reads what is not there: a source that is no relation of its product, or a column that a source has not."""

from __future__ import annotations

from collections.abc import Iterator

from weft.check.core_sources import faults_of_columns
from weft.check.ground import Ground
from weft.check.names_said import mend_of
from weft.errors import Fault


def core_data_reads_what_is_not_there(ground: Ground) -> Iterator[Fault]:
    core, known = ground.product.core, {*ground.sayable}
    for source in core.sources if core else ():
        if source.name not in known:
            if source.name.partition(".")[0] not in ground.unanswered:
                message = f"'{source.name}' is neither an input port nor a transform of {ground.product.name}"
                yield Fault(source.place, message, mend_of(source.name, ground))
        elif columns := ground.columns(source.name):
            yield from faults_of_columns(source, columns)
