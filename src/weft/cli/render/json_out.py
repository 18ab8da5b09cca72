"""The one JSON object of `--json`: plain values, dates as ISO 8601, on standard output."""

from __future__ import annotations

import sys
from typing import Any


def write_json(value: Any) -> None:
    import msgspec

    text = msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2).decode()
    print(text, file=sys.stdout)
