"""How values are shown to people and programs: one file a kind of value."""
