"""Exercises that mark themselves: short ones for every chapter, and an engine of one's own."""
