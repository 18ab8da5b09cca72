"""The program `weft`: its verbs, loaded when they are called, and the one place where errors become words and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Annotated, Any

import typer
from typer._click import Command, Context, HelpFormatter
from typer.core import TyperCommand, TyperGroup

from weft.cli.failing import FAILED, explained
from weft.cli.verbs import EXAMPLES, GROUPS, VERBS
from weft.errors import Misuse, did_you_mean

CLOSING = "`weft VERB --help` explains a verb. Names are domain.product.table, with @line where a line is meant."


class Verbs(TyperGroup):
    """Imports a verb's file when that verb is called, and none for its own help."""

    def list_commands(self, ctx: Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        if cmd_name not in VERBS:
            if ctx.resilient_parsing:
                return None
            raise Misuse(
                f"there is no verb '{cmd_name}'", mend=did_you_mean(cmd_name, VERBS) or "`weft --help` lists the verbs."
            )
        if ctx.resilient_parsing and ctx.invoked_subcommand is None and not ctx._protected_args:
            return TyperCommand(cmd_name, help=VERBS[cmd_name].summary)
        found: typer.Typer = import_module(VERBS[cmd_name].file).app
        command = typer.main.get_command(found)
        command.epilog = f"Example: {EXAMPLES[cmd_name]}"
        return command

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Plain text: the boxes that Typer draws cost a third of what starting may take."""
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        for group, verbs in GROUPS.items():
            with formatter.section(typer.style(group, bold=True)):
                formatter.write_dl([(verb.name.ljust(8), verb.summary) for verb in verbs])
        options = [record for parameter in self.get_params(ctx) if (record := parameter.get_help_record(ctx))]
        with formatter.section(typer.style("Options", bold=True)):
            formatter.write_dl(options)
        formatter.write_paragraph()
        formatter.write_text(CLOSING)

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Runs a verb and ends the process: 0 done, 1 refused or failed, 2 misuse."""
        given = hoisted(list(sys.argv[1:] if args is None else args))
        program = prog_name or "weft"
        if "_WEFT_COMPLETE" in os.environ:
            _complete(self, extra, program)
        try:
            with self.make_context(program, list(given), **extra) as context:
                self.invoke(context)
            sys.stdout.flush()
        except BaseException as error:
            sys.exit(explained(error, given))
        sys.exit(0)


def hoisted(given: list[str]) -> list[str]:
    """`--server URL` in front, wherever it was said: it is of no verb's own."""
    end = given.index("--") if "--" in given else len(given)
    places = [n for n, word in enumerate(given[:end]) if word == "--server" or word.startswith("--server=")]
    if not places:
        return given
    first = places[0]
    last = first + (2 if given[first] == "--server" else 1)
    return [*given[first:last], *given[:first], *given[last:]]


def _complete(verbs: Verbs, extra: dict[str, Any], program: str) -> None:
    """Answers the shell, and ends the process. Whatever is wrong, a person who presses a key is told nothing of it."""
    from weft.cli.completing_bash import register

    register()
    with suppress(Exception):
        verbs._main_shell_completion(extra, program, "_WEFT_COMPLETE")
    sys.exit(FAILED)


app = typer.Typer(
    cls=Verbs,
    name="weft",
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    add_completion=True,
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"weft {version('weft')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def weft(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
    server: Annotated[
        str,
        typer.Option(
            "--server",
            metavar="URL",
            help="Talk to a server, wherever this stands on the line; else WEFT_SERVER, else as mesh.yaml says.",
        ),
    ] = "",
) -> None:
    """Weft: domain teams own data products as code; Weft checks, plans, builds, proves and publishes them."""
    if server:
        from weft.session.reaching import named

        # Left as it was, where several commands run in one process.
        ctx.call_on_close(partial(named.reset, named.set(server)))
    if ctx.invoked_subcommand is None and not ctx.resilient_parsing:
        typer.echo(ctx.get_help())
