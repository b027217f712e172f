"""Types or only degrees: classes against graded models of the same form of question."""
