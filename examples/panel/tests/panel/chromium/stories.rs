//! What people do.

use super::Scene;
use crate::world::{PASSWORD, SECRET, login, messages};
use std::fs;

/// Fills in a migration of this person.
fn fill(scene: &Scene, person: u64, password: &str) {
    scene.accounts(person, password);
    scene.browser.type_in("#contact", "host@example.org");
}

// Would catch: a form whose remedy nobody sees, a page that does not move, and a number that leads nowhere.
#[test]
fn one_mailbox_with_a_wrong_password_first() {
    let Some(scene) = Scene::begin() else { return };
    let browser = &scene.browser;
    browser.go("/migration/new");
    fill(&scene, 1, "falsch");
    // Two servers of mail alone: nothing else is offered, and it is said why.
    browser.until("return document.querySelector('input[value=contacts]').disabled");
    browser.holds(&["not offered: the source has none"]);
    browser.click("main form button[type=submit]");
    browser.see("#source-password-wrong");
    fill(&scene, 1, SECRET);
    browser.click("main form button[type=submit]");
    browser.see("[data-number]");
    // By events alone: nobody reloads.
    browser.see(".state.done");
    browser.holds(&["Migration ID", "Nothing failed."]);
    assert_eq!(messages(&scene.world.new, &login(1, "new")), messages(&scene.world.old, &login(1, "old")));
    let number = browser.run("return document.querySelector('.id code').textContent");
    browser.click(".tabs form button");
    browser.see("#number");
    browser.type_in("#number", number.as_str().unwrap());
    browser.type_in("#source", &login(1, "old"));
    browser.click("main form button[type=submit]");
    browser.see(".state.done");
    scene.end();
}

// Would catch: an upload that begins anew when the tab was closed in the middle, a file that differs afterwards, and one that is
// sewn together of two.
#[test]
fn a_file_is_cut_in_the_middle_and_goes_on() {
    let Some(scene) = Scene::begin() else { return };
    let browser = &scene.browser;
    browser.go("/files/new");
    browser.choose("#destination-type", "preset-1");
    browser.type_in("#destination-login", &login(2, "new"));
    browser.type_in("#destination-password", SECRET);
    browser.type_in("#contact", "host@example.org");
    browser.click("main form button[type=submit]");
    browser.see("form[data-tus]");
    // Three pieces: two messages, of which one has nine megabytes.
    let line = "x".repeat(70) + "\r\n";
    let from = |at: u32| {
        format!(
            "From a@x.example Mon Jan  5 1{at}:00:00 2026\r\nSubject: {at}\r\nMessage-ID: <{at}@x>\r\n\r\n"
        )
    };
    let mbox = format!("{}{}\r\n{}y\r\n", from(0), line.repeat((9 << 20) / line.len()), from(1));
    let path = scene.world.dir.path().join("Alte Mails.mbox");
    fs::write(&path, &mbox).unwrap();
    // After the first piece nothing comes through any more.
    browser.run(
        "const real = window.fetch; let pieces = 0; \
         window.fetch = (place, how) => how?.method === 'PATCH' && ++pieces > 1 ? new Promise(() => {}) : real(place, how);",
    );
    browser.type_in("#file", path.to_str().unwrap());
    browser.click("form[data-tus] button[type=submit]");
    browser.until("return document.querySelector('[data-progress]').value > 40");
    // The tab is closed.
    browser.go("/project/files");
    browser.holds(&["Not complete", "4.2 MB / 9."]);
    browser.run(
        "const real = window.fetch; window.offsets = sessionStorage; \
         window.fetch = (place, how) => { if (how?.method === 'PATCH') sessionStorage.first ??= how.headers['Upload-Offset']; return real(place, how); };",
    );
    // Another file of this name and size is not sewn onto the beginning of the first.
    fs::write(&path, mbox.replacen('x', "X", 500)).unwrap();
    browser.type_in("#file", path.to_str().unwrap());
    browser.click("form[data-tus] button[type=submit]");
    browser.until("return document.querySelector('[data-status]').textContent.includes('not the file that was begun with')");
    assert_eq!(browser.run("return sessionStorage.first ?? 'none'"), "none");
    fs::write(&path, &mbox).unwrap();
    browser.type_in("#file", path.to_str().unwrap());
    browser.click("form[data-tus] button[type=submit]");
    browser.see("#begin");
    assert_eq!(browser.run("return sessionStorage.first"), (4 << 20).to_string());
    browser.type_in("#destination-password", SECRET);
    browser.click("#begin ~ form button[type=submit]");
    browser.see(".state.done");
    assert_eq!(messages(&scene.world.new, &login(2, "new")), 2);
    scene.end();
}

// Would catch: a page that works with scripts alone.
#[test]
fn without_scripts() {
    let Some(scene) = Scene::begin() else { return };
    let browser = &scene.browser;
    browser.scripts(false);
    browser.go("/project/new");
    browser.type_in("#name", "Move");
    browser.type_in("#contact", "host@example.org");
    browser.type_in("#password", PASSWORD);
    browser.type_in("#again", PASSWORD);
    browser.click("main form button[type=submit]");
    browser.go("/project/add");
    scene.accounts(3, SECRET);
    browser.click("main form button[type=submit]");
    browser.go("/project");
    browser.click("button[value=start]");
    // Nothing moves by itself; whoever reloads sees more.
    while !browser.text().contains("Completed 1") {
        browser.go("/project");
    }
    scene.end();
}

// Would catch: something that only a mouse reaches.
#[test]
fn by_keyboard_alone() {
    const TAB: &str = "\u{E004}";
    const ENTER: &str = "\u{E007}";
    let Some(scene) = Scene::begin() else { return };
    let browser = &scene.browser;
    browser.go("/project/new");
    // The first stop leads past the navigation.
    browser.press(TAB);
    assert_eq!(browser.run("return document.activeElement.className"), "skip");
    browser.press(ENTER);
    for text in ["Move", "host@example.org", PASSWORD, PASSWORD] {
        browser.press(TAB);
        assert_eq!(browser.run("return document.activeElement.tagName"), "INPUT", "{text}");
        browser.press(text);
    }
    browser.press(ENTER);
    browser.see(".tabs");
    browser.holds(&["The project is made"]);
    scene.end();
}

// Would catch: a page that has something to look at in twenty seconds, and lets what it is told of meanwhile wait for that.
#[test]
fn what_is_told_is_shown_soon_whatever_else_is_to_come() {
    let Some(scene) = Scene::begin() else { return };
    let browser = &scene.browser;
    browser.go("/migration/new");
    fill(&scene, 4, SECRET);
    browser.run("document.getElementById('start').value = '2099-01-01T00:00'");
    browser.click("main form button[type=submit]");
    browser.see("[data-number]");
    // The test says what is told.
    browser.scripted("window.EventSource = class { constructor() { window.source = this; } close() {} };");
    browser.go(browser.place().split('?').next().unwrap());
    browser.until("return typeof window.source?.onmessage === 'function'");
    // It is at work, as the page has it: there is time for its report. And then somebody has changed something.
    browser.run(
        "const row = document.querySelector('[data-number]').dataset; \
         const rows = [{ number: row.number, class: row.class, percent: null }]; \
         const tell = (changed, rows) => source.onmessage({ data: JSON.stringify({ counts: {}, held: false, changed, rows }) }); \
         tell(1, rows); tell(2, []);",
    );
    let asked = "performance.getEntriesByType('resource').find((entry) => entry.name === location.href)";
    browser.until(&format!("return {asked} !== undefined"));
    let after = browser.run(&format!("return {asked}.startTime")).as_f64().unwrap();
    assert!(after < 15_000.0, "{after} ms");
    scene.end();
}
