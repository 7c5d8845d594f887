"""Who may do what how often: which addresses are this computer's, and how often one may ask, a bucket of tokens an address, refilled steadily; the oldest idle ones are forgotten."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

FAST, BUSY = "rate", "busy"  # why somebody is sent back
RATE, BURST = 2.0, 30  # questions a second from one address, and how many at once
_MOST_ADDRESSES = 20_000


def visitor(address: str) -> str:
    """Return what counts as one visitor: an IPv4 address, or the /64 of an IPv6 one, all of which one household has."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    return str(found.ipv4_mapped or ipaddress.ip_network((int(found) >> 64 << 64, 64)))


class RateLimit:
    """`burst` requests at once from one address, then `rate` a second."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self.burst = burst
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, address: str) -> float:
        """Take one token for an address. Returns 0 where there was one, else the seconds until there will be."""
        address = visitor(address)
        with self._lock:
            now = self._clock()
            tokens, last = self._buckets.pop(address, (float(self.burst), now))
            tokens = min(float(self.burst), tokens + max(0.0, now - last) * self.rate)
            allowed = tokens >= 1
            self._buckets[address] = (tokens - 1 if allowed else tokens, now)
            while len(self._buckets) > _MOST_ADDRESSES:
                self._buckets.popitem(last=False)
            return 0.0 if allowed else (1 - tokens) / self.rate


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
