"""`weft suggest --against`: rules that hold two published tables together."""

from __future__ import annotations

from datetime import UTC, datetime

from weft.errors import Misuse, Unknown
from weft.session.session import Session
from weft.session.suggesting import Proposal, beside, promised


def comparison(session: Session, name: str, other: str) -> Proposal:
    """What a table and `other`, as its contract or its product's SQL calls it, have in common now.

    A relationship comes with it where the contract has none: a rule reads only tables that one names. Raises: Unknown; Misuse, where no
    relationship can name it; EngineFault.
    """
    from dataclasses import replace

    from weft.profile.suggesting.comparing import Beside, compared, relationship
    from weft.profile.suggesting.odcs import unsaid

    session.refuse_onlooker()
    line, contract, table = promised(session, name)
    known = beside(session, (line, contract, table))
    if other not in known:
        raise Unknown("table that it may be compared with", other, sorted(known))
    pointer = session.recorded.pointers.get(line)
    if pointer is None:
        raise Misuse(f"{line} is not published yet", mend="Publish it first: weft apply")
    own = session.registry.snapshots([pointer.snapshot])[pointer.snapshot]
    theirs, their_table = known[other]
    bench = session.engine.bench(datetime.now(UTC))
    try:
        bench.offer(table.name, session.store.paths(own), own.columns)
        bench.offer(other, session.store.paths(theirs), theirs.columns)
        key = table.key if table.key == their_table.key else ()
        both = Beside(bench, table.name, own.columns, other, theirs.columns, key)
        found = compared(both)
        if not any(one.to_table == other for one in table.relationships):
            own_columns = {name for name, _ in own.columns}
            keys = [name for name in their_table.key if name in own_columns and len(their_table.key) == 1]
            named = relationship(both, keys[0]) if keys else None
            if named is None:
                mend = f"Say one under the column that refers to it: relationships: [{{to: {other}.COLUMN}}]"
                raise Misuse(f"no relationship of {line} names '{other}', so that no rule may read it", mend=mend)
            found = replace(found, suggestions=(named, *found.suggestions))
    finally:
        bench.close()
    return Proposal(line, table.name, contract.file, found, unsaid(table, found.suggestions))
