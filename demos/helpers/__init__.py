"""What the lessons share: the command line, pictures, faults to plant."""
