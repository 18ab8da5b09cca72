"""A sitting of a steward at a terminal: pair by pair, each decision written down at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.cli.render.core_pairs import pair_lines, say_decided
from weft.cli.render.counting import counted
from weft.cli.render.terminal import paint, say, width
from weft.errors import WeftError
from weft.query.stewarding.wording import chance
from weft.session.stewarding import decide, decision_of, not_applied

if TYPE_CHECKING:
    from weft.query.stewarding.values import Pair, Queue
    from weft.session import Session
    from weft.session.stewarding import Deciding, Verdict

ASKED = "  same, different, skip or quit? "
HELP = """\
  s, same [WHY]        they are one; what follows the word is kept as the reason
  d, different [WHY]   they are two
  k, skip              decide another time; also an empty line
  q, quit              leave; what was decided is written already (also Ctrl-D)"""
WORDS: dict[str, Verdict] = {"s": "same", "same": "same", "d": "different", "different": "different"}
SKIPPING = frozenset(["k", "skip", ""])
LEAVING = frozenset(["q", "quit", "exit"])


class Steward:
    """Asks of each pair of a queue, in its order."""

    def __init__(self, session: Session, at: Deciding, queue: Queue) -> None:
        self._session, self._at, self._queue = session, at, queue
        self._decided = 0

    def run(self) -> None:
        """Until all were asked, or the person leaves."""
        waiting = self._queue.waiting
        say(f"{counted(waiting, 'pair')} of {self._queue.product} wait. ? is help; Ctrl-D leaves.", "dim")
        try:
            for number, pair in enumerate(self._queue.pairs, start=1):
                self._shown(number, pair)
                if not self._answered(pair):
                    break
        except (EOFError, KeyboardInterrupt):
            print()
        say(f"{counted(self._decided, 'decision')} written to {self._at.file}", "green" if self._decided else "dim")
        say_decided(self._queue.product, not_applied(self._session, self._at))

    def _shown(self, number: int, pair: Pair) -> None:
        print()
        head = f"Pair {number} of {self._queue.waiting}"
        print(paint(f"{head}: {chance(pair.probability)} likely one" if pair.probability is not None else head, "bold"))
        for line in pair_lines(pair, width()):
            print(line)

    def _answered(self, pair: Pair) -> bool:
        """Asks until an answer is understood; False where the person leaves."""
        while True:
            word, _, why = input(ASKED).strip().partition(" ")
            if word.lower() in LEAVING:
                return False
            if word.lower() in SKIPPING:
                return True
            verdict = WORDS.get(word.lower())
            if verdict is None:
                print(HELP)
            elif self._written(pair, verdict, why):
                return True

    def _written(self, pair: Pair, verdict: Verdict, why: str) -> bool:
        try:
            self._at = decide(self._session, self._at, decision_of(verdict, pair.left, pair.right, why.strip()))
        except WeftError as error:
            say(str(error), "red")
            return False
        self._decided += 1
        return True
