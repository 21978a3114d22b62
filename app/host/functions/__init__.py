"""The helpers, one file per kind of thing they do. Each file ends in ``HELPERS``, its rows of the table."""
