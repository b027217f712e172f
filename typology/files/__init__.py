"""Any file that a survey tool hands over becomes one table of text."""
