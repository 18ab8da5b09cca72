"""What a plan changes for those who read, by line of each output port; `comparing` finds it, and is imported only where something changed."""

from weft.plan.evolution.values import Compared, Edit, Evolution, PortChange, PortLine

__all__ = ["Compared", "Edit", "Evolution", "PortChange", "PortLine"]
