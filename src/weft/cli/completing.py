"""What the shell is offered: names of products, tables and environments, from the registry and the folders, quickly and without a word of error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weft.errors import WeftError
from weft.names import MESH_DOMAIN

if TYPE_CHECKING:
    from weft.session import Session


def examples(incomplete: str) -> list[str]:
    """The example meshes."""
    return _beginning(incomplete, ("flights", "pharma"))


def products(ctx: Any, incomplete: str) -> list[str]:
    """Domains and products."""
    return _beginning(incomplete, {name for name in _known(ctx) if name.count(".") < 2})


def selectable(ctx: Any, incomplete: str) -> list[str]:
    """What --select takes: domains and products, tables once a product is written; `+` before a name is kept."""
    name = incomplete.removeprefix("+")
    offered = tables(ctx, name) if name.count(".") > 1 else products(ctx, name)
    return [f"{incomplete[: len(incomplete) - len(name)]}{found}" for found in offered]


def tables(ctx: Any, incomplete: str) -> list[str]:
    """Domains, products and tables; lines once an `@` is written, and the mesh's own relations once `mesh.` is."""
    if incomplete.startswith(f"{MESH_DOMAIN}."):
        from weft.registry.facts import RELATIONS

        return _beginning(incomplete, {f"{MESH_DOMAIN}.{relation}" for relation in RELATIONS})
    names = _known(ctx)
    return _beginning(incomplete, names if "@" in incomplete else {name.partition("@")[0] for name in names})


def columns(ctx: Any, incomplete: str) -> list[str]:
    """What lineage follows: domains, products and tables, and columns once a table is written."""
    table, dot, _ = incomplete.rpartition(".")
    if incomplete.count(".") != 3 or not dot:
        return tables(ctx, incomplete)
    found = _asked(ctx, lambda session: _columns(session, table))
    return _beginning(incomplete, {f"{table}.{column}" for column in found})


def _columns(session: Session, table: str) -> Iterable[str]:
    pointers = session.recorded.pointers.items()
    standing = [pointer.snapshot for line, pointer in pointers if line.partition("@")[0] == table]
    return [name for snapshot in session.registry.snapshots(standing).values() for name, _ in snapshot.columns]


def held(ctx: Any, incomplete: str) -> list[str]:
    """Products that were rolled back: what --resume goes on with."""
    return _beginning(incomplete, _asked(ctx, lambda session: session.recorded.holds))


def people(ctx: Any, incomplete: str) -> list[str]:
    """Accounts."""
    return _beginning(
        incomplete, _asked(ctx, lambda session: [one.name for one in session.registry.identities.accounts()])
    )


def previews(ctx: Any, incomplete: str) -> list[str]:
    """Published lines that are previews."""
    return sorted(name for name in _known(ctx) if "-" in name.partition("@")[2] and name.startswith(incomplete))


def environments(ctx: Any, incomplete: str) -> list[str]:
    """`prod`, and those beside it."""
    return _beginning(incomplete, {"prod", *overlays(ctx, incomplete)})


def overlays(ctx: Any, incomplete: str) -> list[str]:
    """The environments beside `prod`."""
    return _beginning(
        incomplete, _asked(ctx, lambda session: (one.name for one in session.registry.environments.all()))
    )


def policies(ctx: Any, incomplete: str) -> list[str]:
    """Policies of the folder, those published, and the standard set."""
    return _beginning(incomplete, {*_asked(ctx, _policies), *standard_policies(ctx, incomplete)})


def _policies(session: Session) -> Iterable[str]:
    from weft.session.policies import listed

    return [one.policy.name for one in listed(session)]


def standard_policies(ctx: Any, incomplete: str) -> list[str]:
    from weft.workspace.policies import standard_names

    return _beginning(incomplete, set(standard_names()))


def formats(ctx: Any, incomplete: str) -> list[str]:
    from weft.cli.render.rows import FORMATS

    return _beginning(incomplete, set(FORMATS))


def _known(ctx: Any) -> set[str]:
    """Every domain, product, and published line that is known here: folders are read though the registry cannot be, and the other way round."""
    found = _asked(ctx, _on_disk) | _asked(ctx, _recorded)
    return found | {name.partition(".")[0] for name in found}


def _asked(ctx: Any, question: Callable[[Session], Iterable[str]]) -> set[str]:
    """Of the mesh that the line so far speaks of. What goes wrong is no business of who pressed a key: nothing is offered then."""
    from weft.names import PROD
    from weft.session import open_session

    with suppress(WeftError, OSError, ValueError):
        given, environment = ctx.params.get("mesh"), ctx.params.get("env")
        with open_session(Path(given) if given else None, environment or PROD) as session:
            return {str(found) for found in question(session)}
    return set()


def _recorded(session: Session) -> Iterable[str]:
    return [*session.recorded.pointers, *session.recorded.digests]


def _on_disk(session: Session) -> Iterable[str]:
    from weft.workspace.tree import tree_of

    tree = tree_of(session.settings.root, session.settings.domains)
    return [".".join(path.split("/")[-2:]) for path in tree.products]


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if name.startswith(incomplete))
