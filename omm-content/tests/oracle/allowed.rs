//! What may differ between a file and what is written for it, and why.

/// What the readers find in a file and in what was written for it; `-` for nothing.
#[derive(Debug)]
pub(crate) struct Difference {
    file: String,
    kind: String,
    /// Of the property, with what it stands in; empty if a whole component is meant.
    name: String,
    before: String,
    after: String,
}

/// Why, and which differences.
type Rule = (&'static str, fn(&Difference) -> bool);

/// What may differ everywhere, and what in a file: its name, the component or the beginning of the property, why.
pub(crate) struct Allowed {
    rules: &'static [Rule],
    rows: &'static [(&'static str, &'static str, &'static str)],
}

impl Difference {
    /// A line that a script has written.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let mut fields = line.split('\t').map(str::to_owned);
        fields.next().filter(|first| first == "difference")?;
        let mut next = || fields.next().expect("a field");
        Some(Self { file: next(), kind: next(), name: next(), before: next(), after: next() })
    }

    /// Whether it is after what was before, with this in front.
    fn adds(&self, start: &str) -> bool {
        self.after.strip_prefix(start) == Some(&self.before)
    }

    fn loses(&self, start: &str) -> bool {
        self.before.strip_prefix(start) == Some(&self.after)
    }
}

impl Allowed {
    /// What is not allowed.
    pub(crate) fn forbids(&self, differences: &[Difference]) -> Vec<String> {
        let is_allowed = |one: &&Difference| {
            self.rules.iter().any(|(_, rule)| rule(one)) || self.rows.iter().any(|row| is_of(one, row))
        };
        let short = |text: &str| text.chars().take(400).collect::<String>();
        let shown = |one: &Difference| {
            format!(
                "{} | {} | {} | {} | {}",
                one.file,
                one.kind,
                one.name,
                short(&one.before),
                short(&one.after)
            )
        };
        differences.iter().filter(|one| !is_allowed(one)).map(shown).collect()
    }

    /// What is allowed and does not occur.
    pub(crate) fn idle(&self, differences: &[Difference]) -> Vec<String> {
        let any = |test: &dyn Fn(&Difference) -> bool| differences.iter().any(test);
        let rules =
            self.rules.iter().filter(|(_, rule)| !any(&|one| rule(one))).map(|(why, _)| (*why).to_owned());
        let by_rule = |one: &Difference| self.rules.iter().any(|(_, rule)| rule(one));
        let rows = self.rows.iter().filter(|row| !any(&|one| is_of(one, row) && !by_rule(one)));
        rules
            .chain(rows.map(|row| format!("{row:?}")))
            .map(|idle| format!("does not occur: {idle}"))
            .collect()
    }
}

fn is_of(one: &Difference, (file, name, _): &(&str, &str, &str)) -> bool {
    one.file == *file && (one.name.starts_with(name) || (one.name.is_empty() && one.kind == *name))
}

/// `2026-01-01T00:00:00+01:00,…` without what is behind the time.
fn without_offsets(moments: &str) -> String {
    let local = |moment: &str| {
        let (local, offset) = moment.split_at_checked(moment.len().saturating_sub(6)).unwrap_or((moment, ""));
        let is_offset = offset.starts_with(['+', '-']) && local.ends_with(|last: char| last.is_ascii_digit());
        if is_offset { local.to_owned() } else { moment.to_owned() }
    };
    moments.split(',').map(local).collect::<Vec<_>>().join(",")
}

pub(crate) const CALENDARS: Allowed = Allowed {
    rules: &[
        ("a component without UID gets one (RFC 5545 §3.8.4.7)", |one| {
            one.name == "UID" && matches!(&*one.before, "-" | "") && one.after.starts_with("omm-")
        }),
        ("a date says that it is one (RFC 5545 §3.2.20)", |one| one.adds("VALUE=DATE;")),
        ("what says that it is a date and is a time is a time", |one| one.loses("VALUE=DATE;")),
        ("a date has no time zone; VALUE=DATE and midnight is a date", |one| {
            let day = one.after.strip_prefix("VALUE=DATE;");
            let before = one.before.rsplit(';').next().and_then(|value| value.split_once("T00:00:00"));
            day.is_some() && before.map(|(day, _)| day) == day
        }),
        ("a VTIMEZONE is made for a name that is known, so that icalendar knows the offset", |one| {
            one.before.starts_with("TZID=") && without_offsets(&one.after) == one.before
        }),
        ("the VTIMEZONE that is made", |one| {
            one.kind == "VTIMEZONE" && one.name.is_empty() && one.before == "-"
        }),
        ("quoted-printable is taken off", |one| one.loses("ENCODING=QUOTED-PRINTABLE;")),
        ("a component that says nothing is refused", |one| {
            one.before == "0 properties ()" && one.after == "-"
        }),
    ],
    rows: &[
        (
            "Zimbra+zm-soap-harness/test.ics",
            "ATTENDEE",
            "a CN that was broken without a fold is put together",
        ),
        ("Zimbra+zm-soap-harness/test.ics", "LU", "the second half of that CN"),
        (
            "collective+icalendar/event_with_escaped_characters.ics",
            "ORGANIZER",
            "a parameter with backslashes as in no standard, which icalendar reads and nobody can write",
        ),
        ("collective+icalendar/parsing_error.ics", "EXDATE", "it is empty"),
        (
            "jens-maus+node-ical/event-with-valarm.ics",
            "DESCRIPTION",
            "`ORGANIZER=` is no property: text that goes on",
        ),
        ("horde+Icalendar/test.ics", "VTIMEZONE", ONLY_DATES),
        ("ical4j+ical4j/google_aus_holidays.ics", "VTIMEZONE", ONLY_DATES),
        ("horde+Icalendar/rfc2445.ics", "VTIMEZONE", TWO_ZONES),
        ("libical+libical/2445.ics", "VTIMEZONE", TWO_ZONES),
        ("libical+libical/rfc2445.ics", "VTIMEZONE", TWO_ZONES),
        ("libical+libical/crash.ics", "", "made by a fuzzer"),
        ("libical+libical/malloc.ics", "", "made by a fuzzer"),
        ("rianjs+ical.net/Parameter1.ics", "DTSTART", "VALUE twice: DATE and OTHER, and it is a time"),
        (
            "rianjs+ical.net/Parse1.ics",
            "DESCRIPTION",
            "soft breaks of quoted-printable, which icalendar does not read",
        ),
        ("u01jmg3+ics-parser/ICal.ics", "DESCRIPTION", "its last line is not folded"),
        (
            "u01jmg3+ics-parser/issue-343.ics",
            "",
            "lines that nobody folded are text; icalendar takes some for properties",
        ),
    ],
};

pub(crate) const CARDS: Allowed = Allowed {
    rules: &[
        ("a card gets its FN (RFC 6350 §6.2.1), made of its name if it has one", |one| {
            one.name == "FN" && matches!(&*one.before, "-" | "") && one.after != "-"
        }),
        ("a card gets its VERSION", |one| one.name == "VERSION" && one.before == "-" && one.after == "3.0"),
        ("all is UTF-8", |one| one.loses("CHARSET=UTF-8;")),
        ("a card that says nothing is refused", |one| one.before == "0 properties ()" && one.after == "-"),
    ],
    rows: &[
        ("GNOME+evolution-data-server/13.vcf", "ADR", "a last field of one space, which vobject leaves out"),
        ("GNOME+evolution-data-server/6.vcf", "TEL", "`FAX,WORK` without TYPE, of which vobject reads FAX"),
        ("aspose-email+Aspose.Email-for-Java/ContactsSaqib_Razzaq.vcf", "NOTE", "a value of line breaks"),
        (
            "mangstadt+ez-vcard/John_Doe_ANDROID.vcf",
            "ORG",
            "a letter cut within quoted-printable, which vobject refuses",
        ),
        ("stalwartlabs+calcard/065.vcf", "LABEL", "line breaks of quoted-printable are written as such"),
        (
            "stalwartlabs+calcard/067.vcf",
            "V",
            "parameters without names and values, which vobject tells apart otherwise",
        ),
        ("thunderbird+thunderbird-desktop/export.vcf", "X-CUSTOM", "texts of two lines, not folded"),
        ("stalwartlabs+calcard/066.vcf", "X-GOOGLE-TALK", ODD_NAME),
        ("KDE+kcontacts/vcard_legacy_messaging_fields.vcf", "X-MESSAGING-", ODD_NAME),
        ("ical4j+ical4j-vcard/vcard-antoni-kontact.vcf", "X-MESSAGING-", ODD_NAME),
    ],
};

const ONLY_DATES: &str = "only dates name it, and a date has no time zone";
const TWO_ZONES: &str = "of several definitions of one name in one calendar the first is taken";
const ODD_NAME: &str = "a space or a sign in the name, which vobject refuses; it is a hyphen now";
