"""From any survey tool's export and the register to checked answers."""
