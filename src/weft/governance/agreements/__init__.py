"""Agreements from the request to their end: asked for, decided, renewed, revoked; and proposals to extend a port."""
