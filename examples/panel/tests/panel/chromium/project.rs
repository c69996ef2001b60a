//! A project: from a table of mailboxes to the end of the last, before the eyes of two people.

use super::{Chromium, Scene};
use crate::world::{PASSWORD, SECRET, login, messages, table};
use std::fs;

/// A browser that makes a project, and has typed two passwords that differ at first.
fn made(browser: &Chromium) -> String {
    browser.go("/project/new");
    browser.type_in("#name", "Move");
    browser.type_in("#contact", "host@example.org");
    browser.type_in("#password", PASSWORD);
    browser.type_in("#again", "another one of these");
    browser.click("main form button[type=submit]");
    browser.see("#again-wrong, #password-wrong");
    browser.holds(&["the two passwords differ"]);
    browser.type_in("#password", PASSWORD);
    browser.type_in("#again", PASSWORD);
    browser.click("main form button[type=submit]");
    browser.see(".tabs");
    browser.run("return document.querySelector('.id code').textContent").as_str().unwrap().to_owned()
}

/// Logs in, after a password that is wrong.
fn enters(browser: &Chromium, number: &str) {
    browser.go("/project/manage");
    for (password, seen) in [("not this one", "main .trouble"), (PASSWORD, ".tabs")] {
        browser.type_in("#number", number);
        browser.type_in("#password", password);
        browser.click("main form button[type=submit]");
        browser.see(seen);
    }
}

/// Chooses the table, and has it looked at.
fn imports(browser: &Chromium, path: &std::path::Path) {
    browser.type_in("#file", path.to_str().unwrap());
    // An outcome that is there already is not the one that is waited for.
    browser.run("document.body.dataset.before = ''");
    browser.click("form[enctype] button[type=submit]");
    browser.see("body:not([data-before]) #outcome");
}

// Would catch: bad rows that nobody is shown, what one person does and the other does not see, and a project that does not go on while
// nobody is logged in.
#[test]
fn a_table_and_two_people() {
    let Some(scene) = Scene::begin() else { return };
    let one = &scene.browser;
    let Some(other) = Chromium::start(&one.base) else { return };
    let number = made(one);
    one.go("/project/add");
    scene.accounts(0, SECRET);
    one.click("input[name=keep-servers]");
    one.click("main form button[type=submit]");
    one.see(".said");

    let path = scene.world.dir.path().join("mailboxes.csv");
    let mut bad = table(&[1, 2, 3, 4, 5]);
    bad.extend(b"SMTP;;x@old.example;geheim-1;;;y@new.example;geheim-2;;\r\n");
    fs::write(&path, bad).unwrap();
    one.go("/project/import");
    imports(one, &path);
    one.holds(&["Nothing was queued yet", "no type of server"]);
    one.click("input[name=good-alone]");
    imports(one, &path);
    one.holds(&["The table was taken"]);

    enters(&other, &number);
    other.holds(&["The project rests", "All 6"]);
    // Nobody of them reloads: what one does, the other sees.
    one.go("/project");
    one.click("button[value=start]");
    one.see(".said");
    for browser in [one, &other] {
        browser.until("return document.querySelector('[data-count=done]').textContent === '6'");
    }
    other.until("return document.querySelectorAll('.state.done').length === 6");
    other.until("return !document.querySelector('figure[data-chart=queue]').hidden");
    for person in 0..6 {
        let (old, new) = (&login(person, "old"), &login(person, "new"));
        assert_eq!(messages(&scene.world.old, old), messages(&scene.world.new, new), "{person}");
    }
    // That the project runs by now, the other sees as well.
    other.see("button[value=pause]");
    other.click("button[value=pause]");
    other.see(".said");
    one.go("/project?state=failed");
    one.holds(&["The project rests", "There are none in this state"]);
    // Who logs out does so alone.
    one.click(".tabs form button");
    one.see("#number");
    one.holds(&["Your migrations go on"]);
    one.go("/project");
    one.holds(&["Please log in"]);
    other.go("/project/history");
    other.holds(&["logged in", "project created"]);
    drop(other);
    scene.end();
}
