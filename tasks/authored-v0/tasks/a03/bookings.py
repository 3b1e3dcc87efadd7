"""Cabins on the night ferries: hold, confirm, give back. One process, one thread per till."""

import threading
import time


class Bookings:
    def __init__(self, cabins, clock=time.monotonic):
        self.free, self.held, self.sold = set(cabins), {}, {}
        self.sail_lock, self.cabin_lock, self.till_lock = (threading.Lock() for _ in range(3))
        self.takings, self.departed, self.clock = 0, False, clock

    def hold(self, cabin, booking):
        if cabin not in self.free:
            return False
        with self.cabin_lock:
            self.held[booking] = (cabin, self.clock())
            self.free.discard(cabin)
        return True

    def confirm(self, booking, price):
        with self.sail_lock:
            if self.departed:
                return False
            with self.cabin_lock:
                cabin, _ = self.held.pop(booking)
                self.sold[booking] = cabin
                with self.till_lock:
                    self.takings += price
        return True

    def refund(self, booking, price):
        with self.till_lock:
            self.takings -= price
            with self.cabin_lock:
                self.free.add(self.sold.pop(booking))

    def swap(self, booking, cabin):
        with self.cabin_lock:
            if cabin not in self.free:
                return False
            self.free.discard(cabin)
            self.free.add(self.sold[booking])
            self.sold[booking] = cabin
        return True

    def expire(self, seconds):
        with self.cabin_lock:
            now = self.clock()
            for booking, (cabin, since) in list(self.held.items()):
                if now - since > seconds:
                    del self.held[booking]
                    self.free.add(cabin)

    def depart(self):
        with self.cabin_lock:
            with self.sail_lock:
                self.departed = True
            self.held.clear()

    def report(self):
        with self.till_lock:
            return len(self.sold), self.takings
