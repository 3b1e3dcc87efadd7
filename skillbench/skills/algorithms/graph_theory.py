"""Graph Theory: cheapest routes from the hub through a network that other entities stand in."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.streams import Stream
from skillbench.core.world import World
from skillbench.skills.contract import Block, Dials, Drive, Fact, Findings, Margins, Measure, Param, Sheet, Skill, Terms

NETWORK = "supply_network.dot"
HUB = "hub"
JUNCTION = "jn-"

Graph = Mapping[str, Sequence[tuple[str, float]]]
Reached = Mapping[tuple[str, bool], tuple[int, float]]


@dataclass(frozen=True)
class Statement:
    """One statement of the network file: nodes strung together by links of one kind; a remark makes none."""

    nodes: tuple[str, ...]
    km: Decimal
    metres: bool
    way: str
    closed: bool
    remark: bool


@dataclass(frozen=True)
class Network:
    """The supply network, in the order of its file."""

    statements: tuple[Statement, ...]
    codes: tuple[str, ...]


class Slip(StrEnum):
    """Usual mistakes with a network."""

    FEWEST_LINKS = "fewest-links"
    PASSING_FREE = "passing-free"
    CLOSED_AS_OPEN = "closed-as-open"
    ONE_WAY_IGNORED = "one-way-ignored"
    LAST_PARALLEL = "last-parallel"


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
    signal = "its cheapest route from the hub is out of the ordinary by the rules"
    exception = "other charges hold for routes that pass it or end there"
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.EXPOSURE: "passing a {{ entity }} or ending there adds kilometres by its {{ exposure }}",
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
    sheets: ClassVar[tuple[Sheet, ...]] = (
        Sheet(
            "Reading a network of links",
            {
                "layout": {
                    "": """
                        << The supply run cost rests on the supply network, a DOT digraph. The node `hub` is where every
                        supply run starts; nodes whose name begins with `jn-` are junctions; every other node is a
                        {{ entity }}, named by its code. Lines whose first characters after any blanks are `//` are
                        remarks and make no link. `len` is a length in kilometres, or in metres where the statement
                        carries `unit=m`.
                        || The file behind the supply run cost is the supply network, a DOT digraph. Supply runs start
                        at the node `hub`. A node whose name begins with `jn-` is a junction, and any other node is a
                        {{ entity }} under its code. A line that begins with `//`, blanks before it aside, is a remark
                        and makes no link. The length of a link, `len`, is in metres where the statement says `unit=m`
                        and in kilometres where it does not. >>
                    """,
                },
                "direction": {
                    "": """
                        << A link may be travelled from the node before the arrow to the node behind it; with `dir=both`
                        it may be travelled both ways, with `dir=back` only from the node behind the arrow to the node
                        before it.
                        || The arrow shows the way in which a link may be travelled, from the node before it to the node
                        behind it. Under `dir=back` it is the other way round and only that, under `dir=both` it is
                        either way. >>
                    """,
                },
                "string": {
                    "each": """
                        << A statement that strings several nodes together makes one link of each neighbouring pair, and
                        its attributes hold for each of these links in full, the length included.
                        || Several nodes in one statement stand for a link between each two neighbours, and every one of
                        these links has all the attributes of the statement, its full length too. >>
                    """,
                    "shared": """
                        << A statement that strings several nodes together makes one link of each neighbouring pair. Its
                        length is that of the whole string and is shared equally among its links; its other attributes
                        hold for each of them.
                        || Several nodes in one statement stand for a link between each two neighbours. The length is
                        that of the whole string, so each link gets an equal part of it; of the other attributes each
                        has all. >>
                    """,
                },
                "closed": {
                    "barred": """
                        << A link with `state=closed` may not be travelled at all, and closes no other link between the
                        same nodes.
                        || No route travels a link with `state=closed`. Other links between the same nodes stay as open
                        as they are. >>
                    """,
                    "escorted": """
                        << A link with `state=closed` may be travelled under escort: it counts `escort_factor` times its
                        length.
                        || A route may travel a link with `state=closed`, but under escort, so that its length counts
                        `escort_factor` times. >>
                    """,
                },
                "parallel": {
                    "each": """
                        << Two nodes may be joined by several links. Each is a link of its own, wherever it stands in
                        the file, and a route takes whichever it likes.
                        || Several links may join the same two nodes, anywhere in the file. Each of them stands for
                        itself, and a route takes the one that suits it. >>
                    """,
                    "main": """
                        << Where several links may be travelled from one node to the same other node, only the one that
                        counts the most kilometres may be: it is the main road. What a link counts is taken after every
                        other rule about its length, and the two directions between two nodes are looked at apart.
                        || From one node to another a route may travel one link only, the main road: of all links that
                        may be travelled that way, the one that counts the most kilometres after every other rule about
                        its length. For the way back the main road is found anew. >>
                    """,
                },
            },
        ),
        Sheet(
            "Chargeable kilometres and their price",
            {
                "passing": {
                    "all": """
                        For the supply run cost a route runs from the hub to the {{ entity }} supplied, one way. Its
                        chargeable kilometres are what its links count, plus a surcharge for every other {{ entity }}
                        it passes through: `passing_km` kilometres for each 100 of that other one's {{ exposure }},
                        parts of 100 in proportion.
                    """,
                    "above": """
                        For the supply run cost a route runs from the hub to the {{ entity }} supplied, one way. Its
                        chargeable kilometres are what its links count, plus a surcharge for every other {{ entity }} it
                        passes through: `passing_km` kilometres for each 100 by which the figure for that other one's
                        {{ exposure }} exceeds `quiet_exposure`, parts of 100 in proportion, and never less than none.
                    """,
                },
                "arrival": {
                    "": """
                        << Where the route ends, `arrival_km` kilometres for each 100 of the {{ exposure }} of the
                        {{ entity }} supplied are added, parts of 100 in proportion. The figures are those valid for
                        this measure, for the passed and the supplied alike.
                        || Arriving counts too: for each 100 of the {{ exposure }} of the {{ entity }} supplied the
                        route gets `arrival_km` kilometres more, and parts of 100 count in proportion. For those passed
                        and for the one supplied the figures are those valid for this measure. >>
                    """,
                },
                "junction": {
                    "free": """
                        << The hub and the junctions add nothing to a route that passes them.
                        || Passing the hub or a junction adds nothing to a route. >>
                    """,
                    "toll": """
                        << Every junction that a route passes adds `junction_km` kilometres; the hub adds nothing.
                        || For each junction that it passes a route gets `junction_km` kilometres more; for the hub it
                        gets none. >>
                    """,
                },
                "strange": {
                    "barred": """
                        << A {{ entity }} in the network that is not among those reported on (closed, sold or run by
                        others) may not be passed through.
                        || No route passes through a {{ entity }} that the network shows but that is not reported on
                        because it is closed, sold or run by others. >>
                    """,
                    "flat": """
                        << A {{ entity }} in the network that is not among those reported on (closed, sold or run by
                        others) may be passed through. It adds `strange_km` kilometres instead of a surcharge for its
                        {{ exposure }}, whatever the register says about it.
                        || Routes may pass through a {{ entity }} that the network shows but that is not reported on
                        because it is closed, sold or run by others. The surcharge for its {{ exposure }} does not apply
                        there, whatever the register says; it adds `strange_km` kilometres instead. >>
                    """,
                },
                "exception": {
                    "free": """
                        << A {{ entity }} under exception is on free passage: it adds no kilometres to routes that pass
                        it and none to routes that end there.
                        || Under exception a {{ entity }} has free passage: neither routes that pass it nor routes that
                        end there get any kilometres from it. >>
                    """,
                    "private": """
                        << A {{ entity }} under exception is private ground: no route may pass through it, and a route
                        that ends there adds no kilometres for its {{ exposure }}.
                        || Under exception a {{ entity }} is private ground. Routes may not pass through it, and those
                        that end there get no kilometres for its {{ exposure }}. >>
                    """,
                    "night": """
                        << A {{ entity }} under exception is supplied at night: routes that pass it or end there add a
                        third of the kilometres they otherwise would for its {{ exposure }}.
                        || Under exception a {{ entity }} gets its supplies at night: for its {{ exposure }} it adds
                        only a third of the kilometres, to routes that pass it and to those that end there. >>
                    """,
                },
                "price": {
                    "even": """
                        << The cheapest route is the one with the fewest chargeable kilometres. The supply run cost is
                        these kilometres times the {{ unit_cost }} of the {{ entity }} supplied. Nothing is rounded.
                        || Of all routes the one with the fewest chargeable kilometres is the cheapest. Its kilometres
                        times the {{ unit_cost }} of the {{ entity }} supplied are the supply run cost, and nothing is
                        rounded. >>
                    """,
                    "band": """
                        << The cheapest route is the one with the fewest chargeable kilometres. The supply run cost
                        prices the first `near_km` of these at the {{ unit_cost }} of the {{ entity }} supplied and
                        every further one at `far_rate` times it. Nothing is rounded.
                        || Of all routes the one with the fewest chargeable kilometres is the cheapest. For the supply
                        run cost its first `near_km` cost the {{ unit_cost }} of the {{ entity }} supplied each and all
                        further ones `far_rate` times that, and nothing is rounded. >>
                    """,
                },
                "flag": {
                    "through": """
                        << Flag a {{ entity }} when its cheapest route passes through at least one other {{ entity }}
                        that is reported on, whatever that one adds: when every route that passes none is dearer.
                        || A {{ entity }} gets a flag when its cheapest route goes through another {{ entity }} that is
                        reported on, even one that adds nothing; in other words, when all routes that pass no such
                        {{ entity }} are dearer. >>
                    """,
                    "far": """
                        << Flag a {{ entity }} when the chargeable kilometres of its cheapest route are more than
                        `far_share` times the mean of this figure over all {{ entities }} in scope.
                        || A {{ entity }} gets a flag when its cheapest route has more chargeable kilometres than
                        `far_share` times the mean of that number over all {{ entities }} in scope. >>
                    """,
                },
            },
        ),
    )
    slips: ClassVar[Mapping[StrEnum, str]] = {
        Slip.FEWEST_LINKS: "the route with the fewest links is taken instead of the cheapest",
        Slip.PASSING_FREE: "entities on the way add no kilometres",
        Slip.CLOSED_AS_OPEN: "closed links are travelled like any other",
        Slip.ONE_WAY_IGNORED: "every link is travelled both ways",
        Slip.LAST_PARALLEL: "of several links between two nodes only the last in the file is kept",
    }
    kind = Network

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Kilometres for passing and arriving, factors, the price band, and the flag's limit."""
        return {
            "passing_km": stream.number("0.80", "2.20", 2),
            "arrival_km": stream.number("4.00", "8.00", 2),
            "quiet_exposure": stream.integer(60, 130),
            "junction_km": stream.number("0.7", "2.6", 1),
            "strange_km": stream.number("1.5", "6.0", 1),
            "escort_factor": stream.number("1.6", "2.8", 1),
            "near_km": stream.integer(25, 40),
            "far_rate": stream.number("0.55", "0.80", 2),
            "far_share": stream.number("0.85", "1.10", 2),
        }

    def records(self, stream: Stream, world: World, level: int) -> Network:
        """Trunks of junctions, feeders to entities, then short links between entities and tempting wrong ones."""
        codes = [entity.code for entity in world.everyone]
        names = [f"{JUNCTION}{number}" for number in stream.sample(range(11, 99), 6 + 3 * level)]
        trunks = [[HUB, *names[first : first + 3]] for first in range(0, len(names), 3)]
        out = [_statement(stream, trunk, "5.0", "14.0", "both") for trunk in trunks]
        for code in codes:
            out += self._around(stream, code, codes, names, level)
        for code in (entity.code for entity in world.decoys):
            # Short ways through strangers, so that it matters whether they may be passed.
            out.append(_statement(stream, [stream.choice(names[:3]), code], "3.0", "9.0", "both"))
            beyond = stream.sample([entity.code for entity in world.active], 2)
            out += [_statement(stream, [code, one], "2.0", "7.0", "both") for one in beyond]
        for trunk in trunks:
            link = stream.choice(list(pairwise(trunk)))
            out.append(_statement(stream, link, "4.0", "16.0", stream.choice(("both", "forward"))))
        out += [_statement(stream, stream.sample(names, 2), "4.0", "18.0", "forward") for _ in range(5 * level)]
        for _ in range(4 + level):
            shortcut = [stream.choice([HUB, *names[:3]]), stream.choice(codes)]
            out.append(_statement(stream, shortcut, "4.0", "15.0", "both", closed=True))
        out += [_statement(stream, [HUB, one], "2.0", "9.0", "both", remark=True) for one in stream.sample(codes, 3)]
        return Network(tuple(stream.shuffled(out)), tuple(codes))

    @staticmethod
    def _around(
        stream: Stream, code: str, codes: Sequence[str], names: Sequence[str], level: int
    ) -> Iterator[Statement]:
        """A feeder from a junction, a way back, and links to neighbours."""
        feeder = [stream.choice(names), code]
        yield _statement(stream, feeder, "18.0", "55.0", stream.choice(("both", "forward")))
        yield _statement(stream, [code, stream.choice(names)], "3.0", "12.0", "forward")
        others = [one for one in codes if one != code]
        for _ in range(stream.integer(1, 2 + level)):
            way = stream.choice(("both", "back", "forward"))
            strung = [code, stream.choice(others)]
            if stream.chance(1, 5):
                strung.append(stream.choice([one for one in others if one != strung[1]]))
            yield _statement(stream, strung, "2.0", "10.0", way)
        if stream.chance(3, 4):
            yield _statement(stream, feeder, "18.0", "55.0", "forward")
        if stream.chance(1, 2):
            yield _statement(stream, [HUB, code], "38.0", "80.0", "forward")

    def render(self, stream: Stream, records: Network) -> dict[str, str]:
        """A DOT file, a line a statement; one-way links are written backwards now and then."""
        lines = [_written(stream, one) for one in records.statements]
        return {NETWORK: "digraph supply {\n" + "".join(f"  {line}\n" for line in lines) + "}\n"}

    def facts(self, records: Network) -> Sequence[Fact]:
        """The length of every link that ends at an entity."""
        return [
            Fact("statements", place, "km", one.km, code, None, f"the road between {one.nodes[0]} and {one.nodes[-1]}")
            for place, one in enumerate(records.statements)
            if not one.remark
            for code in [next((node for node in one.nodes[::-1] if node in records.codes), "")]
            if code
        ]

    def live_slips(self, terms: Terms) -> list[StrEnum]:
        """Where only the longest of parallel links counts, keeping the last is no mistake of its own."""
        dead = {Slip.LAST_PARALLEL} if terms.says("parallel", "main") else set()
        return [slip for slip in self.slips if slip not in dead]

    def solve(
        self, block: Block, dials: Dials, slip: StrEnum | None = None, margins: Margins | None = None
    ) -> Findings:
        """Dijkstra over (node, whether an entity was passed); the two ends of each entity give value and flag."""
        margins, terms = margins or Margins(), block.terms
        hundreds = {
            code: exposure / 100 * (self._relief(terms) if code in dials.exceptions else 1.0)
            for code, exposure in dials.quantities[Quantity.EXPOSURE].items()
        }
        toll = {code: self._toll(share * 100, terms, slip) for code, share in hundreds.items()}
        if terms.says("exception", "private"):
            toll = {code: added for code, added in toll.items() if code not in dials.exceptions}
        elif terms.says("passing", "above"):
            # The threshold is one of people, not of kilometres: relief comes after it.
            for code in dials.exceptions:
                full = self._toll(dials.quantities[Quantity.EXPOSURE][code], terms, slip)
                toll[code] = full * self._relief(terms)
        for code in block.records.codes:
            if code not in hundreds and terms.says("strange", "flat"):
                toll[code] = terms.number("strange_km")
        junction = terms.number("junction_km") if terms.says("junction", "toll") else 0.0
        reached = _reach(
            _graph(block.records.statements, terms, slip),
            toll,
            set(hundreds),
            junction,
            count=slip is Slip.FEWEST_LINKS,
        )
        routes, through = {}, set()
        for code in dials.entities:
            best = around = reached[code, False]
            other = reached.get((code, True))
            if other is not None and other < around:
                through.add(code)
                best = other
            if other is not None and terms.says("flag", "through"):
                margins.above(f"route to {code}", around[1], other[1])
            routes[code] = best[1] + hundreds[code] * terms.number("arrival_km")
        values = {code: _price(km, dials.quantities[Quantity.UNIT_COST][code], terms) for code, km in routes.items()}
        if terms.says("flag", "through"):
            return Findings(values, frozenset(through))
        limit = terms.number("far_share") * sum(routes.values()) / len(routes)
        return Findings(
            values, frozenset(c for c, km in routes.items() if margins.above(f"kilometres of {c}", km, limit))
        )

    @staticmethod
    def _relief(terms: Terms) -> float:
        """What is left of an entity's kilometres under exception."""
        return 1 / 3 if terms.says("exception", "night") else 0.0

    @staticmethod
    def _toll(exposure: float, terms: Terms, slip: StrEnum | None) -> float:
        """Kilometres that passing an entity adds."""
        if slip is Slip.PASSING_FREE:
            return 0.0
        quiet = terms.number("quiet_exposure") if terms.says("passing", "above") else 0.0
        return max(exposure - quiet, 0.0) / 100 * terms.number("passing_km")


def _statement(
    stream: Stream, nodes: Sequence[str], low: str, high: str, way: str, *, closed: bool = False, remark: bool = False
) -> Statement:
    return Statement(tuple(nodes), stream.decimal(low, high, 1), stream.chance(1, 4), way, closed, remark)


def _written(stream: Stream, one: Statement) -> str:
    nodes, way = one.nodes, one.way
    if way != "both" and stream.chance(1, 4):
        nodes, way = nodes[::-1], "back" if way == "forward" else "forward"
    attributes = [f"len={int(one.km * 1000)}", "unit=m"] if one.metres else [f"len={one.km}"]
    attributes += [f"dir={way}"] * (way != "forward") + ["state=closed"] * one.closed
    text = " -> ".join(f'"{node}"' for node in nodes) + f" [{', '.join(attributes)}];"
    return ("// " if one.remark else "") + text


def _graph(statements: Sequence[Statement], terms: Terms, slip: StrEnum | None) -> Graph:
    """Kilometres from node to node over the links that may be travelled, one link per pair and direction."""
    graph: dict[str, dict[str, float]] = defaultdict(dict)
    for one in statements:
        barred = one.closed and terms.says("closed", "barred") and slip is not Slip.CLOSED_AS_OPEN
        if one.remark or barred:
            continue
        km = float(one.km) / (len(one.nodes) - 1 if terms.says("string", "shared") else 1)
        if one.closed and terms.says("closed", "escorted") and slip is not Slip.CLOSED_AS_OPEN:
            km *= terms.number("escort_factor")
        way = "both" if slip is Slip.ONE_WAY_IGNORED else one.way
        ahead = [] if way == "back" else list(pairwise(one.nodes))
        behind = [] if way == "forward" else [(head, tail) for tail, head in pairwise(one.nodes)]
        for tail, head in ahead + behind:
            known = km if slip is Slip.LAST_PARALLEL else graph[tail].get(head, km)
            graph[tail][head] = max(km, known) if terms.says("parallel", "main") else min(km, known)
    return {tail: list(heads.items()) for tail, heads in graph.items()}


def _reach(graph: Graph, toll: Mapping[str, float], counted: set[str], junction: float, *, count: bool) -> Reached:
    """Least (links if they count, kilometres) to each node without and with a counted entity passed on the way."""
    reached: dict[tuple[str, bool], tuple[int, float]] = {}
    queue = [(0, 0.0, HUB, False)]
    while queue:
        links, length, node, passed = heapq.heappop(queue)
        if (node, passed) in reached:
            continue
        reached[node, passed] = (links, length)
        added = junction if node.startswith(JUNCTION) else 0.0 if node == HUB else toll.get(node)
        if added is None:
            continue
        for head, step in graph.get(node, ()):
            heapq.heappush(queue, (links + count, length + added + step, head, passed or node in counted))
    return reached


def _price(km: float, rate: float, terms: Terms) -> float:
    if terms.says("price", "even"):
        return km * rate
    near = terms.number("near_km")
    return (min(km, near) + terms.number("far_rate") * max(km - near, 0.0)) * rate
