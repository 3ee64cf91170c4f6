"""Whole pages kept for visitors who are not logged in.

Every page is kept under the generation in which it was made; whatever changes what pages show
begins a new one (`signal_handlers`). Visitors with a session get their pages made for them.
"""
