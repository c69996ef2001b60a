"""Calendar files and what was written for them, both read by `icalendar`: what differs in meaning."""

import io
import quopri
import re
import sys
import warnings

try:
    import icalendar
    import vobject
    from icalendar import Component as Reader
except ImportError as error:
    print("absent", error)
    sys.exit(77)

from pairs import Component, folder_of_samples, letters, octets, report

ITEMS = ("VEVENT", "VTODO", "VJOURNAL")
warnings.simplefilter("ignore")


def moment(value):
    if isinstance(value, tuple):
        return "/".join(moment(one) for one in value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def value(of):
    kind = type(of).__name__
    if kind.startswith("vBroken"):
        return "broken " + str(of)
    if kind == "vDDDLists":
        return ",".join(sorted(moment(one.dt) for one in of.dts))
    if kind == "vCategory":
        return ",".join(sorted(str(one) for one in of.cats))
    if kind == "vRecur":
        return ";".join(sorted(of.to_ical().decode().split(";")))
    if isinstance(of, str):
        return str(of)
    if hasattr(of, "dt"):
        return moment(of.dt)
    said = of.to_ical()
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def said(of):
    params = getattr(of, "params", None) or {}
    shown = lambda one: ",".join(one) if isinstance(one, (list, tuple)) else str(one)
    params = sorted(f"{name.upper()}={shown(one)}" for name, one in params.items())
    text = value(of)
    if "ENCODING=QUOTED-PRINTABLE" in params:
        # No encoding of iCalendar, but seen.
        text = quopri.decodestring(text.encode()).decode("utf-8", "replace")
    return ";".join([*params, ""]) + text


def properties(component, path=""):
    found = []
    for name, values in component.items():
        values = values if isinstance(values, list) else [values]
        found += [(path + name.upper(), said(one)) for one in values]
    for inside in component.subcomponents:
        found.append((f"{path}{inside.name}/", ""))
        found += properties(inside, f"{path}{inside.name}/")
    return found


def text_of(data):
    """Unfolded, for a fold may cut a letter."""
    lines = re.sub(r"(\r\r\n|\r\n|\n|\r)[ \t]", "", octets(data))
    return "\r\n".join(letters(line) for line in re.split(r"\r\r\n|\r\n|\n|\r", lines))


def items(text):
    """Events, tasks and notes, and the time zones that they name."""
    # icalendar remembers the time zones of other files.
    icalendar.use_zoneinfo()
    found, zones, used = [], [], set()
    for calendar in Reader.from_ical(text, multiple=True):
        for component in calendar.walk():
            own = properties(component) if component.name in (*ITEMS, "VTIMEZONE") else []
            if component.name in ITEMS:
                identity = tuple(said for name, said in sorted(own) if name in ("UID", "RECURRENCE-ID"))
                found.append(Component(component.name, identity, own))
                used.update(re.search(r"(?:^|;)TZID=([^;]*)", said) for _, said in own if "TZID=" in said)
            elif own:
                zones.append(Component("VTIMEZONE", dict(own).get("TZID"), own))
    used = {one[1] for one in used if one}
    return found + [zone for zone in zones if zone.identity in used]


def blocks(text, names):
    """Components one by one, for files that cannot be read as a whole."""
    lines = re.split(r"\r\r\n|\r\n|\n|\r", text)
    for name in names:
        start = None
        for at, line in enumerate(lines):
            if line.strip().upper() == f"BEGIN:{name}":
                start = at
            elif start is not None and line.strip().upper() == f"END:{name}":
                inside = [line for line in lines[start + 1 : at] if line.strip()]
                yield "\r\n".join([f"BEGIN:{name}", *inside, f"END:{name}", ""])
                start = None


def readable(text):
    """What can be read of a file, and how many components cannot."""
    frame = lambda inside: f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inside}END:VCALENDAR\r\n"
    single = list(blocks(text, ITEMS))
    try:
        found = items(text)
        if sum(one.kind in ITEMS for one in found) >= len(single):
            return found, 0
    except Exception:
        pass
    zones, found, lost = "", [], 0
    for block in blocks(text, ["VTIMEZONE"]):
        try:
            Reader.from_ical(frame(zones + block), multiple=True)
            zones += block
        except Exception:
            pass
    for block in single:
        try:
            found += items(frame(zones + block))
        except Exception:
            lost += 1
    return found, lost


# Properties of vCalendar 1.0 whose meaning is that of the same name in iCalendar.
SAME = ("SUMMARY", "DESCRIPTION", "LOCATION", "UID", "DTSTART", "DTEND", "DUE", "CLASS", "SEQUENCE", "PRIORITY")


def old_items(text):
    """vCalendar 1.0, which icalendar does not read: by the lines of vobject."""
    found = []
    for block in blocks(text, ITEMS):
        kind, own = block[6 : block.index("\r")], []
        for line, number in vobject.base.getLogicalLines(io.StringIO(block), True):
            line = vobject.base.textLineToContentLine(line, number)
            if line.name in SAME and line.value:
                own.append((line.name, plain(line.name, re.sub(r"\\([;,\\])", r"\1", line.value))))
        found.append(Component(kind, tuple(said for name, said in own if name == "UID"), own))
    return found


def as_old(component):
    """What was written, in the words of `old_items`."""
    value = lambda said: said.split(";")[-1] if said.startswith(("TZID", "VALUE")) else said
    own = [(name, plain(name, value(said))) for name, said in component.properties.elements() if name in SAME]
    own = [(name, said) for name, said in own if not (name == "UID" and said.startswith("omm-"))]
    return Component(component.kind, tuple(said for name, said in own if name == "UID"), own)


def plain(name, text):
    text = text.replace("\r\n", "\n").strip()
    if name in ("DTSTART", "DTEND", "DUE"):
        text = re.sub(r"[+-]\d\d:\d\d$", lambda found: "Z" if found.group() == "+00:00" else "", text)
        return re.sub("[-:]", "", text)
    return text


def main():
    count, equal, lost = 0, 0, 0
    for name, original, written in folder_of_samples():
        text = text_of(original)
        after = []
        for item in written:
            after += readable(item.decode("utf-8"))[0]
        if re.search(r"^VERSION\s*:\s*1\.0\s*$", text, re.M | re.I):
            before, unreadable = old_items(text), 0
            after = [as_old(one) for one in after if one.kind in ITEMS]
        else:
            before, unreadable = readable(text)
        count += len(before)
        lost += unreadable
        equal += report(name, before, after)
    print(f"compared\t{count}\t{equal}\t{lost}")


main()
