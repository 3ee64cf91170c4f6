"""How often each article is read.

A view is counted once for a visitor and hour, in Redis or in files; a task brings the database up
to date. What is gathered are counts of a whole day, not differences, and the database takes over
whatever is higher than it has: done twice, or again after a crash, it changes nothing.
"""
