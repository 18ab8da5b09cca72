"""A small shell for questions: history, completion of names, Ctrl-C to stop a query, Ctrl-D to leave."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from weft.cli.render.counting import counted
from weft.cli.render.terminal import say
from weft.errors import WeftError
from weft.query.answer import newest_lines

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import History

    from weft.session import Session

HELP = """\
A question ends with ; and may take several lines. Tab completes tables and columns; the arrow keys recall.
  \\d           the tables that are published         \\d NAME   the columns of one
  \\?           this help                             \\q        leave (or Ctrl-D)
Ctrl-C stops a question that is being answered. The mesh's own metadata is in the domain mesh: FROM mesh.tables;"""
HELPING = frozenset(["\\?", "?", "help", "help;"])
LEAVING = frozenset(["\\q", "quit", "exit", "quit;", "exit;"])


class Shell:
    """`most` rows of an answer are shown, 0 for all."""

    def __init__(self, session: Session, most: int) -> None:
        self._session, self._most = session, most
        self._said: set[str] = set()

    def run(self) -> None:
        """Until the person leaves."""
        prompt = self._prompt()
        tables = newest_lines(self._session.lines())
        name = self._session.settings.name or self._session.settings.registry
        say(f"{name}, {self._session.environment}: {counted(len(tables), 'table')}. \\? is help, Ctrl-D leaves.", "dim")
        while True:
            try:
                text = self._asked(prompt)
            except KeyboardInterrupt:
                continue
            except EOFError:
                return
            if text in LEAVING:
                return
            self.respond(text)

    def _prompt(self) -> PromptSession[str]:
        from prompt_toolkit import PromptSession

        from weft.cli.shell_words import Words

        return PromptSession(
            history=self._history(),
            completer=Words(self._session),
            complete_while_typing=False,
            enable_history_search=True,
        )

    def _history(self) -> History:
        """In a mesh that may only be read it lasts as long as the shell."""
        from prompt_toolkit.history import FileHistory, InMemoryHistory

        file = self._session.settings.private / "query_history"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.open("ab").close()
        except OSError:
            return InMemoryHistory()
        return FileHistory(str(file))

    def _asked(self, prompt: PromptSession[str]) -> str:
        """One question, which may take several lines."""
        text = prompt.prompt("weft> ").strip()
        while text and not text.startswith("\\") and text not in LEAVING | HELPING and not text.endswith(";"):
            text = f"{text}\n{prompt.prompt('  ... ')}".rstrip()
        return text

    def respond(self, text: str) -> None:
        """Answers one line; what goes wrong is said and forgotten."""
        try:
            if text in HELPING:
                print(HELP)
            elif text.startswith("\\"):
                self._command(text)
            elif text.strip("; \n"):
                self._answer(text)
        except WeftError as error:
            say(str(error), "red")
        except KeyboardInterrupt:
            say("stopped", "yellow")

    def _command(self, text: str) -> None:
        word, _, name = text.partition(" ")
        if word == "\\d" and name:
            with self._session.query(f"SELECT * FROM {name.strip(' ;')} LIMIT 0", door="") as answer:
                from weft.cli.render.layout import aligned

                print("\n".join(aligned(answer.columns)))
        elif word == "\\d":
            print("\n".join(sorted(newest_lines(self._session.lines()))))
        else:
            print(HELP)

    def _answer(self, text: str) -> None:
        from weft.cli.render.rows import say_notices, write_table

        began = time.perf_counter()
        with self._session.query(text, "shell") as answer:
            say_notices(answer, self._said)
            write_table(answer, self._most, began)
