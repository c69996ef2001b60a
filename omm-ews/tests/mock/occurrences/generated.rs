//! Series of every form, with everything that may be said of them beside their rule.

/// Rules, from a start on; the first of each pair is a day with which both begin.
const RULES: &[(&str, &str)] = &[
    ("20240110", "FREQ=DAILY;COUNT=20"),
    ("20240110", "FREQ=DAILY;INTERVAL=3;UNTIL=20240601T120000Z"),
    ("20240110", "FREQ=DAILY;INTERVAL=2;BYDAY=MO,WE,FR;COUNT=30"),
    ("20240110", "FREQ=DAILY;BYMONTH=1,3;COUNT=40"),
    ("20240110", "FREQ=WEEKLY"),
    ("20240110", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,WE;WKST=MO;COUNT=20"),
    ("20240110", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,WE;WKST=SU;COUNT=20"),
    ("20240110", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20250101T000000Z"),
    ("20240110", "FREQ=WEEKLY;BYDAY=MO;COUNT=5"),
    ("20240110", "FREQ=MONTHLY;COUNT=18"),
    ("20240131", "FREQ=MONTHLY;COUNT=12"),
    ("20240131", "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=18"),
    ("20240130", "FREQ=MONTHLY;BYMONTHDAY=30"),
    ("20240101", "FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=30"),
    ("20240126", "FREQ=MONTHLY;BYDAY=-1FR"),
    ("20240111", "FREQ=MONTHLY;BYDAY=2TH,4TH;COUNT=20"),
    ("20240131", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    ("20240129", "FREQ=MONTHLY;BYDAY=5MO"),
    ("20240913", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"),
    ("20240110", "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=10"),
    ("20240229", "FREQ=YEARLY;COUNT=3"),
    ("20240110", "FREQ=YEARLY"),
    ("20240331", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"),
    ("20240110", "FREQ=YEARLY;BYMONTH=1,6;BYMONTHDAY=10;COUNT=6"),
    ("20240110", "FREQ=YEARLY;INTERVAL=2"),
    ("20240110", "FREQ=WEEKLY;UNTIL=20231201T000000Z"),
    // What the model has no place for.
    ("20240110", "FREQ=HOURLY;COUNT=5"),
    ("20240110", "FREQ=YEARLY;BYYEARDAY=10,100"),
    ("20240110", "FREQ=DAILY;BYHOUR=9,17;COUNT=8"),
];

/// What is said beside a rule, for a start on day `D` at 9:30: `{day}` is the day after a week.
const BESIDE: &[&str] = &[
    "",
    "EXDATE{zone}:{day}T093000\r\n",
    "EXDATE{zone}:{start}T093000\r\n",
    "RDATE{zone}:{day}T140000\r\n",
    "RDATE{zone}:{day}T140000,{start}T093000\r\nRDATE{zone}:{day}T140000\r\n",
    "RDATE{zone};VALUE=PERIOD:{day}T140000/PT3H\r\n",
    "RDATE{zone};VALUE=PERIOD:{day}T140000/{day}T141500,{start}T093000/PT45M\r\n",
];

/// An occurrence that differs: of the start.
const CHANGES: &[&str] = &[
    "",
    "RECURRENCE-ID{zone}:{start}T093000\r\nDTSTART{zone}:{start}T110000\r\nDTEND{zone}:{start}T120000\r\nSEQUENCE:1\r\n",
    "RECURRENCE-ID{zone}:{start}T093000\r\nDTSTART{zone}:{day}T200000\r\nDTEND{zone}:{day}T210000\r\nSEQUENCE:1\r\n",
];

/// Where the series is: the parameter of its times, and the zone behind it.
const ZONES: &[&str] = &["", ";TZID=Europe/Berlin", ";TZID=America/New_York", ";TZID=Own"];

/// Rules of a zone under a name that no list has.
const OWN: &str = "BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:19701101T020000\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\nTZOFFSETFROM:-0230\r\nTZOFFSETTO:-0330\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\n\
    DTSTART:19700308T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\nTZOFFSETFROM:-0330\r\nTZOFFSETTO:-0230\r\n\
    END:DAYLIGHT\r\nEND:VTIMEZONE\r\n";

/// A calendar for each zone: each rule twice, with something said beside it and changed, by turns.
pub(super) fn calendars() -> Vec<(String, Vec<u8>)> {
    let each = ZONES.iter().enumerate();
    each.map(|(at, zone)| (format!("generated{zone}"), calendar(at, zone).into_bytes())).collect()
}

fn calendar(turn: usize, zone: &str) -> String {
    let mut text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{OWN}");
    for (number, (start, rule)) in RULES.iter().enumerate() {
        for place in [2 * number + turn, 2 * number + turn + 3] {
            let (beside, change) = (BESIDE[place % BESIDE.len()], CHANGES[place % CHANGES.len()]);
            let head = format!(
                "UID:{number}-{place}@generated\r\nDTSTAMP:20240101T000000Z\r\nSUMMARY:{number} {place}\r\n"
            );
            text += &format!(
                "BEGIN:VEVENT\r\n{head}DTSTART{zone}:{start}T093000\r\nDTEND{zone}:{start}T101500\r\nRRULE:{rule}\r\n{}\
                 END:VEVENT\r\n",
                filled(beside, zone, start)
            );
            if !change.is_empty() {
                text += &format!("BEGIN:VEVENT\r\n{head}{}END:VEVENT\r\n", filled(change, zone, start));
            }
        }
    }
    text + "END:VCALENDAR\r\n"
}

fn filled(text: &str, zone: &str, start: &str) -> String {
    let day = start.parse::<u32>().expect("a day");
    // No month is left: rules begin on the 1st to the 31st, a later day is the same in the next month.
    let later = if day % 100 > 21 { day + 100 - 20 } else { day + 7 };
    text.replace("{zone}", zone).replace("{start}", start).replace("{day}", &later.to_string())
}
