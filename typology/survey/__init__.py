"""From a survey folder to checked answers."""
