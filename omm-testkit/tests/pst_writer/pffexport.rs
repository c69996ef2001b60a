//! `pffexport` (libpff) exports every item but posts, with the bodies and the attachments that were put in.

use crate::file::{KINDS, attached, files, is_there, on_disk};
use omm_testkit::pst::Key;
use std::{fs, process::Command};

#[test]
fn pffexport_exports_every_item() {
    if !is_there("pffexport") {
        return;
    }
    for (format, crypt) in KINDS {
        let (directory, made) = on_disk(format, crypt);
        let path = |name: &str| directory.path().join(name);
        let mut command = Command::new("pffexport");
        command
            .args(["-q", "-f", "all", "-l"])
            .arg(path("log"))
            .arg("-t")
            .arg(path("out"))
            .arg(path("all.pst"));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.is_empty(), "{format:?} {crypt:?}: {said}");
        let log = String::from_utf8_lossy(&fs::read(path("log")).unwrap()).into_owned();
        assert!(!log.contains("nable to") && !log.contains("nvalid"), "{log}");
        let posts = made.items.iter().filter(|(_, item, _)| item.text(0x001a) == Some("IPM.Post")).count();
        assert_eq!(log.matches("Skipped export").count(), posts, "{log}");

        let exported = files(&path("out.export"));
        let items: Vec<_> = made.items.iter().map(|(_, item, _)| item.clone()).collect();
        for bytes in attached(&items) {
            assert!(
                exported.contains(&bytes),
                "{format:?} {crypt:?}: an attachment of {} bytes",
                bytes.len()
            );
        }
        let texts: String = exported.iter().map(|bytes| String::from_utf8_lossy(bytes)).collect();
        for (folder, item, _) in &made.items {
            // Of a post, and of what is not Western in a narrow file, nothing is exported as it was.
            let subject = item.text(0x0037).unwrap_or_default();
            if item.text(0x001a) == Some("IPM.Post") || !subject.is_ascii() {
                continue;
            }
            assert!(texts.contains(subject), "{format:?} {crypt:?}: {folder}: {subject}");
            // Of appointments and tasks the program exports no body.
            let is_mail = item.text(0x001a).is_some_and(|class| class.starts_with("IPM.Note"));
            if let Some(body) = item.text(Key::Id(0x1000)).filter(|body| is_mail && body.is_ascii()) {
                let line = body.lines().next().unwrap_or_default();
                assert!(texts.contains(line), "{format:?} {crypt:?}: {folder}: {line}");
            }
        }
    }
}

#[test]
fn pffinfo_knows_the_store() {
    if !is_there("pffinfo") {
        return;
    }
    for (format, crypt) in KINDS {
        let (directory, _) = on_disk(format, crypt);
        let output = Command::new("pffinfo").arg(directory.path().join("all.pst")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        for expected in ["Subtree", "Outbox", "Wastbox", "Sentmail", "Finder"] {
            assert!(said.contains(expected), "{expected}: {said}");
        }
        assert!(!said.contains("N/A"), "the password's checksum: {said}");
    }
}
