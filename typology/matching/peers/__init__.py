"""Partners to learn from: similar and complementary, with reasons and capacity."""
