"""A manifest is what its document says; ports that cannot be read are left out and said."""

from __future__ import annotations

import pytest

from weft.product.from_odps import Manifest, manifest_from
from weft.product.product import InputPort, OutputPort
from weft.standards.document import read

HEAD = "apiVersion: v1.1.0\nkind: DataProduct\nid: p\n"


def manifest(text: str) -> tuple[Manifest, list[str]]:
    found, faults = manifest_from(read(HEAD + text, "m"))
    return found, [str(fault) for fault in faults]


def test_ports_are_read_with_versions_in_one_form() -> None:
    found, faults = manifest(
        "inputPorts: [{name: planes, contractId: a, version: v1.0.0}]\n"
        "outputPorts: [{name: orders, contractId: b, version: 2.0.0-beta.1, deprecated: true}]\n"
    )
    assert faults == []
    assert found.input_ports == (InputPort("planes", "a", "1.0.0"),)
    assert found.output_ports == (OutputPort("orders", "2.0.0-beta.1", "b", deprecated=True),)


FAULTS = [
    ("inputPorts: [{name: a}]", "m:4: input port 'a' says no contract. Add `contractId:`, of another product's contract or of a source contract of this product."),
    ("inputPorts: [{name: a, contractId: c}, {name: a, contractId: d}]", "m:4: the input port 'a' is given twice. Remove one, or rename it."),
    ("outputPorts: [{name: a}]", "m:4: output port 'a' says no contractId and no version. Add `contractId:`, of the contract that it promises."),
    ("outputPorts: [{name: a, contractId: c, version: 1.0.0}, {name: a, contractId: c, version: 1.1.0}]", "m:4: the output port 'a' is given twice on line 1. Keep the newer: a line of a port is promised once."),
    ("outputPorts: [{name: a, contractId: c, version: '1'}]", "m:4: output port 'a': '1' is no semantic version (major.minor.patch, such as 1.0.0)."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fault"), FAULTS)
def test_a_port_that_cannot_be_read_is_said(text: str, fault: str) -> None:
    assert manifest(text)[1] == [fault]


def test_two_lines_of_a_port_are_two_ports() -> None:
    found, faults = manifest(
        "outputPorts: [{name: a, contractId: c, version: 1.0.0}, {name: a, contractId: c, version: 2.0.0}]"
    )
    assert (faults, [port.line for port in found.output_ports]) == ([], ["1", "2"])


def test_only_custom_properties_of_ours_are_ours() -> None:
    found, _ = manifest("customProperties: [{property: a, value: 1, vendor: weft}, {property: b, value: 2}]")
    assert found.custom == {"a": 1}
