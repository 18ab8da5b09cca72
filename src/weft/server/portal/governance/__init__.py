"""Governance in the portal: how the mesh stands to its rules, the rules, who can read what is guarded, who sees what and why, and the audit trail."""
