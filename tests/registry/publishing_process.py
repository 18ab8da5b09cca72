"""A process that publishes one product again and again: `publishing_process.py ROOT URL COMMAND TIMES PRODUCT`."""

from __future__ import annotations

import sys
from pathlib import Path

from publications import Publisher, product, settings_of

from weft.registry import open_registry

root, url, command, times, name = sys.argv[1:]
registry = open_registry(settings_of(Path(root), url))
publisher = Publisher(registry, registry.journal.begin("prod", command, "ann"))
publisher.publish(product(name, "p0"))
print("publishing", flush=True)
for number in range(1, int(times)):
    publisher.publish(product(name, f"p{number}"))
registry.journal.end(publisher.run, "succeeded")
registry.close()
