"""What each command of `python -m bot` does; one file a command."""
