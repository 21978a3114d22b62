"""Verbs of the runs domain, one noun a file."""
