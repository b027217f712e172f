"""Latent classes of the goals, how many, how stable, and other methods beside them."""
