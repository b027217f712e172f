"""Who is a municipality: the official register, its keys, names and changes."""
