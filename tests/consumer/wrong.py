"""Four mistakes that a type checker must see in a stranger's program."""

import typology

typology.recomend_peers()
typology.read_study(2026)
typology.figures.draw_pears()
number: int = typology.read_study("data/processed/demo").find("Musterstadt")
