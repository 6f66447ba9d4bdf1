"""Reliability of scales: alpha, omega, two items, and items that work differently by group."""
