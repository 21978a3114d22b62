"""What an editor asks about a script: source and context in, plain data out. No IO, no state between calls."""
