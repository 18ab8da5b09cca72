"""The forms that Python takes an answer in: one set, whether it is computed here or fetched from a server."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from weft.errors import EngineFault, Misuse

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]
    import polars as pl
    import pyarrow as pa


class Forms(ABC):
    @abstractmethod
    def reader(self) -> pa.RecordBatchReader: ...

    @abstractmethod
    def arrow(self) -> pa.Table: ...

    @abstractmethod
    def __iter__(self) -> Iterator[dict[str, Any]]: ...

    def pandas(self) -> pd.DataFrame:
        """Raises: Misuse where pandas is not installed."""
        must_have("pandas", "pandas")
        return self.arrow().to_pandas()

    df = pandas

    def polars(self) -> pl.DataFrame:
        """Raises: Misuse where Polars is not installed, EngineFault where it has no such type."""
        must_have("polars", "Polars")
        import polars as pl

        table = self.arrow()
        try:
            return pl.DataFrame(table)
        except pl.exceptions.PolarsError as error:
            what = f"Polars cannot hold this answer: {str(error).partition('.')[0]}"
            raise EngineFault(what, mend="CAST that column to VARCHAR.") from error

    pl = polars

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows as tuples of Python's own values; moments are in UTC."""
        return [tuple(row.values()) for row in self]

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """For all that speak Arrow: `polars.DataFrame(result)`. Source: Arrow PyCapsule interface."""
        return self.reader().__arrow_c_stream__(requested_schema)


def must_have(module: str, name: str) -> None:
    """Raises: Misuse where it is not installed."""
    from importlib import import_module

    try:
        import_module(module)
    except ImportError as error:
        raise Misuse(f"{name} is not installed", mend=f"Install it: `pip install {module}`.") from error
