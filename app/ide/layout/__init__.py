"""The formatter: the author's tokens and comments, in the author's order, with white space of our own."""

from app.ide.layout.format import WIDTH, format_script

__all__ = ["WIDTH", "format_script"]
