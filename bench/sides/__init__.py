"""The same mesh, written down and run in each tool's own way."""
