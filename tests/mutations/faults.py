"""The faults that mutations.py plants, by the part of the tree that they are in."""
from fault import Fault  # noqa: F401
from faults_engine import FAULTS as ENGINE

FAULTS = ENGINE
