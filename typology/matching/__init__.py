"""Who learns from whom: peers, teams, cooperation, trainings and agenda."""
