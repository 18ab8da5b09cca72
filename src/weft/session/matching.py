"""What makes core data, for the room that carries out plans: both stand on one floor, and it is imported when something is matched."""

from __future__ import annotations

from weft.product.core_data import CoreMade, CoreRequest


def matched(request: CoreRequest) -> CoreMade:
    """Raises: TransformFault, EngineFault, as the making does."""
    from weft.core_data import make

    return make(request)
