"""The static site: pages, data files, search."""
