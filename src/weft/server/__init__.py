"""The server: what a mesh has published, asked for over HTTP; it holds nothing beside the registry and the store."""
