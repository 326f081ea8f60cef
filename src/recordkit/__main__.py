"""`python -m recordkit` is `recordkit`."""

from recordkit.cli import main

main()
