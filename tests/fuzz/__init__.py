"""Coverage-guided fuzzing with atheris, which is installed by hand when wanted. See ``docs/how-to/fuzz.md``."""
