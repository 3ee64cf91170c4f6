"""Faults on purpose: tools that break a sending engine and check whether it kept its word."""
