"""What follows: cooperation, competences, trainings, courses, agenda."""
