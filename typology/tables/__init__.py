"""The contract: which tables a study has, and how they stand on disk."""
