"""The error that nobody looks at."""


class Unseen(Exception):
    """What is raised instead of an error straight into a ``catch`` of the same function that doesn't look at it.

    By a ``throw``, by a division, and by what reads a number from a text: making an error takes longer than all the rest.
    """
