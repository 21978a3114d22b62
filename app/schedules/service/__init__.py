"""The verbs of schedules, by what they are about."""
