"""Core data: one entity from many sources, matched, named and kept."""

from weft.core_data.explained import Explained as Explained
from weft.core_data.explained import Seen as Seen
from weft.core_data.explained import Term as Term
from weft.core_data.explained import Tied as Tied
from weft.core_data.explaining import explain as explain
from weft.core_data.making import make as make
