"""The pages of runs: the list and its chart (`pages`), failures alike (`failures`), one run (`one`), many run again (`bulk`)."""
