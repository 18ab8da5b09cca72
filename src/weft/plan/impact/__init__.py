"""Whom a change of a line reaches, through lineage over any number of products: who breaks, who is affected, who is not, and why."""

from weft.plan.impact.effects import effect_of, is_bound
from weft.plan.impact.expected import Missed, missed_of, with_missed
from weft.plan.impact.reached import Cell, Loss, Reach, Reached, Verdict, broken_by, in_all
from weft.plan.impact.reaching import line_gone, reach
from weft.plan.impact.shapes import reads_after
from weft.plan.impact.web import Reader, Web, downstream, lines_of, web_of
from weft.plan.impact.words import summary

__all__ = [
    "Cell",
    "Loss",
    "Missed",
    "Reach",
    "Reached",
    "Reader",
    "Verdict",
    "Web",
    "broken_by",
    "downstream",
    "effect_of",
    "in_all",
    "is_bound",
    "line_gone",
    "lines_of",
    "missed_of",
    "reach",
    "reads_after",
    "summary",
    "web_of",
    "with_missed",
]
