"""A server, spoken to: one connection for a caller, its token, and errors as they travel; what is said is others' business."""

from weft.wire.address import address
from weft.wire.connection import Connection
from weft.wire.credentials import Credentials, credentials_file, token_of

__all__ = ["Connection", "Credentials", "address", "credentials_file", "token_of"]
