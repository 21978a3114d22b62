"""Benchmarks: each prints a readable table, or with ``--json`` one JSON object of named figures. None of them judges."""

import sys

import structlog

# What a benchmark prints is its figures; whoever reads them as JSON can do without lines of log in between.
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
