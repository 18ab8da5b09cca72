"""What a team would write in core.yaml, as values: clinicians of the registries, of a customer list, of the doctors that were paid; FEBRL's people."""

from __future__ import annotations

from collections.abc import Mapping

from weft.product.core_data import (
    Block,
    BlockPart,
    Comparison,
    CoreData,
    CoreField,
    CoreRule,
    CoreSource,
    Role,
    Standard,
    Survivorship,
    Thresholds,
)

TABLES: dict[Role, str] = {
    "entity": "hcp",
    "crosswalk": "hcp_crosswalk",
    "review": "hcp_review",
    "corroboration": "hcp_corroboration",
    "history": "hcp_history",
    "weights": "hcp_weights",
}
PROVIDER, PRACTICE = "Provider ", "Provider Business Practice Location Address "
CLINICIAN: dict[str, Standard] = {
    "last_name": "name",
    "other_last_name": "name",
    "first_name": "given_name",
    "middle_name": "given_name",
    "suffix": "code",
    "credential": "credential",
    "sex": "sex",
    "street": "address",
    "city": "city",
    "state": "state",
    "zip": "zip",
    "specialty": "text",
}
NPPES = CoreSource(
    "nppes",
    ("NPI",),
    {
        "last_name": f"{PROVIDER}Last Name (Legal Name)",
        "other_last_name": f"{PROVIDER}Other Last Name",
        "first_name": f"{PROVIDER}First Name",
        "middle_name": f"{PROVIDER}Middle Name",
        "suffix": f"{PROVIDER}Name Suffix Text",
        "credential": f"{PROVIDER}Credential Text",
        "sex": f"{PROVIDER}Sex Code",
        "street": "Full Street Address",
        "city": f"{PRACTICE}City Name",
        "state": f"{PRACTICE}State Name",
        "zip": f"{PRACTICE}Postal Code",
        "specialty": "Healthcare Provider Taxonomy Code_1",
    },
    is_unique=True,
    updated="Last Update Date",
)
CLINICIANS = CoreSource(
    "clinicians",
    ("row",),
    {
        "last_name": f"{PROVIDER}Last Name",
        "first_name": f"{PROVIDER}First Name",
        "middle_name": f"{PROVIDER}Middle Name",
        "suffix": "suff",
        "credential": "Cred",
        "sex": "gndr",
        "street": "Full Street Address",
        "city": "City/Town",
        "state": "State",
        "zip": "ZIP Code",
        "specialty": "pri_spec",
    },
)
"""One row for each address of a clinician."""
CRM = CoreSource(
    "crm",
    ("crm_id",),
    {
        "last_name": "last_name",
        "first_name": "first_name",
        "credential": "title",
        "street": "address",
        "city": "city",
        "state": "state",
        "zip": "zip",
        "specialty": "specialty",
        "npi": "npi",
    },
)
PAID = CoreSource(
    "open_payments",
    ("id",),
    {
        "last_name": "ln",
        "first_name": "fn",
        "street": "add",
        "city": "city",
        "state": "st",
        "zip": "zip",
        "specialty": "specialty",
    },
)
NAMES = (
    Comparison("last_name", "name", ("last_name",), ("other_last_name",), by_frequency=True),
    Comparison("first_name", "given_name", ("first_name",), exchanged_with="middle_name", by_frequency=True),
    Comparison("middle_name", "initial", ("middle_name",)),
)
PLACE = Comparison("place", "place", ("street", "zip", "city", "state"))
SPECIALTY = Comparison("specialty", "prefix", ("specialty",), by_frequency=True)
PERSON = (*NAMES, PLACE, SPECIALTY, *(Comparison(one, "exact", (one,)) for one in ("sex", "credential", "suffix")))
INITIAL = BlockPart("first_name", 1, 1)


def block(*parts: str | BlockPart) -> Block:
    return tuple(BlockPart(part) if isinstance(part, str) else part for part in parts)


BLOCKS = (
    block("last_name", "first_name"),
    block("last_name", "zip"),
    block("first_name", "zip"),
    block("last_name", "state", INITIAL),
    block("first_name", "city", "state"),
)


def clinicians(sources: tuple[CoreSource, ...], thresholds: Thresholds, *, has_npi: bool = False) -> CoreData:
    """Healthcare professionals; with `has_npi`, where it is filled it decides."""
    standards: Mapping[str, Standard] = {**CLINICIAN, "npi": "npi"} if has_npi else CLINICIAN
    rules = (CoreRule("same npi", "same", ("npi",)), CoreRule("other npi", "different", ("npi",))) if has_npi else ()
    return CoreData(
        entity="hcp",
        fields=tuple(CoreField(name, standard) for name, standard in standards.items()),
        sources=sources,
        comparisons=PERSON,
        blocking=BLOCKS,
        survivorship=Survivorship(tuple(one.name for one in sources), together=(("street", "city", "state", "zip"),)),
        rules=rules,
        thresholds=thresholds,
        tables=TABLES,
        id_column="hcp_id",
        prefix="HCP",
    )


FEBRL: dict[str, Standard] = {
    "given_name": "given_name",
    "surname": "name",
    "street_number": "code",
    "address_1": "address",
    "address_2": "text",
    "suburb": "text",
    "postcode": "code",
    "state": "code",
    "date_of_birth": "code",
    "soc_sec_id": "identifier",
}


def febrl(thresholds: Thresholds) -> CoreData:
    """People of two lists, each once in each, whose names, addresses and numbers were corrupted by FEBRL's generator."""
    fields = {name: name for name in FEBRL}
    year, start = BlockPart("date_of_birth", 1, 4), BlockPart("soc_sec_id", 1, 4)
    return CoreData(
        entity="person",
        fields=tuple(CoreField(name, standard) for name, standard in FEBRL.items()),
        sources=tuple(CoreSource(name, ("rec_id",), fields, is_unique=True) for name in ("a", "b")),
        comparisons=(
            Comparison("given_name", "given_name", ("given_name",), exchanged_with="surname", by_frequency=True),
            Comparison("surname", "name", ("surname",), by_frequency=True),
            Comparison("street_number", "identifier", ("street_number",)),
            Comparison("address_1", "text", ("address_1",), by_frequency=True),
            Comparison("address_2", "text", ("address_2",), by_frequency=True),
            Comparison("suburb", "text", ("suburb",), by_frequency=True),
            Comparison("postcode", "identifier", ("postcode",), by_frequency=True),
            Comparison("state", "exact", ("state",)),
            Comparison("date_of_birth", "identifier", ("date_of_birth",)),
            Comparison("soc_sec_id", "identifier", ("soc_sec_id",)),
        ),
        blocking=(
            block("soc_sec_id"),
            block("surname", "given_name"),
            block("date_of_birth"),
            block("postcode", "surname"),
            block("postcode", "given_name"),
            block("suburb", "address_1"),
            block("address_1", "street_number"),
            block("surname", "street_number"),
            block(start, year),
        ),
        survivorship=Survivorship(("a", "b")),
        thresholds=thresholds,
        tables=TABLES,
        id_column="person_id",
        prefix="PER",
    )
