"""`python -m daisy_lab` is `daisy`."""

from daisy_lab.cli import main

main()
