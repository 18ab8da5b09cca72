"""What datacontract-cli says of pairs of contracts; run by its own Python, in its own environment.

A line of the input is a JSON list of two documents, a line of the output what `datacontract breaking` finds between them.
"""

from __future__ import annotations

import json
import sys

from datacontract.data_contract import DataContract

for line in sys.stdin:
    old, new = (DataContract(data_contract_str=text) for text in json.loads(line))
    found = old.breaking(new)
    said = [[entry.level.value, entry.message] for entry in found.entries]
    print(json.dumps({"is_breaking": found.is_breaking, "entries": said}), flush=True)
