"""Weft: domain folders become published, queryable data products."""
