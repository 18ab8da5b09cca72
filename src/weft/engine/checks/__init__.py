from weft.engine.checks.failing import failing_rows
from weft.engine.checks.proof import Proof
from weft.engine.checks.suite import prove

__all__ = ["Proof", "failing_rows", "prove"]
