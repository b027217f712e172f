"""The numerical work below the classes: patterns, expectation maximisation, starts, replicates."""
