"""Dry runs of the editor's text: what is asked for (`wishes`), its input (`inputs`, `forms`), and what it came to (`results`)."""
