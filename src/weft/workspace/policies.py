"""Policies as they are written: files of the folder `policies/`, and those of the standard set that `mesh.yaml` turns on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from weft.errors import Fault, Faults, Place, Unknown
from weft.product.policy import Policy
from weft.product.policy_text import policy_from, with_header
from weft.settings import Settings, StandardPolicy
from weft.workspace.text import bytes_of, text_of

FOLDER, SUFFIX = "policies", ".sql"
MESH_FILE = "mesh.yaml"
STANDARD = Path(__file__).parent / "standard_policies"


@dataclass(frozen=True, slots=True)
class Written:
    """By name, and what is wrong with those that cannot be read."""

    policies: tuple[Policy, ...] = ()
    faults: tuple[Fault, ...] = ()


def written(settings: Settings) -> Written:
    """What the folder says; a file there stands for the standard policy of its name."""
    if not settings.policies and not (settings.root / FOLDER).is_dir():
        return Written()
    found: dict[str, Policy] = {}
    faults: list[Fault] = []
    files = dict(_files(settings.root))
    for name, file in files.items():
        _keep(_of_file(settings.root, name, file), found, faults)
    for chosen in settings.policies:
        if chosen.name not in files:
            _keep(turned_on(chosen), found, faults)
    return Written(tuple(found[name] for name in sorted(found)), tuple(faults))


Read = tuple[Policy | None, tuple[Fault, ...]]


def _keep(read: Read, found: dict[str, Policy], faults: list[Fault]) -> None:
    policy, wrong = read
    faults += wrong
    if policy:
        found[policy.name] = policy


def _files(root: Path) -> Iterator[tuple[str, str]]:
    """Names of policies, and their files relative to the mesh's root."""
    folder = root / FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix == SUFFIX and path.is_file():
            yield path.stem, f"{FOLDER}/{path.name}"


def _of_file(root: Path, name: str, file: str) -> Read:
    try:
        return policy_from(name, text_of(bytes_of(root, file), file), file)
    except Faults as error:
        return None, error.faults


def turned_on(chosen: StandardPolicy) -> Read:
    """A standard policy with the values that the mesh gives it."""
    if chosen.name not in standard_names():
        return None, (Fault(Place(MESH_FILE), f"there is no standard policy '{chosen.name}'"),)
    text, faults = with_header(standard_text(chosen.name), chosen.values, MESH_FILE)
    return (None, faults) if faults else policy_from(chosen.name, text, MESH_FILE)


@cache
def standard_names() -> tuple[str, ...]:
    """The standard set that Weft ships."""
    return tuple(sorted(path.stem for path in STANDARD.glob(f"*{SUFFIX}")))


def standard_text(name: str) -> str:
    """Raises: Unknown, with the closest."""
    if name not in standard_names():
        raise Unknown("standard policy", name, standard_names())
    return (STANDARD / f"{name}{SUFFIX}").read_text(encoding="utf-8")


def standard() -> tuple[Policy, ...]:
    """All of the set, as shipped."""
    read = (policy_from(name, standard_text(name), f"{name}{SUFFIX}")[0] for name in standard_names())
    return tuple(policy for policy in read if policy)
