"""A setting of build.yaml that is of no table of the product, or of no column of its table."""

from __future__ import annotations

from collections.abc import Iterator

from weft.check.ground import Ground
from weft.errors import Fault, Place, did_you_mean
from weft.product.parting import Parting, parting_of


def a_setting_is_of_nothing(ground: Ground) -> Iterator[Fault]:
    made = {transform.table for transform in ground.product.transforms} | {*ground.made}
    place = Place(f"{ground.product.folder}/build.yaml")
    for name in ground.product.build.materialization:
        if name not in made:
            message = f"materialization of '{name}', which no transform makes"
            yield Fault(place, message, did_you_mean(name, made))
        elif (parting := parting_of(ground.product.build, name)) is not None:
            core = ground.product.core
            if core is not None and name in core.roles:
                yield Fault(place, f"'{name}' is core data, and is made whole", "Remove its materialization.")
            yield from _parted_wrongly(ground, name, parting)


def _parted_wrongly(ground: Ground, name: str, parting: Parting) -> Iterator[Fault]:
    """A table is parted by columns that it promises; a step that nothing promises is not kept, in parts or otherwise."""
    place = Place(f"{ground.product.folder}/build.yaml")
    tables = [table for _, _, table in ground.product.promises if table.name == name]
    if not tables:
        yield Fault(
            place, f"'{name}' is a step that no contract promises, and has no parts", "Remove its materialization."
        )
    for table in tables:
        columns = {column.name for column in table.columns}
        for key in (key for key in parting.keys if key not in columns):
            yield Fault(place, f"'{name}' is parted by '{key}', which is no column of it", did_you_mean(key, columns))
