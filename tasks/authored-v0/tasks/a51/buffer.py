"""Readings on their way from the sensor to the radio (logger firmware, host build for tests)."""

SIZE = 64


class Buffer:
    """A ring of readings between two threads: the sampler puts, the uploader takes."""

    def __init__(self):
        self.slots = [None] * SIZE
        self.head = 0  # next slot to fill; only the sampler touches it
        self.tail = 0  # next slot to send; only the uploader touches it
        self.count = 0  # readings not sent yet; both touch it

    def put(self, reading):  # the sampler's thread, once in ten seconds
        h = self.head  # S1
        self.slots[h] = reading  # S2
        self.head = (h + 1) % SIZE  # S3
        c = self.count  # S4
        self.count = c + 1  # S5

    def take(self, send):  # the uploader's thread, whenever the radio is up
        k = self.count  # U1
        if k > 0:
            send(self.slots[self.tail])  # U2; takes up to two seconds
            self.tail = (self.tail + 1) % SIZE  # U3
            self.count = k - 1  # U4
