"""The gate to ``public/``: who consents to what, and which numbers are too small to show."""
