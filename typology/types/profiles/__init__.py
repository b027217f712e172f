"""What the municipalities of a type answered, plain, corrected and weighted."""
