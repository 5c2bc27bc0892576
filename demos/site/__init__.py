"""The site: the course, recipes, the reference and the figures as pages that need no network."""
