//! Where we and libpff differ, and why.

/// File, the beginning of the lines that differ, why.
const KNOWN: &[(&str, &str, &str)] = &[
    (
        "aspose/Personal_folders_part0.pst",
        "",
        "libpff cannot read these three items; readpst and pst-extractor can",
    ),
    ("aspose/Test_part1.pst", "expected -12 unreadable Contacts", LIBPFF_CONTACTS),
    ("aspose/Test_part1.pst", "found +2 item Contacts | IPM.Contact", LIBPFF_CONTACTS),
    ("derived-damage/bitflips_40_passwordprotected.pst", "expected -1 unreadable Deleted Items", HALF_READ),
    (
        "derived-damage/bitflips_40_passwordprotected.pst",
        "found +1 item Deleted Items | REPORT.IPM.Note.NDR",
        HALF_READ,
    ),
    (
        "derived-damage/bitflips_40_passwordprotected.pst",
        "found +1 recipient Deleted Items |  | to",
        HALF_READ,
    ),
    (
        "derived-damage/bitflips_40_passwordprotected.pst",
        "found +1 attachment Deleted Items |  | ",
        HALF_READ,
    ),
    ("derived-damage/bitflips_40_passwordprotected.pst", "found +1 embedded Tsst mail", HALF_READ),
    (
        "java-libpst/dist-list.pst",
        "found +2 embedded  | ",
        "exceptions of the recurrence, which pffexport does not write",
    ),
];

const LIBPFF_CONTACTS: &str = "libpff cannot read these twelve contacts; readpst and pst-extractor can";
const HALF_READ: &str =
    "libpff gives the item up; we read all but its subject and a date, whose place on the heap is damaged";

/// The lines that no known difference explains, and the known differences that are no more.
pub(crate) fn unknown(label: &str, lines: &[String]) -> (Vec<String>, Vec<String>) {
    let known: Vec<_> = KNOWN.iter().filter(|(file, _, _)| *file == label).collect();
    let new = lines
        .iter()
        .filter(|line| !known.iter().any(|(_, start, _)| line.starts_with(start)))
        .cloned()
        .collect();
    let gone = |(_, start, _): &&&(&str, &str, &str)| !lines.iter().any(|line| line.starts_with(start));
    (new, known.iter().filter(gone).map(|(_, start, why)| format!("{start} ({why})")).collect())
}
