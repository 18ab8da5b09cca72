"""Faults planted in the next batch of tables whose history is clean: whether the checks that are suggested catch them, and nothing else."""
