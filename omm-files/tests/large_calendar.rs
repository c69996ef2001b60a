//! A calendar of 20,000 events: it pages, and memory does not grow with it. Alone in its process, because that is measured.

// A test that cannot be set up fails.
#![allow(clippy::unwrap_used)]

mod support;

use futures::executor::block_on;
use omm_core::seam::Change;
use omm_testkit::process::own_peak_kib;
use std::{collections::HashSet, fs, io::Write};
use support::{texts::component, *};

const EVENTS: usize = 20_000;

#[test]
fn twenty_thousand_events() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("large.ics");
    let text = "DESCRIPTION:".to_owned() + &"what was said \\n".repeat(200);
    let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
    file.write_all(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n").unwrap();
    for at in 0..EVENTS {
        let kind = if at % 10 == 0 { "VTODO" } else { "VEVENT" };
        let lines = format!("UID:{at}-of-a-large-calendar@example.org\r\nSUMMARY:{at}\r\n{text}");
        file.write_all(component(kind, &lines).as_bytes()).unwrap();
    }
    file.write_all(b"END:VCALENDAR\r\n").unwrap();
    drop(file);
    let bytes = fs::metadata(&path).unwrap().len();
    assert!(bytes > 60 << 20, "{bytes}");

    let before = own_peak_kib();
    let source = source(root.path());
    let mut ids = HashSet::new();
    for (folder_path, items) in [("large", EVENTS / 10 * 9), ("large (tasks)", EVENTS / 10)] {
        let folder = folder(&*source, folder_path);
        let (mut pages, mut since) = (0, None);
        loop {
            let page = block_on(source.changes(&folder.id, since.as_ref())).unwrap();
            pages += 1;
            ids.extend(page.changes.into_iter().map(|change| match change {
                Change::Present(meta) => meta.id.as_str().to_owned(),
                other => panic!("{other:?}"),
            }));
            if !page.more {
                break;
            }
            since = Some(page.next);
        }
        assert_eq!(pages, items / 1000, "{folder_path}");
        let listed = list(&*source, &folder);
        assert_eq!(listed.len(), items);
        for at in [0, items / 2, items - 1] {
            let item = fetch(&*source, &folder, &listed[at].id).unwrap();
            let number = listed[at].id.as_str().split('-').next().unwrap();
            let body = String::from_utf8(bytes_of(&item)).unwrap();
            assert!(body.contains(&format!("\r\nSUMMARY:{number}\r\n")), "{number}");
        }
    }
    assert_eq!(ids.len(), EVENTS);
    let (Some(before), Some(after)) = (before, own_peak_kib()) else {
        println!("skipped: this system does not say how much memory was used");
        return;
    };
    println!("{} MiB in the file, {} MiB more memory", bytes >> 20, (after - before) >> 10);
    assert!(after - before < 24 << 10, "{} KiB", after - before);
}

fn bytes_of(item: &omm_core::model::Item) -> Vec<u8> {
    support::bytes(&item.body)
}
