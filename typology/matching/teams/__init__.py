"""D-Teams: every type in every team."""
