"""Texts as requests may say them: of a length that something is done with, and of characters that can be kept and shown."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

PLAIN = r"^[^\x00-\x1f\x7f]*$"
Name = Annotated[str, Field(min_length=1, max_length=320, pattern=PLAIN, examples=["ada@example.org"])]
Text = Annotated[str, Field(max_length=500, pattern=PLAIN)]
Secret = Annotated[str, Field(min_length=1, max_length=1024)]
