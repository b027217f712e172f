"""A draft of the codebook, told from the export alone."""
