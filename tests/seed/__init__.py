"""Tests of the demo tenant."""
