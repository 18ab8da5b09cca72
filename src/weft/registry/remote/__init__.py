"""A registry that is reached through a server: the same seam, each method one request."""

from weft.registry.remote.methods import METHODS, WIRE, Calls, Method
from weft.registry.remote.registry import RemoteRegistry

__all__ = ["METHODS", "WIRE", "Calls", "Method", "RemoteRegistry"]
