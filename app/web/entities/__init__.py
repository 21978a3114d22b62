"""Pages of entity types and of their records."""
