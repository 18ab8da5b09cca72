"""What stands around every route: ids and logs, headers, hosts, origins, rates and sizes."""

from weft.server.walls.around import walled

__all__ = ["walled"]
