"""Surveys with a known truth, for practice and for studies of quality."""
