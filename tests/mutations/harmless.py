"""Mutants that change nothing that a user gets but time or memory, and why."""

HARMLESS: dict[tuple[str, str, str], str] = {}
