"""Alloy: a browser-based IDE and runtime for sandboxed automation scripts."""
