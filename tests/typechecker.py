"""Checks every annotated call while the tests run; an int is a float here, as for every type checker (PEP 484)."""

from beartype import BeartypeConf, beartype

check = beartype(conf=BeartypeConf(is_pep484_tower=True))
