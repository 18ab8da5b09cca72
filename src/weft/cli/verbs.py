"""The verbs and what each does in one line, so that `weft --help` imports none of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verb:
    """`module` is the file below `weft.cli` where it differs from the name."""

    name: str
    summary: str
    module: str = ""

    @property
    def file(self) -> str:
        return f"weft.cli.{self.module or self.name}"


GROUPS: dict[str, tuple[Verb, ...]] = {
    "Begin": (
        Verb("demo", "make an example mesh in a folder, build it, and say where to go next"),
        Verb("init", "make a new mesh in a folder"),
        Verb("new", "make a domain, a product, a contract, a version or a bridge, ready to be filled in"),
    ),
    "Write": (
        Verb("check", "find everything that is wrong as written, before any data is read"),
        Verb("try", "run one transform as it stands on disk, and publish nothing", "try_"),
        Verb("suggest", "propose checks for a table from what it held so far, or a whole contract for a file"),
        Verb("schema", "print or write the JSON Schemas of the files, for an editor to complete them"),
    ),
    "Build": (
        Verb("plan", "show what applying would do, and why; nothing is written"),
        Verb("apply", "build, prove and publish what changed"),
        Verb("test", "run the checks of what is published, or the tests of transforms"),
        Verb("ci", "check, plan and build a branch beside prod, and write the verdict for its review"),
        Verb("promote", "point prod at what an environment built and proved"),
        Verb("preview", "run invited consumers over a preview, and keep what they say of it"),
        Verb("rollback", "point a product back to where it stood, and hold it there"),
        Verb("env", "list environments, bring one up to date, or remove one"),
        Verb("sweep", "delete the files that nothing needs any more"),
    ),
    "Ask": (
        Verb("query", "answer SQL over published tables; without SQL, a small shell"),
        Verb("search", "find products, tables and columns by words"),
        Verb("show", "describe a domain, a product or a table by its five interfaces"),
        Verb("profile", "say what a table or a file holds, and what is untidy in it"),
        Verb("lineage", "follow a table or a column to where it comes from and where it goes"),
        Verb("diff", "compare a table's rows between two environments, or two contracts"),
        Verb("history", "list runs and publishes"),
    ),
    "Govern": (
        Verb("access", "ask to read a port, decide who may, and say what somebody sees and why"),
        Verb("policy", "list the rules of the mesh, say who violates them; publish, retire or waive one"),
        Verb("core", "review the pairs of core data that wait for a person, decide them, say why two records are one"),
        Verb("audit", "check the audit trail, search it, or export a part of it with its proof"),
    ),
    "Serve": (
        Verb("serve", "serve what is published over HTTP, with an API and its description"),
        Verb("login", "log in to a server, so that the other verbs can talk to it"),
        Verb("logout", "forget a server's token"),
    ),
}
VERBS: dict[str, Verb] = {verb.name: verb for verbs in GROUPS.values() for verb in verbs}
EXAMPLES: dict[str, str] = {
    "access": "weft access request sales.orders.orders --purpose 'weekly forecast' --use-case forecast",
    "demo": "weft demo pharma --until 2026-05-31",
    "ci": "weft ci --base origin/main --output verdict.md",
    "init": "weft init shop",
    "new": "weft new product sales.orders --from till.csv",
    "check": "weft check --watch",
    "core": "weft core review physician.hcp",
    "try": "weft try sales.orders.orders --rows 5",
    "suggest": "weft suggest sales.orders.orders --write",
    "schema": "weft schema --output schemas",
    "plan": "weft plan --select +sales.orders",
    "apply": "weft apply --select 'sales.*'",
    "test": "weft test sales.orders --failures",
    "promote": "weft promote new_prices",
    "preview": "weft preview sales.orders.orders@2.0.0-beta.1",
    "rollback": "weft rollback sales.orders --because 'the prices are wrong'",
    "env": "weft env update new_prices",
    "audit": "weft audit search --domain sales --outcome refused",
    "sweep": "weft sweep",
    "login": "weft login https://mesh.example.org",
    "logout": "weft logout https://mesh.example.org",
    "query": 'weft query "SELECT count(*) FROM sales.orders.orders"',
    "search": "weft search delay carrier",
    "show": "weft show sales.orders.orders",
    "profile": "weft profile sales.orders.orders",
    "lineage": "weft lineage sales.orders.orders.price --direction up",
    "diff": "weft diff sales.orders.orders --to new_prices",
    "history": "weft history sales.orders --limit 3",
    "policy": "weft policy test owner-and-support",
    "serve": "weft serve --port 8080",
}
"""One call of each verb as a person would write it: what `weft VERB --help` ends with."""
