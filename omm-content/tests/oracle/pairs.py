"""What two readings of a file say differently: components are paired, then their properties."""

import collections
import os
import sys


def folder_of_samples():
    """Of each sample: its name, its bytes, and the items that were written for it."""
    root = sys.argv[1]
    with open(os.path.join(root, "index"), encoding="utf-8") as index:
        for number, line in enumerate(index):
            count, name = line.rstrip("\n").split("\t", 1)
            read = lambda end: open(os.path.join(root, f"{number}.{end}"), "rb").read()
            yield name, read("original"), [read(str(item)) for item in range(int(count))]


def octets(data):
    """One letter for each octet, because every line has a charset of its own; UTF-16 as UTF-8."""
    wide = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else None
    if b"\0" in data[:2]:
        wide = "utf-16-be" if data[0] == 0 else "utf-16-le"
    return (data.decode(wide, "replace").encode() if wide else data).decode("latin-1").replace("\xef\xbb\xbf", "")


def letters(text, charset=None):
    """The letters that octets are: UTF-8, else of the charset."""
    data = text.encode("latin-1", "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode(charset or "cp1252", "replace")


class Component:
    """A component: its kind, what names it, and its properties as (name, said) with their number."""

    def __init__(self, kind, identity, properties):
        self.kind = kind
        self.identity = identity
        self.properties = collections.Counter(properties)
        self.key = (kind, frozenset(self.properties.items()))


def report(file, before, after):
    """Prints each difference of two lists of components as a line of fields, and gives how many of `before` are equal."""
    # What is there twice is one item.
    first = {one.key: one for one in before}
    second = {one.key: one for one in after}
    left = [one for key, one in first.items() if key not in second]
    right = [one for key, one in second.items() if key not in first]
    for one in left:
        alike = [other for other in right if other.kind == one.kind and other.identity == one.identity]
        alike = alike or [other for other in right if other.kind == one.kind]
        if not alike:
            say(file, one.kind, "", f"{len(one.properties)} properties {one.identity!r}", "-")
            continue
        nearest = min(alike, key=lambda other: distance(one, other))
        right.remove(nearest)
        of_properties(file, one, nearest)
    for other in right:
        say(file, other.kind, "", "-", f"{len(other.properties)} properties {other.identity!r}")
    return sum(one.key in second for one in before)


def distance(one, other):
    return sum((one.properties - other.properties).values()) + sum((other.properties - one.properties).values())


def of_properties(file, one, other):
    lost = sorted((one.properties - other.properties).elements())
    new = sorted((other.properties - one.properties).elements())
    for name in sorted({name for name, _ in lost + new}):
        was = [said for own, said in lost if own == name]
        now = [said for own, said in new if own == name]
        for at in range(max(len(was), len(now))):
            say(file, one.kind, name, was[at] if at < len(was) else "-", now[at] if at < len(now) else "-")


def say(*fields):
    clean = lambda field: str(field).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    print("\t".join(["difference", *map(clean, fields)]))
