//! Projects from their beginning to their end.

use crate::{
    browser::{Browser, Table},
    world::{PASSWORD, SECRET, World, fields, login, messages, pair, table},
};
use axum::http::StatusCode;
use omm_panel::{House, Running};
use std::{fs, time::Duration};
use tokio::net::TcpListener;

/// Six migrations, of which the first has made its servers those of the project.
async fn filled(world: &World) -> (Browser, String) {
    let (mut browser, number) = world.project().await;
    browser.get("/project/add").await;
    let first = pair(0);
    let first = fields(&first, &[("keep-servers", "yes"), ("check", "yes")]);
    browser.follow("/project/add", &first).await.holds(&["The migration is added"]);
    let table = table(&[1, 2, 3, 4, 5]);
    let page =
        browser.upload("/project/import", Table { fields: &[], name: "form.csv", bytes: &table }).await;
    page.holds(&["The table was taken"]);
    (browser, number)
}

fn row(page: &str) -> String {
    let (_, rest) = page.split_once("/project/rows/").expect("a row is linked");
    format!("/project/rows/{}", rest.split('"').next().unwrap())
}

// The story of the page: import, start, follow, report, preview, undo, synchronise, erase.
#[tokio::test]
async fn a_project_from_its_beginning_to_its_end() {
    let world = World::new().await;
    let running = world.begin().await;
    let (mut browser, number) = filled(&world).await;
    browser.get("/project").await.holds(&["<b data-all>6</b>", "The project rests"]);
    browser.follow("/project/hold", &[("do", "start")]).await.holds(&["The project runs"]);
    browser.listen("/project/events", |told| told["counts"]["done"] == 6).await;
    let page = browser.get("/project?state=done").await;
    let row = row(&page.text);
    let page = browser.get(&row).await;
    // Its passwords are erased, so nothing can be asked of it before they are given again.
    page.holds(&["Completed", "Nothing failed.", "Keep the passwords"]);
    page.lacks(&["Synchronise</button>", SECRET]);
    let passwords = [("source-password", SECRET), ("destination-password", SECRET)];
    browser
        .follow(&format!("{row}/passwords"), &passwords)
        .await
        .holds(&["The passwords are kept", "Synchronise"]);
    browser.get(&format!("{row}/report.json")).await.holds(&["\"complete\": true"]);
    let list = browser.get(&format!("{row}/report.csv")).await;
    assert_eq!(list.text.lines().count(), 1 + messages(&world.old, &login(0, "old")));

    browser.get(&format!("{row}/undo")).await.holds(&["From this synchronisation point on"]);
    let preview = browser.post(&format!("{row}/undo"), &[("from", "1"), ("step", "preview")]).await;
    preview.holds(&["What would be done", "Delete these items"]);
    assert!(messages(&world.new, &login(0, "new")) > 0, "a preview deletes nothing");
    browser
        .follow(&format!("{row}/undo"), &[("from", "1"), ("step", "do")])
        .await
        .holds(&["are being deleted"]);
    browser.listen("/project/events", |told| told["counts"]["stopped"] == 1).await;
    assert_eq!(messages(&world.new, &login(0, "new")), 0);
    browser.follow(&format!("{row}/do"), &[("do", "sync")]).await;
    browser.listen("/project/events", |told| told["counts"]["done"] == 6).await;
    assert!(messages(&world.new, &login(0, "new")) > 0);

    browser.get("/project/history").await.holds(&["project created", "logged in"]);
    browser.post(&format!("{row}/erase"), &[]).await;
    assert_eq!(browser.get(&row).await.status, StatusCode::OK, "nothing is erased by a slip");
    browser.follow(&format!("{row}/erase"), &[("sure", "yes")]).await.holds(&["<b data-all>5</b>"]);
    assert_eq!(browser.get(&row).await.status, StatusCode::NOT_FOUND);
    browser.follow("/project/erase", &[("sure", "yes")]).await.holds(&["all its data are erased"]);
    let login = browser.post("/project/manage", &[("number", &number), ("password", PASSWORD)]).await;
    assert_eq!(login.status, StatusCode::UNPROCESSABLE_ENTITY);
    running.drain().await.unwrap();
}

// Would catch: a restart that loses a session, a form that was open, or a migration.
#[tokio::test]
async fn a_restart_in_the_middle_loses_nothing() {
    let world = World::new().await;
    let running = world.begin().await;
    let (mut browser, _) = filled(&world).await;
    browser.get("/project").await;
    browser.post("/project/hold", &[("do", "start")]).await;
    running.drain().await.unwrap();
    let again = House::open(&world.settings).await.unwrap();
    let running = Running::begin(&again, TcpListener::bind("127.0.0.1:0").await.unwrap(), None);
    let mut browser = browser.at(again.router());
    // The form of the page that was open before.
    assert_eq!(browser.post("/project/hold", &[("do", "start")]).await.status, StatusCode::SEE_OTHER);
    browser.listen("/project/events", |told| told["counts"]["done"] == 6).await;
    for person in 0..6 {
        let (old, new) = (&login(person, "old"), &login(person, "new"));
        assert_eq!(messages(&world.old, old), messages(&world.new, new), "{person}");
    }
    running.drain().await.unwrap();
    // Nothing on the disk knows a password.
    for file in fs::read_dir(world.dir.path().join("state")).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            let is_there = bytes.windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes());
            assert!(!is_there, "{}", path.display());
        }
    }
}

// Would catch: a change that is lost because somebody else made another one.
#[tokio::test]
async fn two_browsers_on_one_project() {
    let world = World::new().await;
    let (mut one, number) = filled(&world).await;
    let mut other = world.browser();
    other.get("/project/manage").await;
    other
        .follow("/project/manage", &[("number", &number), ("password", PASSWORD)])
        .await
        .holds(&["<b data-all>6</b>"]);
    let options = one.get("/project/options").await;
    let revision =
        options.text.split("name=\"revision\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form = |name| {
        [
            ("name", name),
            ("contact", "host@example.org"),
            ("kind", "mail"),
            ("revision", revision),
            ("migrations-at-once", "3"),
            ("requests-at-once", "5"),
            ("requests-per-server", "2"),
            ("retention-days", "30"),
        ]
    };
    other.get("/project/options").await;
    other.follow("/project/options", &form("Other")).await.holds(&["The options are saved", "Other"]);
    let late = one.post("/project/options", &form("Mine")).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    late.holds(&["Somebody else has changed the project"]);
    // Both hear how it is, the later one too, in his own language.
    other.language = "fr";
    for browser in [&mut one, &mut other] {
        assert_eq!(browser.listen("/project/events", |_| true).await["all"], 6);
    }
    other.language = "en";
    // What one asks for, the other sees; that he leaves does not log the other out.
    let row = row(&one.get("/project").await.text);
    one.follow(&format!("{row}/do"), &[("do", "stop")]).await;
    other.get("/project?state=stopped").await.holds(&["Stopped", &row]);
    one.follow("/project/leave", &[]).await;
    assert_eq!(other.get("/project").await.status, StatusCode::OK);
}

// Would catch: somebody else's migration by its number.
#[tokio::test]
async fn a_migration_is_of_its_project_alone() {
    let world = World::new().await;
    let (mut one, _) = filled(&world).await;
    let (mut other, _) = world.project().await;
    let row = row(&one.get("/project").await.text);
    other.get("/project").await;
    for path in ["", "/undo", "/report.json", "/report.csv"] {
        assert_eq!(other.get(&format!("{row}{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/do", "/passwords", "/erase", "/undo"] {
        let form = [
            ("do", "stop"),
            ("sure", "yes"),
            ("from", "1"),
            ("source-password", "x"),
            ("destination-password", "x"),
        ];
        assert_eq!(other.post(&format!("{row}{path}"), &form).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    one.get(&row).await.holds(&["Not started"]);
}

#[tokio::test]
async fn pages_filters_and_what_makes_no_sense() {
    let world = World::new().await;
    let (mut browser, _) = filled(&world).await;
    browser.get("/project?state=done").await.holds(&["There are none in this state"]);
    browser.get("/project?state=nonsense&after=18446744073709551615").await.holds(&["There are none"]);
    assert_eq!(browser.get("/project?after=x").await.status, StatusCode::NOT_FOUND);
    let first = browser.get("/project").await;
    let row = row(&first.text);
    let number = row.rsplit('/').next().unwrap().to_owned();
    let behind = browser.get(&format!("/project?after={number}")).await;
    behind.lacks(&[&format!("data-number=\"{number}\"")]);
    behind.holds(&["First page"]);
    browser.get(&row).await;
    assert_eq!(browser.post(&format!("{row}/do"), &[("do", "nonsense")]).await.status, StatusCode::NOT_FOUND);
    let page = browser.follow(&format!("{row}/do"), &[("do", "sync")]).await;
    page.holds(&["Nothing was changed"]);
}

// Would catch: one migration that is asked for something and lets all the others go; and a password that changed at its
// server and cannot be given.
#[tokio::test]
async fn what_is_asked_of_one_does_not_begin_the_others() {
    let world = World::new().await;
    let (mut browser, _) = filled(&world).await;
    let row = row(&browser.get("/project").await.text);
    browser.get(&row).await.holds(&["If one of them has changed"]);
    browser
        .follow(&format!("{row}/passwords"), &[("destination-password", "another one")])
        .await
        .holds(&["The passwords are kept"]);
    browser.post(&format!("{row}/passwords"), &[]).await;
    browser.follow(&format!("{row}/do"), &[("do", "stop")]).await;
    browser
        .follow(&format!("{row}/do"), &[("do", "resume")])
        .await
        .holds(&["That is done when the project is started"]);
    browser.get("/project").await.holds(&["The project rests"]);
    let page = browser.get("/project/options").await;
    let revision = page.text.split("name=\"revision\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let none = [("name", "Move"), ("contact", "host@example.org"), ("revision", revision)];
    let page = browser.post("/project/options", &none).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.holds(&["tick at least one"]);
}

// Would catch: a page that shows for ever what was only a moment, for a run that begins and ends between two looks changes no count.
#[tokio::test]
async fn what_begins_and_ends_between_two_looks_is_told() {
    let world = World::new().await;
    let (mut browser, _) = filled(&world).await;
    let row = row(&browser.get("/project").await.text);
    browser.follow(&format!("{row}/do"), &[("do", "stop")]).await;
    let mut eyes = browser.clone();
    let (looked, has_looked) = tokio::sync::oneshot::channel();
    let looked = std::cell::Cell::new(Some(looked));
    let is_second = |_: &serde_json::Value| match looked.take() {
        Some(looked) => looked.send(()).is_err(),
        None => true,
    };
    let passes = async {
        has_looked.await.unwrap();
        browser.follow(&format!("{row}/do"), &[("do", "resume")]).await;
        browser.follow(&format!("{row}/do"), &[("do", "stop")]).await;
    };
    let both = async { futures::join!(eyes.listen("/project/events", is_second), passes).0 };
    let told = tokio::time::timeout(Duration::from_mins(1), both).await.expect("it is told");
    assert_eq!((&told["counts"]["stopped"], &told["all"]), (&1.into(), &6.into()), "{told}");
}
