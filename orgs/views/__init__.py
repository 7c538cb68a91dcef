"""Signing in; and for the administrator of a finance bureau: its people, its units, both from a workbook."""
