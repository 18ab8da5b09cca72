"""The portal: the mesh in a browser, one page a file, made on the server."""
