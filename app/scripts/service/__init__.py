"""The verbs of the scripts domain, by noun."""
