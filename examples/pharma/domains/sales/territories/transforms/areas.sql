SELECT zip3, territory, representative FROM alignment_file
