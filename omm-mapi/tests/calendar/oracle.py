"""Expands iCalendar files: FILE FROM TO ... Prints `FILE<tab>START<tab>END`, times in UTC. Ends with 77 without its libraries."""
import datetime
import sys

try:
    import icalendar
    import recurring_ical_events
except ImportError:
    sys.exit(77)


def said(time):
    if isinstance(time, datetime.datetime):
        return time.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    return time.isoformat()


arguments = sys.argv[1:]
for path, begin, end in zip(arguments[0::3], arguments[1::3], arguments[2::3]):
    with open(path, "rb") as file:
        calendar = icalendar.Calendar.from_ical(file.read())
    for component in calendar.walk():
        for error in component.errors:
            print(f"{path}\terror\t{error}")
    days = [datetime.date.fromisoformat(day) for day in (begin, end)]
    for event in recurring_ical_events.of(calendar).between(*days):
        print(f"{path}\t{said(event.start)}\t{said(event.end)}")
