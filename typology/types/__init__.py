"""Classes become named types; any answers are assigned to them."""
