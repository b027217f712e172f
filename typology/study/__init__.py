"""The order of the steps: read, compute, match, check, write."""
