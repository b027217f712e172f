"""Printed sheets, set by typst."""
