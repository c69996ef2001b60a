"""Compares iCalendar files with what libpff says of a PST: LISTING FOLDER ... Ends with 77 without its libraries."""
import calendar
import datetime as dt
import json
import pathlib
import sys
import zoneinfo

try:
    import icalendar
    import recurring_ical_events
except ImportError:
    sys.exit(77)

ZONES = {
    "(UTC-08:00) Pacific Time (US & Canada)": "America/Los_Angeles",
    "(UTC-07:00) Mountain Time (US & Canada)": "America/Denver",
    "(UTC) Coordinated Universal Time": "UTC",
}
UTC = dt.timezone.utc
YEARS = 8


def appointments(node):
    """Every appointment of a listing."""
    if isinstance(node, dict):
        is_one = str(node.get("class")).lower().startswith("ipm.appointment")
        if is_one and node["appointment"].get("start"):
            yield node["appointment"]
        for value in node.values():
            yield from appointments(value)
    elif isinstance(node, list):
        for value in node:
            yield from appointments(value)


def instant(text):
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00"))


def is_one(rule, start, day):
    kind = rule["pattern_type"]
    if kind == 0:
        return (day - start).days % (rule["period_raw"] // 1440) == 0
    if kind == 1:
        week = lambda of: of - dt.timedelta(days=(of.weekday() + 1 - rule["first_dow"]) % 7)
        bit = 1 << (day.weekday() + 1) % 7
        return rule["weekday_mask"] & bit and (week(day) - week(start)).days // 7 % rule["period_raw"] == 0
    if kind == 2:
        months = (day.year - start.year) * 12 + day.month - start.month
        last = calendar.monthrange(day.year, day.month)[1]
        return months % rule["period_raw"] == 0 and day.day == min(rule["day"], last)
    raise ValueError(f"no real file has pattern {kind}")


def expected(item):
    """Its starts and ends."""
    rule = item.get("recurrence")
    if not rule:
        return [(instant(item["start"]), instant(item["end"]))]
    zone = zoneinfo.ZoneInfo(ZONES.get(item.get("timezone_desc"), "UTC"))
    start = dt.date.fromisoformat(rule["start_date"])
    days = [start + dt.timedelta(days=ahead) for ahead in range(366 * YEARS)]
    days = [day for day in days if day.year < start.year + YEARS and is_one(rule, start, day)]
    if rule["end_type"] == "count":
        days = days[: rule["count"]]
    if rule["end_type"] == "date":
        days = [day for day in days if day.isoformat() <= rule["end_date"]]
    local = lambda day, minutes: dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes)
    found = [
        (local(day, rule["start_offset_min"]), local(day, rule["end_offset_min"]))
        for day in days
        if day.isoformat() not in rule["deleted_instances"]
    ]
    found += [(dt.datetime.fromisoformat(one["start"]), dt.datetime.fromisoformat(one["end"])) for one in rule["exceptions"]]
    return [tuple(time.replace(tzinfo=zone).astimezone(UTC) for time in pair) for pair in found]


def days_of(pair, item):
    """Whole days are days wherever one is."""
    if not item.get("all_day"):
        return tuple(time.isoformat() for time in pair)
    zone = zoneinfo.ZoneInfo(ZONES.get(item.get("timezone_desc"), "UTC"))
    return tuple(time.astimezone(zone).date().isoformat() for time in pair)


def said(time):
    return time.astimezone(UTC).isoformat() if isinstance(time, dt.datetime) else time.isoformat()


def found(path):
    calendar_ = icalendar.Calendar.from_ical(path.read_bytes())
    errors = [str(error) for component in calendar_.walk() for error in component.errors]
    first = min(event.start for event in calendar_.walk("VEVENT"))
    window = (dt.date(first.year - 1, 1, 1), dt.date(first.year + YEARS, 1, 1))
    times = [(said(event.start), said(event.end)) for event in recurring_ical_events.of(calendar_).between(*window)]
    return sorted(times), errors


wrong = 0
for listing, folder in zip(sys.argv[1::2], sys.argv[2::2]):
    with open(listing, encoding="utf-8") as file:
        items = list(appointments(json.load(file)["libpff"]))
    theirs = sorted(sorted(days_of(pair, item) for pair in expected(item)) for item in items)
    results = [found(path) for path in pathlib.Path(folder).glob("*.ics")]
    ours = sorted(times for times, _ in results)
    errors = [error for _, all_ in results for error in all_]
    name = "/".join(pathlib.Path(listing).parts[-2:])
    same = sum(1 for times in ours if times in theirs)
    occurrences = sum(len(times) for times in ours)
    print(f"{name}: {len(theirs)} expected, {len(ours)} found, {same} the same, {occurrences} occurrences, {len(errors)} errors")
    if ours != theirs or errors:
        wrong += 1
        print("  only ours:", [times[:4] for times in ours if times not in theirs][:5])
        print("  only theirs:", [times[:4] for times in theirs if times not in ours][:5])
        print("  errors:", errors[:5])
sys.exit(1 if wrong else 0)
