"""A setting of build.yaml that is of no table of the product, or of no column of its table."""

from __future__ import annotations

from collections.abc import Iterator

from weft.check.ground import Ground
from weft.errors import Fault, Place, did_you_mean


def a_setting_is_of_nothing(ground: Ground) -> Iterator[Fault]:
    made = {transform.table for transform in ground.product.transforms} | {*ground.made}
    place = Place(f"{ground.product.folder}/build.yaml")
    for name in ground.product.build.materialization:
        if name not in made:
            message = f"materialization of '{name}', which no transform makes"
            yield Fault(place, message, did_you_mean(name, made))
