"""The playground: one page with an editor, Python and the explorer, which opens from disk."""
