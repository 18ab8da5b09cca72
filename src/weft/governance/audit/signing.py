"""Heads are signed and kept: at intervals while a server runs, at its stop, before an export, and when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import msgspec

from weft.errors import DeliveryFault, Place, Refused
from weft.governance.audit.head import Head, What, decoded, head_of
from weft.governance.audit.keeping import HeadFolder, KeptHead
from weft.governance.audit.keys import PublicKey, SigningKey, signing_key
from weft.governance.audit.verifying import Evidence, Verdict, verified
from weft.product.audit import Span
from weft.registry.seam import Audit
from weft.settings import Settings

POST_SECONDS = 10.0


@dataclass(frozen=True)
class Witness:
    """One mesh's audit trail, the folder of its heads, and the key that signs them."""

    mesh: str
    audit: Audit
    folder: HeadFolder
    key_file: Path
    webhook: str = ""

    @cached_property
    def key(self) -> SigningKey:
        """Made where there is none. Raises: Misuse, Refused."""
        found = signing_key(self.key_file)
        assert found is not None
        return found

    def sign(self) -> Head | None:
        """Signs where the trail ends, and keeps it; None where nothing was added since the newest head. Raises: StoreFault, Refused."""
        newest, tail = self.folder.newest(), self.audit.chain.tail()
        if newest:
            self._refuse_changed(newest)
        return None if tail.number == (newest.number if newest else 0) else self.kept(tail.number, tail.link)

    def _refuse_changed(self, newest: Head) -> None:
        """What was signed once is not signed otherwise."""
        links = [record.link for record in self.audit.records(Span(newest.number, newest.number))]
        if links != [newest.link] and newest.what == "head":
            raise Refused(
                f"record {newest.number} of the audit trail is not the one that was signed at {newest.at}",
                mend="`weft audit verify` says what was changed or is missing.",
            )

    def kept(self, number: int, link: str, what: What = "head") -> Head:
        """A new head of one record, in the folder and posted to the webhook."""
        head = self.signed(number, link, what)
        self.folder.keep(head, self.key.public)
        self._post(head)
        return head

    def signed(self, number: int, link: str, what: What = "head") -> Head:
        unsigned = replace(head_of(self.mesh, number, link, what), key=self.key.public.id)
        return replace(unsigned, signature=self.key.signed(unsigned.signed_text))

    def verify(self, keys: tuple[PublicKey, ...] = ()) -> Verdict:
        """Of the whole trail, with the keys that are given, else those published beside the heads."""
        # Heads first: one that is signed meanwhile is of a record that the tail, read after, has.
        heads = (*self.folder.heads(), *self.checkpoints())
        tail = self.audit.chain.tail()
        evidence = Evidence(self.mesh, heads, keys or self.folder.keys(), tail)
        return verified(self.audit.records(Span(last=tail.number)), evidence)

    def checkpoints(self) -> Iterator[KeptHead]:
        """Those that stand in the trail itself."""
        for record in self.audit.records(Span(kind="checkpoint")):
            told = msgspec.json.decode(record.body)
            yield KeptHead(Place(f"record {record.number}"), decoded(str(told.get("head", ""))))

    def _post(self, head: Head) -> None:
        """Raises: DeliveryFault; the head is in the folder all the same."""
        if self.webhook:
            from weft.governance.addresses import Hook
            from weft.governance.webhooks import post

            post(
                Hook("audit", self.webhook),
                {"text": _words(head), **msgspec.to_builtins(head)},
                head.signature[:32],
                POST_SECONDS,
            )


def witness(settings: Settings, audit: Audit) -> Witness:
    said = settings.audit
    folder = HeadFolder(settings.root / (said.heads or settings.private / "audit" / "heads"))
    key = settings.root / (said.key or settings.private / "audit" / "signing.key")
    return Witness(settings.name, audit, folder, key, said.webhook)


def unposted(witness: Witness) -> str:
    """Signs, and says why the webhook has no head where it has none: what is kept in the folder stands. Raises: StoreFault, Refused."""
    try:
        witness.sign()
    except DeliveryFault as fault:
        return str(fault)
    return ""


def _words(head: Head) -> str:
    return f"{head.mesh}: the audit trail ends at record {head.number} with {head.link}, signed {head.at} by {head.key}"
