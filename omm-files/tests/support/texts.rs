//! Calendars, cards and tables as people's programs export them.

#![allow(dead_code, unreachable_pub)]

/// A component with these lines, DTSTAMP and DTSTART among them.
pub fn component(name: &str, lines: &str) -> String {
    let start = if name == "VEVENT" { "DTSTART:20240229T090000Z\r\n" } else { "" };
    format!("BEGIN:{name}\r\nDTSTAMP:20250101T000000Z\r\n{start}{lines}\r\nEND:{name}\r\n")
}

pub fn event(uid: &str, summary: &str) -> String {
    component("VEVENT", &format!("UID:{uid}\r\nSUMMARY:{summary}"))
}

/// A VCALENDAR with these components; `lines` are of the calendar itself.
pub fn calendar(lines: &str, components: &[String]) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Calendar 1.0//EN\r\n{lines}{}END:VCALENDAR\r\n",
        components.concat()
    )
}

pub fn card(uid: &str, name: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{uid}\r\nFN:{name}\r\nEND:VCARD\r\n")
}

/// What OMM makes of one component: the item alone in its VCALENDAR.
pub fn item(component: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//OMM//omm-content//EN\r\nCALSCALE:GREGORIAN\r\n{component}\
         END:VCALENDAR\r\n"
    )
}
