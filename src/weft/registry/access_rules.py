"""How agreements are asked for in this mesh: as governance published it, else as `mesh.yaml` says."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from weft.errors import RegistryFault
from weft.settings import AgreementSettings, Settings

if TYPE_CHECKING:
    from weft.registry.seam import Registry

NAME = "agreements"
"""Of the published rule of kind `access`; its text is what `agreements:` in `mesh.yaml` would say."""


def agreement_rules(registry: Registry, settings: Settings) -> AgreementSettings:
    """Raises: RegistryFault where what is published cannot be read: then nothing is loosened."""
    found = [rule for rule in registry.rules.published("access") if rule.name == NAME and not rule.is_retired]
    return effective(found[0].text if found else "", settings)


def effective(text: str, settings: Settings) -> AgreementSettings:
    """What is published, where anything is. Raises: RegistryFault."""
    if not text:
        return settings.agreements
    found = agreements_of(text)
    return found if found.products else replace(found, products=settings.agreements.products)


@lru_cache(maxsize=16)
def agreements_of(text: str) -> AgreementSettings:
    """What a published text says; what it does not say stays at its default. Raises: RegistryFault."""
    from weft.standards.document import read

    data = read(text, NAME).data
    known = asdict(AgreementSettings())
    said = data.get(NAME, data) if isinstance(data, dict) else None
    if not isinstance(said, dict) or not said.keys() <= known.keys() or not _is_right({**known, **said}):
        raise RegistryFault(
            "the published rule 'agreements' cannot be read",
            mend="It says `days`, `most_days` and `products: declared` or `required`, as in mesh.yaml: publish it again.",
        )
    return AgreementSettings(**{**known, **said})


def _is_right(said: dict[str, object]) -> bool:
    numbers = all(isinstance(said[name], int) and int(str(said[name])) > 0 for name in ("days", "most_days"))
    return numbers and said["products"] in ("", "declared", "required")
