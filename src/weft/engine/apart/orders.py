"""What is asked of the stem: `f`ork, with a socket that is the child's, or `r`eap the process of a number."""

from __future__ import annotations

import struct

ORDER = struct.Struct("!cI")
NUMBER = struct.Struct("!I")
