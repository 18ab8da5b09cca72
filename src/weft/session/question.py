"""What one question is: what it takes and gives, and who may ask it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from weft.access import Action


@dataclass(frozen=True, slots=True)
class Question:
    """`answer` is of a session, in the eyes of its reader. `is_safe` says that nothing is changed by asking."""

    takes: Any
    gives: Any
    answer: Callable[..., Any]
    action: Action = "discover"
    """What whoever asks a server has to be allowed, before the answer itself is looked at."""
    is_safe: bool = True
