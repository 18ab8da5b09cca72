"""The mesh as one immutable value: domains, products, ports, contracts, checks and snapshots, with no input and no output."""
