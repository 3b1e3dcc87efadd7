"""Graph Theory: cheapest routes from the hub through a network that other entities stand in."""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.roster import Roster
from skillbench.core.streams import Stream
from skillbench.skills.contract import Block, Dials, Drive, Findings, Margins, Measure, Param, Skill

NETWORK = "supply_network.dot"
HUB = "hub"
JUNCTION = "jn-"
NODE = re.compile(r'"([^"]+)"')

Graph = Mapping[str, Mapping[str, float]]
Reached = Mapping[tuple[str, bool], tuple[int, float]]


class GraphTheory(Skill):
    """Find each entity's cheapest route from the hub: link lengths, one-way links, charges for passing others.

    The network is a DOT file with two-way, one-way and backward links, closed and parallel ones, lengths in
    two units and strings of links in one statement. Passing an entity adds kilometres that depend on its
    exposure, so the shortest road is not always the cheapest route.
    """

    tag = "Graph Theory"
    measure = Measure(
        key="supply_run_cost",
        title="Supply run cost",
        unit="{{ currency }}",
        digits=2,
        meaning="what one supply run from the hub to each {{ entity }} costs on its cheapest route",
    )
    signal = "the cheapest route from the hub passes through at least one other {{ entity }}"
    exception = (
        "it is on free passage: it adds no kilometres, neither to a route that passes it nor to one that ends there"
    )
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.EXPOSURE: "passing a {{ entity }} or ending there adds kilometres in proportion to its {{ exposure }}",
        Quantity.UNIT_COST: "a chargeable kilometre is priced at the {{ unit_cost }} of the {{ entity }} supplied",
    }
    drives: ClassVar[Mapping[Quantity, Drive]] = {
        Quantity.CAPACITY: Drive(
            raises=False, reason="a {{ entity }} that is dear to supply keeps part of its plant idle between runs"
        ),
        Quantity.CREW: Drive(
            raises=False, reason="people on long supply runs are missing at the {{ entity }} they serve"
        ),
        Quantity.UNIT_COST: Drive(raises=True, reason="a costly supply run is passed on in the price of every unit"),
        Quantity.LEAD_TIME: Drive(raises=True, reason="runs that cost more are bundled, so goods arrive later"),
    }
    rules: ClassVar[Mapping[str, str]] = {
        "Supply run cost: reading the network": """
The supply network is a DOT digraph. The node `hub` is where every supply run starts; nodes whose name begins with
`jn-` are junctions; every other node is a {{ entity }}, named by its code. `len` is the length of a link, in
kilometres, or in metres where the link carries `unit=m`. A link may be travelled from the node before the arrow to
the node behind it; with `dir=both` it may be travelled both ways, with `dir=back` only from the node behind the
arrow to the node before it. A statement that strings several nodes together makes one link of each neighbouring
pair, and its attributes hold for each of these links in full.

A link with `state=closed` may not be travelled at all. Two nodes may be joined by several links; each is a link of
its own, wherever it stands in the file, and a closed one closes none of the others. Lines that begin with `//` are
remarks and make no link.
""",
        "Supply run cost: chargeable kilometres, price and flag": """
A route runs from the hub to the {{ entity }} supplied. Its chargeable kilometres are the lengths of its links, plus
a surcharge for every other {{ entity }} it passes through: `passing_km` kilometres for each 100 of that other one's
{{ exposure }}. Where the route ends, `arrival_km` kilometres for each 100 of the {{ exposure }} of the {{ entity }}
supplied are added. The figures are those valid for this measure, for the passed and the supplied alike. Parts of
100 count in proportion. The hub and the junctions add nothing. A {{ entity }} in the network that is not among
those reported on (closed, sold or run by others) may not be passed through.

A {{ entity }} under exception is on free passage: it adds no kilometres to routes that pass it and none to routes
that end there. The lengths of links stay as they are.

The supply run cost is the smallest number of chargeable kilometres that any route has, times the {{ unit_cost }} of
the {{ entity }} supplied. Runs are reckoned one way, and nothing is rounded.

Flag a {{ entity }} when its cheapest route passes through at least one other {{ entity }}, on free passage or not,
that is, when every route that passes no other {{ entity }} is dearer.
""",
    }
    slips: ClassVar[Mapping[str, str]] = {
        "fewest-links": "the route with the fewest links is taken instead of the cheapest",
        "passing-free": "entities on the way add no kilometres",
        "closed-travelled": "closed links are travelled",
        "one-way-ignored": "every link is travelled both ways",
        "last-parallel": "of several links between two nodes only the last in the file is kept",
    }

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Kilometres per 100 of exposure, for passing and for arriving."""
        return {
            "passing_km": stream.number("0.80", "2.20", 2),
            "arrival_km": stream.number("4.00", "8.00", 2),
        }

    def fabricate(self, stream: Stream, roster: Roster, level: int) -> Block:
        """Trunks of junctions, feeders to entities, then short links between entities and tempting wrong ones."""
        codes = [entity.code for entity in roster.everyone]
        names = [f"{JUNCTION}{number}" for number in stream.sample(range(11, 99), 6 + 3 * level)]
        trunks = [[HUB, *names[first : first + 3]] for first in range(0, len(names), 3)]
        lines = [self._line(stream, trunk, "5.0", "14.0", "both") for trunk in trunks]
        for code in codes:
            feeder = [stream.choice(names), code]
            lines.append(self._line(stream, feeder, "18.0", "55.0", stream.choice(("both", "forward"))))
            lines.append(self._line(stream, [code, stream.choice(names)], "3.0", "12.0", "forward"))
            for _ in range(stream.integer(1, 2 + level)):
                other = stream.choice([c for c in codes if c != code])
                lines.append(
                    self._line(stream, [code, other], "2.0", "10.0", stream.choice(("both", "back", "forward")))
                )
            if stream.chance(3, 4):
                lines.append(self._line(stream, feeder, "18.0", "55.0", "forward"))
            if stream.chance(1, 2):
                lines.append(self._line(stream, [HUB, code], "38.0", "80.0", "forward"))
        for trunk in trunks:
            link = stream.choice(list(pairwise(trunk)))
            lines.append(self._line(stream, list(link), "4.0", "16.0", stream.choice(("both", "forward"))))
        lines += [self._line(stream, stream.sample(names, 2), "4.0", "18.0", "forward") for _ in range(5 * level)]
        for _ in range(3 + level):
            shortcut = [stream.choice([HUB, *names[:3]]), stream.choice(codes)]
            lines.append(self._line(stream, shortcut, "4.0", "15.0", "both", closed=True))
        lines += ["// " + self._line(stream, [HUB, code], "2.0", "9.0", "both") for code in stream.sample(codes, 3)]
        body = "".join(f"  {line}\n" for line in stream.shuffled(lines))
        return Block({NETWORK: f"digraph supply {{\n{body}}}\n"}, self.draw_params(stream))

    @staticmethod
    def _line(stream: Stream, nodes: list[str], low: str, high: str, way: str, *, closed: bool = False) -> str:
        """One statement; a one-way link is written backwards now and then."""
        length = stream.decimal(low, high, 1)
        metres = stream.chance(1, 4)
        attributes = [f"len={int(length * 1000)}" if metres else f"len={length}"] + ["unit=m"] * metres
        if way != "both" and stream.chance(1, 4):
            nodes, way = nodes[::-1], "back" if way == "forward" else "forward"
        attributes += [f"dir={way}"] * (way != "forward") + ["state=closed"] * closed
        return " -> ".join(f'"{node}"' for node in nodes) + f" [{', '.join(attributes)}];"

    def solve(self, block: Block, dials: Dials, slip: str | None = None, margins: Margins | None = None) -> Findings:
        """Dijkstra over (node, whether an entity was passed); the two ends of each entity give value and flag."""
        hundreds = {
            code: 0.0 if code in dials.exceptions else exposure / 100
            for code, exposure in dials.quantities[Quantity.EXPOSURE].items()
        }
        passing = 0.0 if slip == "passing-free" else float(block.params["passing_km"])
        toll = {code: share * passing for code, share in hundreds.items()}
        reached = self._reach(self._graph(block.files[NETWORK], slip), toll, count=slip == "fewest-links")
        values, flagged = {}, set()
        for code in dials.entities:
            best = around = reached[code, False]
            through = reached.get((code, True))
            if through is not None and through < around:
                flagged.add(code)
                best = through
            if through is not None and margins is not None:
                margins.above(f"route to {code}", around[1], through[1])
            chargeable = best[1] + hundreds[code] * float(block.params["arrival_km"])
            values[code] = chargeable * dials.quantities[Quantity.UNIT_COST][code]
        return Findings(values, frozenset(flagged))

    @staticmethod
    def _graph(text: str, slip: str | None) -> Graph:
        """Kilometres from node to node over the links that may be travelled."""
        graph: dict[str, dict[str, float]] = defaultdict(dict)
        for line in text.splitlines():
            nodes = NODE.findall(line)
            if len(nodes) < 2 or line.strip().startswith("//"):
                continue
            marks = dict(mark.split("=") for mark in line[line.index("[") + 1 : line.index("]")].split(", "))
            if marks.get("state") == "closed" and slip != "closed-travelled":
                continue
            length = float(marks["len"]) / (1000 if marks.get("unit") == "m" else 1)
            way = "both" if slip == "one-way-ignored" else marks.get("dir", "forward")
            ahead = [] if way == "back" else list(pairwise(nodes))
            behind = [] if way == "forward" else [(head, tail) for tail, head in pairwise(nodes)]
            for tail, head in ahead + behind:
                known = length if slip == "last-parallel" else graph[tail].get(head, length)
                graph[tail][head] = min(length, known)
        return graph

    @staticmethod
    def _reach(graph: Graph, toll: Mapping[str, float], *, count: bool) -> Reached:
        """Least (links if they count, kilometres) to each node without and with an entity passed on the way."""
        reached: dict[tuple[str, bool], tuple[int, float]] = {}
        queue = [(0, 0.0, HUB, False)]
        while queue:
            links, length, node, passed = heapq.heappop(queue)
            if (node, passed) in reached:
                continue
            reached[node, passed] = (links, length)
            if node not in toll and node != HUB and not node.startswith(JUNCTION):
                continue
            for head, step in graph.get(node, {}).items():
                onward = length + step + toll.get(node, 0.0)
                heapq.heappush(queue, (links + count, onward, head, passed or node in toll))
        return reached
