"""The returns of a round added up, for the finance bureau: by PostgreSQL, in one statement a view."""
