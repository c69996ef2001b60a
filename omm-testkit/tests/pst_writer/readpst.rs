//! `readpst` (libpst) reads what it knows: mail, contacts, appointments, journal entries.

use crate::file::{KINDS, files, is_there, on_disk};
use omm_testkit::pst::Format;
use std::{fs, process::Command};

#[test]
fn readpst_reads_what_it_knows() {
    if !is_there("readpst") {
        return;
    }
    for (format, crypt) in KINDS {
        let (directory, made) = on_disk(format, crypt);
        let out = directory.path().join("out");
        fs::create_dir(&out).unwrap();
        let mut command = Command::new("readpst");
        // Without child processes: with them it hangs now and then.
        command
            .args(["-j", "0", "-e", "-b", "-D", "-8", "-o"])
            .arg(&out)
            .arg(directory.path().join("all.pst"));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && output.stderr.is_empty(), "{format:?} {crypt:?}: {said}");
        let all: String =
            files(&out).iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
        let known = ["IPM.Note", "IPM.Appointment", "IPM.Activity"];
        for (folder, item, _) in &made.items {
            let (class, subject) =
                (item.text(0x001a).unwrap_or_default(), item.text(0x0037).unwrap_or_default());
            // What is not ASCII is encoded in one way or another; a comma or semicolon is escaped in a calendar.
            let plain = subject.is_ascii() && !subject.contains([';', ',']);
            if known.contains(&class) && plain {
                assert!(all.contains(subject), "{format:?} {crypt:?}: {folder}: {subject}");
            }
        }
        for expected in ["FN:Sample\\, Ana Maria", "BEGIN:VCALENDAR", "ana@example.org", "Innermost words."] {
            assert!(all.contains(expected), "{format:?} {crypt:?}: {expected}");
        }
        if format == Format::Unicode {
            assert!(all.contains("the caf\u{e9}'s bill: 12 \u{20ac}") || all.contains("caf=C3=A9"));
        }
    }
}
