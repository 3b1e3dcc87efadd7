"""Bids at the mart: one ring, thirty sellers' lots, bidders in the hall and at home."""
import threading

LOCKS = {}
STAND = {}  # lot -> (euro, bidder)


def lock(lot):
    return LOCKS.setdefault(lot, threading.Lock())


def bid_hall(lot, euro, bidder):
    stand = STAND.get(lot, (0, ""))
    if euro > stand[0]:
        with lock(lot):
            STAND[lot] = (euro, bidder)
            return True
    return False


def bid_web(lot, euro, bidder):
    stand = STAND.get(lot, (0, ""))
    if euro > stand[0]:
        with lock(lot):
            STAND[lot] = (euro, bidder)
            return "You lead"
    return "Too low"


def bid_pair(first, second, euro, bidder):
    with lock(first):
        with lock(second):
            if all(euro > STAND.get(x, (0, ""))[0] for x in (first, second)):
                STAND[first] = STAND[second] = (euro, bidder)
                return True
    return False
