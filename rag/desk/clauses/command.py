"""Command line: `python -m rag clauses`."""

from __future__ import annotations


def main(arguments: list[str]) -> int:
    """Run the command with what follows its name; returns the exit code. Raises DeskError."""
    raise NotImplementedError(arguments)
