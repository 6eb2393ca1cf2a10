"""`python -m hardy` is `hardy`."""

from hardy.cli import main

main()
