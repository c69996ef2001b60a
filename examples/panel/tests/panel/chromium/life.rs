//! The whole life of a migration between two real mail servers, by nothing but what a person sees and clicks.

use super::Scene;
use omm::{AccountSpec, Tls, core::model::FolderPath};
use omm_panel::Preset;
use omm_testkit::{
    mailbox,
    servers::{
        self, Account, Dovecot, Settings, Unavailable,
        corpus::{Corpus, Shape},
        witness::{Snapshot, Witness, assert_identical},
    },
};

/// The servers' places in the form, behind those of the mocks.
const OLD: &str = "preset-2";
const NEW: &str = "preset-3";
/// In kB a second: a restart is in the middle for sure.
const SLOW: &str = "64";

/// Two servers, each with its own mail.
fn servers() -> Option<(&'static Dovecot, Dovecot)> {
    let both = || -> Result<_, Unavailable> {
        let old = servers::dovecot().map_err(Clone::clone)?;
        Ok((old, Dovecot::start(Settings::default())?))
    };
    both().map_err(|reason| println!("skipped: {reason}")).ok()
}

fn preset(name: &str, account: &Account) -> Preset {
    let mut server = AccountSpec::new("imap", format!("{}:{}", account.host, account.port));
    server.tls = Tls::Off;
    Preset { name: name.to_owned(), server }
}

/// An account of many folders, with what people have in them.
fn fill(account: &Account) {
    let shape = Shape { messages: 200, large_bytes: 0, ..Shape::default() };
    let mut witness = Witness::enter(account).unwrap();
    witness.fill(&Corpus::new(shape)).unwrap();
    witness.leave().unwrap();
}

/// What a folder is declared to be for is the server's own affair.
fn look(account: &Account) -> Snapshot {
    Witness::look(account).unwrap().without_roles()
}

impl Scene {
    /// Fills in and sends the form of a new migration.
    fn asks(&self, old: (&str, &str), new: (&str, &str)) {
        self.account("source", OLD, old);
        self.account("destination", NEW, new);
        self.browser.type_in("#contact", "host@example.org");
        // Later, so that somebody can change its options before. A field for a time is typed into as the country has it.
        self.browser.run("document.getElementById('start').value = '2099-01-01T00:00'");
        self.browser.click("main form button[type=submit]");
    }

    /// Changes the bandwidth on the page of the options, and has the passwords kept.
    fn bandwidth(&self, rate: &str) {
        let browser = &self.browser;
        browser.go("/project/options");
        browser.type_in("#bandwidth", rate);
        browser.run("document.querySelector('[name=keep-passwords]').checked = true");
        browser.click("form[action$=options] button[type=submit]");
        browser.see(".said");
    }

    /// Waits for a word on the page, which moves by itself.
    #[track_caller]
    fn hears(&self, word: &str) {
        self.browser.until(&format!("return document.body.innerText.includes({word:?})"));
    }

    /// What a file of the report holds.
    fn download(&self, ending: &str) -> String {
        let script = format!(
            "const done = arguments[arguments.length - 1]; \
             fetch(document.querySelector('a[href$=\"report.{ending}\"]').href).then((answer) => answer.text()).then(done, String)"
        );
        self.browser.run_later(&script).as_str().unwrap().to_owned()
    }
}

// Would catch: whatever mocks are too kind for, on any step of the way; and a restart that loses the session, the page that was open, or
// a message.
#[test]
fn of_a_migration_between_two_real_servers() {
    let Some((old, new)) = servers() else { return };
    let (from, to) = (old.fresh_user(), new.fresh_user());
    fill(&from);
    let source = look(&from);
    let offered = [preset("Real, old", &from), preset("Real, new", &to)];
    let Some(mut scene) = Scene::with(|settings| settings.presets.extend(offered)) else { return };

    // A wrong password: the remedy is beside its field, nothing is typed back, nothing begins.
    scene.browser.go("/migration/new");
    scene.asks((&from.login, "falsch-und-geheim"), (&to.login, &to.password));
    scene.browser.see("#source-password-wrong");
    let told = scene.browser.run(
        "const field = document.getElementById('source-password'); \
         return field.getAttribute('aria-describedby') + field.value + document.getElementById('source-password-wrong').textContent",
    );
    let told = told.as_str().unwrap();
    assert!(told.starts_with("source-password-wrong") && told.contains(';'), "the remedy is told: {told}");
    let page = scene.browser.run("return document.documentElement.outerHTML");
    assert!(!page.as_str().unwrap().contains("falsch-und-geheim"));
    assert!(
        scene.browser.run("return document.getElementById('destination-password-wrong') === null") == true
    );
    scene.asks((&from.login, &from.password), (&to.login, &to.password));
    scene.browser.see("[data-number]");
    scene.browser.holds(&["Migration ID", "Scheduled"]);
    let row = scene.browser.place().split('?').next().unwrap().to_owned();
    assert_eq!(look(&to).messages(), 0);

    // Slowly, and in the middle the panel is started anew under the open page.
    scene.bandwidth(SLOW);
    scene.browser.go(&row);
    scene.browser.click("button[value=start-now]");
    scene.browser.until("return /^[1-9]/.test(document.querySelector('[data-cell=items]')?.textContent)");
    scene.restart();
    let there = look(&to).messages();
    assert!(there > 0 && there < source.messages(), "{there} are there: this was to be the middle");
    let items = scene.browser.run("return document.querySelector('[data-cell=items]').textContent");
    // Nobody reloads: the page has asked again by itself.
    scene
        .browser
        .until(&format!("return document.querySelector('[data-cell=items]')?.textContent !== {items}"));
    scene.bandwidth("");
    scene.browser.go(&row);
    scene.browser.see(".state.done");
    scene.browser.holds(&["Nothing failed.", "1: complete"]);
    let first = look(&to);
    assert_identical(&source, &first);
    let report: serde_json::Value = serde_json::from_str(&scene.download("json")).unwrap();
    assert_eq!((&report["complete"], &report["totals"]["failed"]), (&true.into(), &0.into()), "{report}");
    assert_eq!(
        csv::Reader::from_reader(scene.download("csv").as_bytes()).records().count(),
        source.messages()
    );

    // What comes later is synchronised, and taken back from that point on, after a preview.
    let mut witness = Witness::enter(&from).unwrap();
    let news = (0..3).map(|at| mailbox::message(99, at).flagged("\\Flagged"));
    witness.append(&FolderPath::new(["INBOX"]), news).unwrap();
    witness.leave().unwrap();
    scene.browser.click("button[value=sync]");
    scene.hears("2: complete");
    let all = look(&from);
    assert_identical(&all, &look(&to));
    scene.browser.see("a[href$=undo]");
    scene.browser.click("a[href$=undo]");
    scene.browser.see("#from");
    scene.browser.choose("#from", "2");
    scene.browser.click("button[value=preview]");
    scene.browser.see("#preview");
    assert_eq!(scene.browser.run("return document.querySelector('#preview ~ dl dd').textContent"), "3");
    assert_identical(&all, &look(&to));
    scene.browser.click("button[value=do]");
    scene.hears("2: taken back");
    scene.browser.see(".state.stopped");
    assert_identical(&first, &look(&to));

    // It is brought once more, looked at by reading it, and forgotten; the copies stay.
    scene.browser.click("button[value=sync]");
    scene.hears("3: complete");
    assert_identical(&all, &look(&to));
    scene.browser.see("button[value=read-back]");
    // What was said before is not what is waited for.
    scene.browser.go(&row);
    scene.browser.click("button[value=read-back]");
    scene.browser.see(".said");
    scene.browser.see(".state.done");
    scene.browser.holds(&["Nothing failed."]);
    scene.browser.go(&row);
    scene.browser.click("#erase ~ form input[name=sure]");
    scene.browser.click("#erase ~ form button");
    scene.browser.see(".said");
    scene.browser.holds(&["The data of the migration are erased"]);
    scene.browser.go(&row);
    scene.browser.holds(&["There is no such page"]);
    assert_identical(&all, &look(&to));
    scene.end();
}
