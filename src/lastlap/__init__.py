"""Runs, proves and tells a mass start speed skating night, from entries to medals."""
