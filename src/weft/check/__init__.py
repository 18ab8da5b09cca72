"""Is it right as written: everything that is wrong in what the folders say, found before any data is read."""

from weft.check.checking import check

__all__ = ["check"]
