"""Graded models: answers made by continuous traits, the rivals of the classes."""
