"""The report as Word and PDF: its template, how it is filled in, and the process in which that happens."""
