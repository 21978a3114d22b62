"""Journeys through the pages in a real browser, over a real server."""
