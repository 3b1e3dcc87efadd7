"""Where the fields of an edge and of a cluster stand in their flat records.

An edge belongs to its *owner*, as a rule the end with more neighbours, and is *foreign* to the other end. An
owner's edges form a forest: an edge hangs below one that is at least as good for any merge the owner can
make, so only the roots of the forest, its *front*, are ever candidates. -1 stands for none.

An edge's record is 48 bytes, seen as twelve short whole numbers (``links``) and as six long ones (``sizes``).
"""

from __future__ import annotations

from typing import Any, NamedTuple


class State(NamedTuple):
    """All that agglomeration reads and writes; arrays when compiled, lists when interpreted.

    Attributes:
        rule: what ranks pairs: ``PAPER``, ``BALANCED``, ``PARTITION`` or ``PARIS``.
        total: the graph's volume.
        links: the edges' records, with OWNER and OTHER filled in at the start.
        sizes: the same records, with WEIGHT filled in.
        clusters: the clusters' records, with DEGREE filled in.
        volumes: of the clusters.
        inner: volume less cut and loops of the clusters.
        shares: the rest over volume, read by ``PARTITION`` alone.
        keys: the key of each cluster's best merge.
        heap: the queue of clusters.
        table: the pairs' hash table, a power of two, twice the edges or more.
        tallies: how many clusters are QUEUED and how many places of the table are TAKEN.
    """

    rule: Any
    total: Any
    links: Any
    sizes: Any
    clusters: Any
    volumes: Any
    inner: Any
    shares: Any
    keys: Any
    heap: Any
    table: Any
    tallies: Any


QUEUED, TAKEN = 0, 1

LINKS = 12
OWNER = 0  # the owner's cluster; -1 once the edge is gone
OTHER = 1  # the other end's cluster
UP = 2  # the edge this one hangs below; -1 in the front
AFTER = 3  # neighbours in the list of siblings, or in the front
BEFORE = 4
CHILD = 5  # first of the edges that hang below
NEXT_FOREIGN = 6  # neighbours in the other end's list of foreign edges
PREVIOUS_FOREIGN = 7

SIZES = 6
WEIGHT = 4
SEEN = 5  # the other end's volume when the edge entered the forest; it may have grown since

FRONT = 0  # first edge of the front; a cluster's record is eight short numbers
FOREIGN = 1  # first foreign edge
IDENT = 2  # the cluster's node number in the tree
DEGREE = 3  # how many clusters share weight with it
PLACE = 4  # where it stands in the queue; -1 if it does not
BEST = 5  # its best owned edge; -1 if it owns none
LOW = 6  # the two node numbers of its best merge, as they were when it was chosen
HIGH = 7
