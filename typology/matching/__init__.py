"""Peers, teams, cooperation, trainings and agenda."""
