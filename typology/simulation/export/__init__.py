"""Filled copies of a questionnaire as survey tools export them, one module per tool."""
