"""The words of the study, replaceable, each with its source."""
