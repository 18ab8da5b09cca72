"""Questions that others ask over the network: queued in fair shares, computed apart, streamed, limited, cancelled, written down."""

from weft.query.service.answering import Answering, BrokenOff
from weft.query.service.demand import COMPRESSIONS, FORMS, Demand, Origin
from weft.query.service.service import Service

__all__ = ["COMPRESSIONS", "FORMS", "Answering", "BrokenOff", "Demand", "Origin", "Service"]
