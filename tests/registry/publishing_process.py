"""A process that publishes one product again and again: `publishing_process.py ROOT URL RUN_NAME TIMES PRODUCT`."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from weft.registry import open_registry

spec = spec_from_file_location("publishing", Path(__file__).with_name("conftest.py"))
assert spec and spec.loader
publishing = sys.modules["publishing"] = module_from_spec(spec)
spec.loader.exec_module(publishing)

root, url, command, times, name = sys.argv[1:]
registry = open_registry(publishing.settings_of(Path(root), url))
publisher = publishing.Publisher(registry, registry.journal.begin("prod", command, "ann"))
publisher.publish(publishing.product(name, "p0"))
print("publishing", flush=True)
for number in range(1, int(times)):
    publisher.publish(publishing.product(name, f"p{number}"))
registry.journal.end(publisher.run, "succeeded")
registry.close()
