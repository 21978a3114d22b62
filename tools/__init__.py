"""Commands of the repository: what the Makefile calls. Not part of the program."""
