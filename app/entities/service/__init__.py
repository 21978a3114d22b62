"""The verbs of the entities domain."""
