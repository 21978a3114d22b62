"""Locators by role and label: what a person sees, not how it is built."""
