"""Images and sequences: nets that see, and nets that remember."""
