"""Programs in Rhai and their twins in Python."""
