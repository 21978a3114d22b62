"""The entry point of the console command, and of `python -m app`.

What is loaded stays, so nobody looks for garbage meanwhile: that was a tenth of the time from the command to the first answer.
"""

import gc


def main() -> None:
    """Load the commands, then do what the command line says."""
    gc.disable()
    from app.cli import main as commands

    gc.enable()
    commands()


if __name__ == "__main__":
    main()
