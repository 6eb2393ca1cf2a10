"""The enlarged dataset: altered copies of the training rows, written out, with every number they were made by.

enlarged    rows and copies as a Dataset, whose reader alters pictures when they are read
record      a copy's numbers as text, and back: what is recorded is what is carried out
setting     how a dataset was enlarged, and of what: the record's first line
written     as a folder with a record, or as a store with two columns more
sample      a few pictures and their copies, to be looked at
replay      from a record to the same rows again
"""

from hardy.augmentation.offline.enlarged import check_single, enlarge
from hardy.augmentation.offline.replay import Replay, read_replay
from hardy.augmentation.offline.sample import examples
from hardy.augmentation.offline.setting import Setting
from hardy.augmentation.offline.written import Format, write

__all__ = ["Format", "Replay", "Setting", "check_single", "enlarge", "examples", "read_replay", "write"]
