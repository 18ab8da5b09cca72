"""What the shell is offered: names of products and tables, from the registry and the folders, quickly and without a word of error."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from weft.errors import WeftError


def products(ctx: Any, incomplete: str) -> list[str]:
    """Products and domains; `+` before a name is kept."""
    plus = "+" if incomplete.startswith("+") else ""
    names = _known(ctx)
    wanted = {name for name in names if name.count(".") < 2}
    return [f"{plus}{name}" for name in sorted(wanted) if name.startswith(incomplete.removeprefix("+"))]


def tables(ctx: Any, incomplete: str) -> list[str]:
    """Domains, products and tables; lines once an `@` is written."""
    names = _known(ctx)
    wanted = names if "@" in incomplete else {name.partition("@")[0] for name in names}
    return sorted(name for name in wanted if name.startswith(incomplete))


def environments(ctx: Any, incomplete: str) -> list[str]:
    """`prod`, and those beside it."""
    found = ["prod"]
    with suppress(WeftError, OSError, ValueError):
        from weft.session import open_session

        with open_session(Path(given) if (given := ctx.params.get("mesh")) else None) as session:
            found += [environment.name for environment in session.registry.environments.all()]
    return sorted(name for name in found if name.startswith(incomplete))


def _known(ctx: Any) -> set[str]:
    """Every domain, product, and published line that is known here."""
    given = ctx.params.get("mesh")
    found: set[str] = set()
    with suppress(WeftError, OSError, ValueError):
        from weft.session import open_session

        with open_session(Path(given) if given else None) as session:
            recorded = session.recorded
            found |= {str(line) for line in recorded.pointers} | {str(name) for name in recorded.digests}
            found |= {f"{domain}.{product}" for domain, product in _on_disk(session.settings)}
    return found | {name.partition(".")[0] for name in found}


def _on_disk(settings: Any) -> list[tuple[str, str]]:
    from weft.workspace.tree import tree_of

    tree = tree_of(settings.root, settings.domains)
    return [(path.split("/")[-2], path.split("/")[-1]) for path in tree.products]
