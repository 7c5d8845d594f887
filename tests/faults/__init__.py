"""Faults from outside: disks that are full or read-only, two at once, clocks that go backwards, bytes that flip."""
