"""Python transforms: what authors write them with (`authoring`), and the child process that each runs in (`runner`)."""
