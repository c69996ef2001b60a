//! How every page looks: without a violation that axe finds, at any width, in light and dark. With OMM_PANEL_SHOTS naming a folder, a
//! picture of each is left there.

use super::Scene;
use crate::world::{PASSWORD, SECRET, login, table};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Pages that everybody sees, and those of a project.
const OUTSIDE: [(&str, &str); 7] = [
    ("home", "/"),
    ("migration-new", "/migration/new"),
    ("track", "/migration/track"),
    ("files-new", "/files/new"),
    ("project-new", "/project/new"),
    ("manage", "/project/manage"),
    ("api", "/api"),
];
const INSIDE: [(&str, &str); 6] = [
    ("resume", "/project"),
    ("import", "/project/import"),
    ("add", "/project/add"),
    ("options", "/project/options"),
    ("history", "/project/history"),
    ("missing", "/nothing"),
];

/// axe-core's script, where it was put (`npm pack axe-core`, or OMM_AXE).
fn axe() -> Option<String> {
    let named = std::env::var_os("OMM_AXE").map(PathBuf::from);
    let usual = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../axe-core/package/axe.min.js");
    let script = fs::read_to_string(named.unwrap_or(usual)).ok();
    if script.is_none() {
        println!("skipped: no axe-core");
    }
    script
}

struct Look<'a> {
    scene: &'a Scene,
    axe: Option<String>,
    shots: Option<PathBuf>,
    wrong: Vec<String>,
}

impl Look<'_> {
    fn at(&mut self, name: &str, path: &str) {
        self.scene.browser.go(path);
        self.here(name);
    }

    fn here(&mut self, name: &str) {
        for (mode, width, is_dark) in [("light", 1280, false), ("dark", 1280, true), ("phone", 360, false)] {
            let browser = &self.scene.browser;
            browser.width(width);
            browser.dark(is_dark);
            let wide = browser.run("return document.documentElement.scrollWidth").as_u64().unwrap();
            if wide > u64::from(width) {
                self.wrong.push(format!("{name} {mode}: {wide} px wide"));
            }
            if let Some(shots) = &self.shots {
                browser.shoot(&shots.join(format!("{name}-{mode}.png")));
            }
            let found = self.violations();
            self.wrong.extend(found.into_iter().map(|found| format!("{name} {mode}: {found}")));
        }
    }

    fn violations(&self) -> Vec<String> {
        let Some(axe) = &self.axe else { return Vec::new() };
        let browser = &self.scene.browser;
        browser.run(axe);
        let found = browser.run_later(
            "const done = arguments[arguments.length - 1]; \
             axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }) \
             .then((found) => done(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)), \
             (trouble) => done([String(trouble)]));",
        );
        let found = found.as_array().cloned().unwrap_or_else(|| vec![found]);
        found
            .iter()
            .map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned))
            .collect::<Vec<_>>()
    }
}

#[test]
fn every_page_in_light_and_dark_and_on_a_phone() {
    let Some(scene) = Scene::begin() else { return };
    let shots = std::env::var_os("OMM_PANEL_SHOTS").map(PathBuf::from);
    if let Some(shots) = &shots {
        fs::create_dir_all(shots).unwrap();
    }
    let mut look = Look { scene: &scene, axe: axe(), shots, wrong: Vec::new() };
    for (name, path) in OUTSIDE {
        look.at(name, path);
    }
    files(&scene);
    look.here("files");
    project(&scene);
    for (name, path) in INSIDE {
        look.at(name, path);
    }
    let browser = &scene.browser;
    imports(&scene, b"SMTP;;x@old.example;geheim;;;y@new.example;;;\r\n");
    look.here("import-wrong");
    browser.go("/project?state=done");
    browser.click(".rows tbody th a");
    browser.see("a[href$=undo]");
    look.here("migration");
    browser.run("document.querySelector('a[href$=undo]').click()");
    browser.see("#from");
    look.here("undo");
    browser.go("/project/options");
    browser.run("document.getElementById('name').required = false");
    browser.type_in("#name", "");
    browser.run("document.querySelector('form[action$=options]').noValidate = true");
    browser.click("form[action$=options] button[type=submit]");
    browser.see("#name-wrong");
    look.here("options-wrong");
    assert!(look.wrong.is_empty(), "{:#?}", look.wrong);
    scene.end();
}

/// A project of six migrations: five are done, and their passwords are kept.
fn project(scene: &Scene) {
    let browser = &scene.browser;
    browser.width(1280);
    browser.go("/project/new");
    for (field, text) in
        [("#name", "Move"), ("#contact", "host@example.org"), ("#password", PASSWORD), ("#again", PASSWORD)]
    {
        browser.type_in(field, text);
    }
    browser.click("main form button[type=submit]");
    browser.see(".tabs");
    browser.go("/project/options");
    browser.click("input[name=keep-passwords]");
    browser.click("form[action$=options] button[type=submit]");
    browser.see(".said");
    browser.go("/project/add");
    scene.accounts(4, SECRET);
    browser.click("input[name=keep-servers]");
    browser.click("main form button[type=submit]");
    browser.see("[data-number]");
    // One of the others has a password that is refused.
    let (old, new) = (login(5, "old"), login(5, "new"));
    imports(scene, format!(";;{old};falsch;;;{new};falsch;;\r\n").as_bytes());
    browser.go("/project");
    browser.click("button[value=start]");
    browser.until("return document.querySelector('[data-count=done]').textContent === '5'");
    browser.until("return document.querySelector('[data-count=paused]').textContent === '1'");
}

/// Sends a table of four mailboxes and this row.
fn imports(scene: &Scene, row: &[u8]) {
    let path = scene.world.dir.path().join("mailboxes.csv");
    fs::write(&path, [&table(&[0, 1, 2, 3])[..], row].concat()).unwrap();
    let browser = &scene.browser;
    browser.go("/project/import");
    browser.type_in("#file", path.to_str().unwrap());
    browser.click("form[enctype] button[type=submit]");
    browser.see("#outcome");
}

/// A migration of files, one of which is there.
fn files(scene: &Scene) {
    let browser = &scene.browser;
    browser.width(1280);
    browser.go("/files/new");
    scene.account("destination", "preset-1", (&login(2, "new"), SECRET));
    browser.type_in("#contact", "host@example.org");
    browser.click("main form button[type=submit]");
    browser.see("form[data-tus]");
    let path = scene.world.dir.path().join("Kalender.ics");
    fs::write(&path, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n").unwrap();
    browser.type_in("#file", path.to_str().unwrap());
    browser.click("form[data-tus] button[type=submit]");
    browser.see("#begin");
}
