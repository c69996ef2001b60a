//! exchangelib reads a mailbox, and compares it with the same items in their interchange form.

use crate::mailbox::{Mailbox, PASSWORD, USER};
use std::{path::Path, process::Command};

const SCRIPT: &str = include_str!("read_back.py");

fn python() -> Command {
    Command::new(std::env::var("OMM_PYTHON").unwrap_or_else(|_| "python3".to_owned()))
}

fn has_all() -> bool {
    let imports = "import exchangelib, icalendar, recurring_ical_events";
    let found = python().args(["-c", imports]).output();
    let has = found.is_ok_and(|output| output.status.success());
    if !has {
        println!(
            "skipped: python3 has no exchangelib or no recurring_ical_events (OMM_PYTHON names another)"
        );
    }
    has
}

/// What is in the mailbox is what lies in this tree.
pub(crate) fn agrees(tree: &Path, mailbox: &Mailbox) {
    if !has_all() {
        return;
    }
    let output = python()
        .args(["-c", SCRIPT, &mailbox.port().to_string(), USER, PASSWORD])
        .arg(tree)
        .env("PYTHONWARNINGS", "ignore")
        .output()
        .expect("it was there a moment ago");
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
}
