"""The sample inbox compiled and compared with its truth."""
