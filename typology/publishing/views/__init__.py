"""One view per municipality or type: plain data from which sheet, page and JSON twin are rendered."""
