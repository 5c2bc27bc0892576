"""Losses: one number to make small, what their targets must be, penalties on the weights."""
