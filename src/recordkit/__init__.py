"""recordkit: national compilation of police and FIA case records."""

__version__ = "0.1.0"
