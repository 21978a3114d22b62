"""Benchmarks: each prints a readable table, or with ``--json`` one JSON object of named figures. None of them judges."""
