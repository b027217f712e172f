"""The questionnaire: what a survey asks, and the files that survey tools import."""
