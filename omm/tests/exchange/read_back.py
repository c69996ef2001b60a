"""A mailbox as exchangelib reads it, against the same items in their interchange form.

Arguments: the port of the server, a login and its password, the tree of folders with messages, iCalendar and vCard.
Each kind says how much was compared; what differs is said item by item, and is an error.
"""

import base64
import collections
import datetime
import os
import re
import sys
import time

import icalendar
import recurring_ical_events
from exchangelib import (
    DELEGATE, Account, CalendarItem, Configuration, Contact, Credentials, DistributionList, EWSDateTime,
    ExtendedProperty, Message, Task, Version,
)
from exchangelib.transport import BASIC
from exchangelib.version import Build

PORT, USER, PASSWORD, TREE = sys.argv[1:5]
UTC = datetime.timezone.utc
WINDOW = datetime.timedelta(days=730)
problems = []

# What exchangelib has no field for: [MS-OXOFLAG] section 2.2.1.1, [MS-OXOMSG] sections 2.2.1.4 and 2.2.1.10.
for field, number in [("flag_status", 0x1090), ("last_verb", 0x1081), ("icon_index", 0x1080)]:
    Message.register(field, type(field, (ExtendedProperty,), {"property_tag": number, "property_type": "Integer"}))

# Keywords that programs set for each other: people would see them as categories.
OF_PROGRAMS = {"$mdnsent", "$junk", "$notjunk", "junk", "nonjunk", "notjunk", "$phishing", "$submitpending"}


def differs(kind, name, what, before, after):
    if before != after:
        problems.append(f"{kind} {name!r}: {what}: {before!r} became {after!r}")


def config():
    return Configuration(
        service_endpoint=f"http://127.0.0.1:{PORT}/EWS/Exchange.asmx", credentials=Credentials(USER, PASSWORD),
        auth_type=BASIC, version=Version(build=Build(15, 1, 2507, 6)),
    )


def files(ending):
    for folder, _, names in os.walk(TREE):
        for name in sorted(names):
            is_mail = ".omm,S=" in name
            if is_mail if ending == "mail" else name.endswith(ending):
                with open(os.path.join(folder, name), "rb") as file:
                    yield os.path.join(folder, name), file.read()


def items(account, kind):
    for folder in account.msg_folder_root.walk():
        if folder.total_count:
            yield from (item for item in folder.all() if isinstance(item, kind))


def instant(time):
    """In UTC; a time of no zone is taken for UTC. The dates of exchangelib know their own zones alone."""
    return datetime.datetime.fromtimestamp((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp(), UTC)


def tidy(text):
    return " ".join(str(text or "").split())


# Mail: bytes, the date, flags and categories.

def written(path):
    """The flags in the name of a file: seen, draft, flagged, answered, forwarded, categories."""
    letters, folder = path.rsplit(":2,", 1)[-1], os.path.dirname(os.path.dirname(path))
    words = {}
    if any(letter.islower() for letter in letters):
        with open(os.path.join(folder, "dovecot-keywords"), encoding="utf-8") as file:
            words = {chr(97 + int(at)): word for at, word in (line.rstrip("\n").split(" ", 1) for line in file)}
    words = {words[letter].lower() for letter in letters if letter.islower()} - OF_PROGRAMS
    return (*(letter in letters for letter in "SDFRP"), frozenset(words))


def atom(category):
    """A category as a keyword: RFC 9051 section 9, letters beyond ASCII by RFC 3501 section 5.1.3."""
    def coded(found):
        return "&" + base64.b64encode(found[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    word = re.sub(r'[\x00-\x20\x7f(){%*"\\\]]', "_", category.strip().replace("&", "&-"))
    return re.sub(r"[^\x00-\x7f]+", coded, word).lower()


def said(item):
    """The same of an item."""
    verb, icon = item.last_verb or 0, item.icon_index or 0
    answered = verb in (102, 103) or (not verb and icon == 0x105)
    forwarded = verb == 104 or icon == 0x106
    words = frozenset(atom(word) for word in item.categories or [])
    return (item.is_read, item.is_draft, item.flag_status == 2, answered, forwarded, words)


def mail(account):
    before, after = collections.defaultdict(list), collections.defaultdict(list)
    marks = 0
    for path, data in files("mail"):
        flags, changed = written(path), int(os.stat(path).st_mtime)
        # A message without a date has that of its file, which was written a moment ago.
        received = None if changed > time.time() - 3600 else datetime.datetime.fromtimestamp(changed, UTC)
        before[(data, flags)].append(received)
        marks += sum(flags[:5]) + len(flags[5])
    for item in items(account, Message):
        if not item.item_class.startswith(("IPM.StickyNote", "IPM.Activity")):
            received = instant(item.datetime_received).replace(microsecond=0)
            after[(item.mime_content, said(item))].append(received)
    dated = 0
    for key in before.keys() | after.keys():
        dates = collections.Counter(date for date in before[key] if date)
        dated += sum(dates.values())
        if len(before[key]) != len(after[key]) or dates - collections.Counter(after[key]):
            problems.append(f"mail, {key[1]}: {before[key]} became {after[key]}: {key[0][:200]!r}")
    return f"{sum(map(len, before.values()))} messages, {dated} dates, {marks} flags"


# Contacts, field by field.

def cards(data):
    text = re.sub(r"\r?\n[ \t]", "", data.decode())
    fields = collections.defaultdict(list)
    for line in text.splitlines():
        name, value = re.match(r'((?:[^":]|"[^"]*")*):(.*)', line).groups()
        name, *parameters = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', name)
        parts = [
            re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], part)
            for part in re.split(r"(?<!\\);", value)
        ]
        fields[name.upper().rsplit(".", 1)[-1]].append((";".join(parameters).lower(), parts))
    return fields


def first(fields, name, part=0):
    for _, parts in fields.get(name, []):
        return parts[part] if len(parts) > part and parts[part] else None
    return None


def contacts(account):
    known = collections.defaultdict(list)
    for item in items(account, (Contact, DistributionList)):
        known[tidy(item.display_name)].append(item)
    count = fields_seen = 0
    for _, data in files(".vcf"):
        fields = cards(data)
        name = tidy(first(fields, "FN"))
        if not known[name]:
            problems.append(f"contact {name!r} is not there: {sorted(known)}")
            continue
        item = known[name].pop(0)
        count += 1
        if isinstance(item, DistributionList):
            members = {parts[0].removeprefix("mailto:").lower() for _, parts in fields["MEMBER"]}
            found = {member.mailbox.email_address.lower() for member in item.members or []}
            differs("list", name, "members", {one for one in members if "@" in one}, found)
            continue
        for what, card, own in [
            ("surname", first(fields, "N"), item.surname),
            ("given name", first(fields, "N", 1), item.given_name),
            ("middle name", first(fields, "N", 2), item.middle_name),
            ("suffix", first(fields, "N", 4), item.generation),
            ("nickname", first(fields, "NICKNAME"), item.nickname),
            ("company", first(fields, "ORG"), item.company_name),
            ("department", first(fields, "ORG", 1), item.department),
            ("job", first(fields, "TITLE"), item.job_title),
            ("profession", first(fields, "ROLE"), item.profession),
        ]:
            fields_seen += card is not None
            differs("contact", name, what, tidy(card), tidy(own))
        mails = {parts[0].lower() for _, parts in fields["EMAIL"]}
        # An address of Exchange itself is none of mail: vCard has it as X-MAIL-ADDRESS.
        own = {one.email.lower() for one in item.email_addresses or [] if "@" in (one.email or "")}
        differs("contact", name, "mail", mails, own)
        phones = {tidy(parts[0].removeprefix("tel:")) for _, parts in fields["TEL"]}
        own = {tidy(one.phone_number) for one in item.phone_numbers or [] if one.phone_number}
        differs("contact", name, "phones", phones, own)
        # Street, town, state, code, country.
        places = {tuple(tidy(part) for part in parts[2:7]) for _, parts in fields["ADR"]}
        own = {
            tuple(tidy(part) for part in (one.street, one.city, one.state, one.zipcode, one.country))
            for one in item.physical_addresses or []
        }
        differs("contact", name, "addresses", places, own - {("", "", "", "", "")})
        differs("contact", name, "notes", tidy(first(fields, "NOTE")), tidy(item.text_body or item.body))
        day = first(fields, "BDAY")
        own = item.birthday and item.birthday.strftime("%Y%m%d")
        differs("contact", name, "birthday", day and day.replace("-", "")[:8], own and own[:8])
        differs("contact", name, "photo", bool(fields["PHOTO"]), bool(item.has_picture))
        fields_seen += len(mails) + len(phones) + len(places) + bool(day) + bool(fields["PHOTO"])
    return f"{count} contacts, {fields_seen} fields"


# Appointments: each occurrence of two years.

def moment(time):
    if isinstance(time, datetime.datetime):
        return instant(time).isoformat()
    return time.isoformat()


def day_of(time):
    return time.date() if isinstance(time, datetime.datetime) else time


def expected(calendar, begin):
    for event in recurring_ical_events.of(calendar, skip_bad_series=False).between(begin, begin + WINDOW):
        start = event["DTSTART"].dt
        end = event["DTEND"].dt if "DTEND" in event else start
        if not isinstance(start, datetime.datetime) and end <= start:
            end = start + datetime.timedelta(days=1)
        yield moment(start), moment(end), tidy(event.get("SUMMARY")), tidy(event.get("LOCATION"))


def shown(item):
    if item.is_all_day:
        start, end = day_of(item.start), day_of(item.end)
        # exchangelib takes the last day for the end.
        return start.isoformat(), (end + datetime.timedelta(days=1)).isoformat()
    return moment(item.start), moment(item.end)


def own(uid):
    """The UID of a series of which an appointment is a part."""
    return re.sub(r"-omm-\d+$", "", str(uid))


def view(account, years):
    """Every occurrence of these years, by the UID of its series."""
    found = collections.defaultdict(set)
    for folder in account.msg_folder_root.walk():
        if folder.folder_class != "IPF.Appointment" or not folder.total_count:
            continue
        for year in years:
            first, last = (EWSDateTime(one, 1, 1, tzinfo=account.default_timezone) for one in (year, year + 1))
            for item in folder.view(first, last).only("uid", "start", "end", "subject", "location", "is_all_day"):
                one = (*shown(item), tidy(item.subject), tidy(item.location))
                found[own(item.uid)].add(one)
    return found


def events(account):
    calendars = collections.defaultdict(list)
    for path, data in files(".ics"):
        calendar = icalendar.Calendar.from_ical(data)
        for event in calendar.walk("VEVENT"):
            calendars[own(event["UID"])].append(calendar)
            break
    if not calendars:
        return "no appointments"
    begins = {
        uid: min(day_of(event["DTSTART"].dt) for one in all for event in one.walk("VEVENT"))
        for uid, all in calendars.items()
    }
    seen = view(account, sorted({begin.year + more for begin in begins.values() for more in range(3)}))
    occurrences = 0
    for uid, all in calendars.items():
        begin, end = begins[uid], begins[uid] + WINDOW
        before = {one for calendar in all for one in expected(calendar, begin)}
        after = {one for one in seen[uid] if begin.isoformat() <= one[0][:10] < end.isoformat()}
        before = {one for one in before if begin.isoformat() <= one[0][:10] < end.isoformat()}
        occurrences += len(before)
        differs("appointment", uid, "occurrences", sorted(before - after)[:4], sorted(after - before)[:4])
    masters(account, calendars)
    return f"{sum(map(len, calendars.values()))} appointments, {occurrences} occurrences"


def masters(account, calendars):
    """What an appointment says beside when it is."""
    there = {item.uid: item for item in items(account, CalendarItem)}
    for all in calendars.values():
        event = all[0].walk("VEVENT")[0]
        uid = str(event["UID"])
        if uid not in there:
            problems.append(f"appointment {uid!r} is not there")
            continue
        item = there[uid]
        differs("appointment", uid, "text", tidy(event.get("DESCRIPTION")), tidy(item.text_body))
        alarms = event.walk("VALARM")
        differs("appointment", uid, "reminder", bool(alarms), bool(item.reminder_is_set))
        if alarms and isinstance(alarms[0]["TRIGGER"].dt, datetime.timedelta):
            minutes = -int(alarms[0]["TRIGGER"].dt.total_seconds() // 60)
            differs("appointment", uid, "minutes", minutes, item.reminder_minutes_before_start)
        is_private = str(event.get("CLASS", "")) in ("PRIVATE", "CONFIDENTIAL")
        differs("appointment", uid, "private", is_private, item.sensitivity in ("Private", "Confidential"))
        people = event.get("ATTENDEE", [])
        people = people if isinstance(people, list) else [people]
        people = {str(one).lower().removeprefix("mailto:") for one in people}
        invited = (item.required_attendees or []) + (item.optional_attendees or []) + (item.resources or [])
        found = {one.mailbox.email_address.lower() for one in invited if one.mailbox.email_address}
        differs("appointment", uid, "people", people, found)


def tasks(account):
    known = {tidy(item.subject): item for item in items(account, Task)}
    count = 0
    for _, data in files(".ics"):
        for task in icalendar.Calendar.from_ical(data).walk("VTODO"):
            name = tidy(task.get("SUMMARY"))
            if name not in known:
                problems.append(f"task {name!r} is not there: {sorted(known)}")
                continue
            item = known[name]
            count += 1
            for what, field, own in [("start", "DTSTART", item.start_date), ("due", "DUE", item.due_date)]:
                day = day_of(task[field].dt).isoformat() if field in task else None
                differs("task", name, what, day, own and own.isoformat()[:10])
            differs("task", name, "percent", int(task.get("PERCENT-COMPLETE", 0)), int(item.percent_complete or 0))
            differs("task", name, "done", str(task.get("STATUS", "")) == "COMPLETED", item.status == "Completed")
            differs("task", name, "text", tidy(task.get("DESCRIPTION")), tidy(item.text_body))
            differs("task", name, "recurs", "RRULE" in task, item.recurrence is not None)
    return f"{count} tasks"


def main():
    account = Account(USER, config=config(), autodiscover=False, access_type=DELEGATE)
    for kind in (mail, contacts, events, tasks):
        print("exchangelib agrees on" if not problems else "exchangelib read", kind(account))
    if problems:
        print(f"{len(problems)} differences:")
        print("\n".join(problem[:1500] for problem in problems))
        sys.exit(1)


main()
