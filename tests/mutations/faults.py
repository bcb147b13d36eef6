"""The faults that mutations.py plants, by the part of the tree that they are in."""
from faults_engine import FAULTS as ENGINE
from faults_grid import FAULTS as GRID
from faults_rounds import FAULTS as ROUNDS
from faults_waiting import FAULTS as WAITING

FAULTS = ENGINE + ROUNDS + WAITING + GRID
