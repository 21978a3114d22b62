"""The command line's commands, one module each; ``app.cli`` joins them."""
