"""Consent first, then sheets, site, workbook and tables from one view."""
