"""Roles by which people read: one that goes takes sight with it."""

from __future__ import annotations

from collections.abc import Iterator

from weft.plan.changes.change import Change, Known, judged
from weft.plan.changes.pairs import Pair
from weft.plan.changes.spots import of_contract
from weft.product.contract import Role


def roles(pair: Pair) -> Iterator[Change]:
    was, now = ({role.role: role for role in contract.roles} for contract in (pair.old, pair.new))
    for name, role in was.items():
        if name not in now:
            reason = f"the role '{name}' is there no longer: whoever reads by it alone sees nothing"
            at = of_contract("roles", named=f"[role={name}]")
            gone = Change("role dropped", at, "conditional", reason, name, None, "REMOVE", settles="sight")
            yield _settled(gone, name, frozenset(now), pair.known)
        elif role != now[name]:
            yield from _compared(role, now[name], pair.known, frozenset(now) - {name})
    for name in now:
        if name not in was:
            at = of_contract("roles", named=f"[role={name}]")
            yield Change(
                "role added", at, "minor", f"the role '{name}' is new: people may ask for it", None, name, "ADD"
            )


def _compared(old: Role, new: Role, known: Known, others: frozenset[str]) -> Iterator[Change]:
    named = f"[role={old.role}]"
    if old.access != new.access:
        reason = f"the role '{old.role}' gave {old.access or 'access'} and gives {new.access or 'access'}"
        at = of_contract("roles", "access", named=named)
        change = Change("role changed", at, "conditional", reason, old.access, new.access, settles="sight")
        yield _settled(change, old.role, others, known)
    if _approvers(old) != _approvers(new):
        reason = f"others than before approve who gets the role '{old.role}'"
        at = of_contract("roles", "firstLevelApprovers", named=named)
        yield Change("approvers changed", at, "patch", reason, _approvers(old), _approvers(new))


def _settled(change: Change, role: str, left: frozenset[str], known: Known) -> Change:
    """Who reads by this role and has no other of those that are left."""
    if known.roles is None:
        return change
    return judged(change, (who for who, by in known.roles.items() if role in by and not by & left))


def _approvers(role: Role) -> str:
    return ", ".join(part for part in (role.first_level_approvers, role.second_level_approvers) if part)
