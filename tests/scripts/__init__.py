"""Tests of the scripts domain."""
