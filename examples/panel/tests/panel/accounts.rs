//! Single accounts: added to a project, or moved alone.

use crate::world::{PASSWORD, SECRET, World, fields, login, messages, pair};
use axum::http::StatusCode;

const CONTACT: [(&str, &str); 2] = [("contact", "host@example.org"), ("kind", "mail")];

// Would catch: a migration that starts with a wrong password, and a page that gives the password back.
#[tokio::test]
async fn wrong_accounts_are_told_beside_the_field_and_nothing_is_made() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.get("/migration/new").await;
    let mut wrong = pair(1);
    wrong[2].1 = "geheim-und-falsch".to_owned();
    let page = browser.post("/migration/new", &fields(&wrong, &CONTACT)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.holds(&["id=\"source-password-wrong\"", &login(1, "old")]);
    page.lacks(&["geheim-und-falsch", SECRET, "id=\"destination-password-wrong\""]);
    assert_eq!(browser.get("/project").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_is_missing_is_told_beside_the_field() {
    let world = World::new().await;
    let (mut browser, _) = world.project().await;
    browser.get("/project/add").await;
    let empty =
        [("source-type", "imap"), ("source-login", "anna"), ("destination-type", "pop"), ("start", "soon")];
    let page = browser.post("/project/add", &empty).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.holds(&["id=\"source-password-wrong\"", "id=\"destination-login-wrong\""]);
    let line_break =
        [("source-type", "imap"), ("source-login", "anna\r\nIMAP;evil"), ("source-password", "a\nb")];
    let page = browser.post("/project/add", &line_break).await;
    page.holds(&["id=\"source-login-wrong\"", "id=\"source-password-wrong\""]);
}

// Would catch: a visitor who has us talk to the provider's own network, by whatever type of server.
#[tokio::test]
async fn private_addresses_are_refused() {
    let world = World::with(|_| ()).await;
    let mut browser = world.browser();
    browser.get("/migration/new").await;
    let port = world.servers[0].port();
    for (kind, server) in [
        ("imap", format!("127.0.0.1:{port}")),
        ("imap", format!("localhost:{port}")),
        ("imap", format!("imap://[::ffff:127.0.0.1]:{port}")),
        ("pop", format!("127.0.0.1:{port}")),
        ("exchange", format!("https://127.0.0.1:{port}/EWS/Exchange.asmx")),
        ("exchange", format!("https://localhost:{port}/EWS/Exchange.asmx")),
    ] {
        let mut form = pair(1);
        form[0].1 = kind.to_owned();
        form.push(("source-server", server.clone()));
        let page = browser.post("/migration/new", &fields(&form, &CONTACT)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind} {server}");
        page.holds(&["id=\"source-server-wrong\""]);
    }
    assert_eq!(world.old.counters().connections, 0);
    assert_eq!(world.new.counters().connections, 0);
}

// Would catch: a check of addresses that is made when a form is sent, and not when a server is dialled.
#[tokio::test]
async fn nor_does_the_worker_dial_them() {
    let world = World::with(|_| ()).await;
    let running = world.begin().await;
    let (mut browser, _) = world.project().await;
    browser.get("/project/add").await;
    // Nobody asks for a look before.
    browser.follow("/project/add", &fields(&pair(1), &[])).await.holds(&["The migration is added"]);
    browser.follow("/project/hold", &[("do", "start")]).await;
    let is_over = |told: &serde_json::Value| {
        ["scheduled", "paused", "failed"].iter().any(|state| told["counts"][state] == 1)
    };
    browser.listen("/project/events", is_over).await;
    assert_eq!(world.old.counters().connections + world.new.counters().connections, 0);
    running.drain().await.unwrap();
}

// The whole way of one account: made, followed, found again by its number and source account, erased.
#[tokio::test]
async fn one_account_moves_and_is_found_again() {
    let world = World::new().await;
    let running = world.begin().await;
    let mut browser = world.browser();
    browser.get("/migration/new").await;
    let page = browser.follow("/migration/new", &fields(&pair(2), &CONTACT)).await;
    page.holds(&["The migration is on its way", &login(2, "old"), &login(2, "new")]);
    let number = crate::world::number(&page);
    browser.listen("/project/events", |told| told["counts"]["done"] == 1).await;
    let mut later = world.browser();
    later.get("/migration/track").await;
    let wrong = later.post("/migration/track", &[("number", &number), ("source", &login(1, "old"))]).await;
    wrong.holds(&["There is no migration of this ID and source account"]);
    let source = login(2, "old").to_uppercase();
    let page =
        later.follow("/migration/track", &[("number", &number.to_uppercase()), ("source", &source)]).await;
    page.holds(&["Completed", "<b data-all>1</b>"]);
    assert_eq!(messages(&world.new, &login(2, "new")), messages(&world.old, &login(2, "old")));
    // No project of somebody else's is opened so.
    let mut stranger = world.browser();
    stranger.get("/project/manage").await;
    let page = stranger.post("/project/manage", &[("number", &number), ("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    running.drain().await.unwrap();
}
