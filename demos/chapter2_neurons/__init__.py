"""Neurons: what one computes, what several together can, and why they bend."""
