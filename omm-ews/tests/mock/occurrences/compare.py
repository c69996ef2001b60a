"""What occurs in two years, before and after Exchange, expanded by `recurring_ical_events`.

The argument is a folder with one for each file: its `name`, appointments `before` and `after`, and what was `told` of them: of
one that failed its UID and why, of a loss the name of the appointment. The last line counts; a difference that no loss names is
an error.
"""

import collections
import datetime
import os
import re
import sys
import zoneinfo

import icalendar
import recurring_ical_events

ROOT = sys.argv[1]
UTC = datetime.timezone.utc
MAILBOX = zoneinfo.ZoneInfo("Europe/Berlin")
WINDOW = datetime.timedelta(days=730)

# Losses after which other things occur, and what they are called in the table at the end.
NAMED = [
    (r"RRULE: the rule has parts", "a rule that the model cannot say"),
    (r"EXRULE: the rule has parts", "a rule of exceptions"),
    (r"RRULE: a second rule", "a second rule"),
    (r"occurrences after .* are left out", "a rule without end as appointments of their own"),
    (r"occurrences beside its rule are left out", "more than 200 occurrences beside a rule"),
    (r"names another hour than the series", "another hour than that of the series"),
    (r"left out and changed as well", "left out and changed as well"),
    (r"older versions of changed occurrences", "older versions of changed occurrences"),
    (r"has a rule of its own: the rule is kept", "a rule of one occurrence"),
    (r"ends before it begins", "a rule that ends before it begins"),
    (r"the end of its rule is in no zone", "the end of a rule in no zone"),
    (r"RECURRENCE-ID: the change is kept for one", "a change for all that follow"),
    (r"its first day is not one of its rule", "a start that is not one of its rule"),
    (r"a changed occurrence has no place in its series", "a changed occurrence that its series has not"),
    (r"DTEND: the end is not after the start", "an end that is not after the start"),
    (r"(DTEND|DURATION|RDATE|EXDATE|RECURRENCE-ID|SUMMARY|RRULE): (the value cannot be read|several)", "a value that nobody can read"),
    (r"all its occurrences are left out", "all occurrences left out"),
    (r"the end of its rule is a day", "the end of a rule of hours is a day"),
    (r"is in UTC and its start in no zone", "the end of a rule in UTC, its start in no zone"),
    (r"beside its rule is a day, which its series is not", "a day beside a rule of hours"),
    (r"the rules of the time zone have changed", "a zone whose rules have changed since"),
    (r"the time zone is not known", "a zone that nobody knows"),
    (r"the rules of the time zone are kept as far as", "a zone with more than two changes a year"),
    (r"another item in the same text is left out", "another item of the same UID"),
    (r"a changed occurrence is left out", "a changed occurrence that nobody can read"),
]

# Differences that are the mock's, with the reason.
OF_THE_MOCK = {
    # A server reckons by the rules that are sent to it; the mock by those of Windows' zones, of which none is like these.
    "KDE+kcalendarcore/RFC2445_RRULETest33.ics": "a zone whose clocks change at six",
}


def day_of(time):
    return time.date() if isinstance(time, datetime.datetime) else time


def moment(time):
    """Days as days, times in UTC; a time of no zone is one of the mailbox."""
    if not isinstance(time, datetime.datetime):
        return time.isoformat()
    time = time if time.tzinfo else time.replace(tzinfo=MAILBOX)
    return datetime.datetime.fromtimestamp(time.timestamp(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def own(uid):
    """The UID of a series of which an appointment is a part."""
    return re.sub(r"-omm-\d+$", "", str(uid).strip())


def read(path):
    with open(path, "rb") as file:
        text = file.read().decode("utf-8", "replace").replace("\r\n ", "").replace("\r\n\t", "")
    # RFC 5545 section 3.2.19: a day has no zone; the library makes a time of it.
    text = re.sub(r"(?m)^(\w[\w-]*)((?:;[^:\"\r\n]*|;[^;:=]*=\"[^\"\r\n]*\")*):(\d{8})\r?$", plain_day, text)
    icalendar.use_zoneinfo()
    return icalendar.Calendar.from_ical(text)


def plain_day(line):
    name, parameters, value = line.groups()
    if name.upper() not in ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"):
        return line[0]
    return f"{name};VALUE=DATE:{value}\r"


def side(folder, failed):
    """The calendars of a side by UID, and those that the library cannot read."""
    found, unread = collections.defaultdict(list), {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        try:
            calendar = read(path)
            events = calendar.walk("VEVENT")
            found[own(events[0].get("UID", ""))].append(calendar)
        except Exception as error:
            with open(path, encoding="utf-8", errors="replace") as file:
                uid = re.search(r"(?m)^UID:(.*)$", file.read())
            unread[own(uid[1] if uid else "")] = repr(error)[:120]
    return found, unread


def begin_of(calendars):
    return min(day_of(event["DTSTART"].dt) for one in calendars for event in one.walk("VEVENT"))


def summary(event):
    text = event.get("SUMMARY", "")
    return " ".join(str(text[0] if isinstance(text, list) and text else text).replace("\\", "").split())


def window(calendars):
    """Two years; of what occurs by minutes and seconds a day is enough."""
    rules = "".join(str(event.get("RRULE", "")) for one in calendars for event in one.walk("VEVENT"))
    return datetime.timedelta(days=1) if re.search("SECONDLY|MINUTELY", rules) else WINDOW


def expanded(calendars, begin, window):
    occurrences = collections.Counter()
    margin = datetime.timedelta(days=2)
    for calendar in calendars:
        found = recurring_ical_events.of(calendar).between(begin - margin, begin + window + margin)
        for event in found:
            start = event["DTSTART"].dt
            end = event["DTEND"].dt if "DTEND" in event else start
            if not isinstance(start, datetime.datetime) and end <= start:
                end = start + datetime.timedelta(days=1)
            one = (moment(start), moment(end), summary(event))
            if begin.isoformat() <= one[0][:10] < (begin + window).isoformat():
                occurrences[one] += 1
    return occurrences


def told(folder):
    failed, losses = {}, collections.defaultdict(list)
    with open(os.path.join(folder, "told"), encoding="utf-8") as file:
        for line in file:
            kind, name, what = line.rstrip("\n").split("\t", 2)
            if kind == "failed":
                failed[own(name)] = what
            else:
                losses[tidy(name)].append(what)
    return failed, losses


def tidy(text):
    """A name as the report writes it and as the library reads it: their letters."""
    return re.sub(r"[^\w]", "", str(text))[:40]


def classes(calendars, losses):
    names = {tidy(str(event.get("SUMMARY", ""))) for one in calendars for event in one.walk("VEVENT")}
    all = [loss for name in names for loss in losses.get(name, [])]
    return [words for pattern, words in NAMED if any(re.search(pattern, loss) for loss in all)], all


def main():
    count, by_class, occurrences, problems = collections.Counter(), collections.Counter(), 0, []
    for number in sorted(os.listdir(ROOT)):
        folder = os.path.join(ROOT, number)
        if not os.path.exists(os.path.join(folder, "told")):
            continue
        with open(os.path.join(folder, "name"), encoding="utf-8") as file:
            name = file.read()
        failed, losses = told(folder)
        before, unread = side(os.path.join(folder, "before"), failed)
        after, unwritten = side(os.path.join(folder, "after"), failed)
        count["failed, and told"] += len(failed)
        for uid, why in unread.items():
            count["not read by the library"] += 1
            print(f"not read\t{name}\t{uid}\t{why}")
        for uid, why in unwritten.items():
            if uid not in unread:
                problems.append(f"{name}\t{uid}\twhat came out cannot be read: {why}")
        for uid, calendars in before.items():
            try:
                begin = begin_of(calendars)
                one = expanded(calendars, begin, window(calendars))
            except Exception as error:
                count["not expanded by the library"] += 1
                print(f"not expanded\t{name}\t{uid}\t{repr(error)[:120]}")
                continue
            if uid in unread or uid in unwritten:
                continue
            two = expanded(after[uid], begin, window(calendars)) if uid in after else collections.Counter()
            count["appointments"] += 1
            occurrences += sum(one.values())
            if one == two:
                count["equal"] += 1
                continue
            if name in OF_THE_MOCK:
                count["of the mock"] += 1
                continue
            named, all = classes(calendars, losses)
            less, more = sorted((one - two).elements()), sorted((two - one).elements())
            words = f"{name}\t{uid}\t-{len(less)} {less[:2]} +{len(more)} {more[:2]} told {all[:4]}"
            if named:
                count["named"] += 1
                by_class[("generated: " if name.startswith("generated") else "") + named[0]] += 1
                print(f"named\t{named[0]}\t{words}"[:600])
            else:
                problems.append(words)
    print("\n".join(f"{number:6}  {words}" for words, number in by_class.most_common()))
    print(f"{occurrences} occurrences;", ", ".join(f"{words}: {number}" for words, number in count.items()))
    if problems:
        print(f"{len(problems)} differences that no loss names:")
        print("\n".join(problem[:900] for problem in problems))
        sys.exit(1)


main()
