"""Mixed-methods evaluation of resilience programmes in schools."""

__version__ = "0.1.0"
