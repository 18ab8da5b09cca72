"""What governance decides of its policies: published, retired and waived, each with who, when and why."""

from weft.governance.policies.deciding import Act, publish, retire, waive, withdraw

__all__ = ["Act", "publish", "retire", "waive", "withdraw"]
