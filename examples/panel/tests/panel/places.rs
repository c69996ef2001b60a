//! Which places there are, and which are none.

use crate::{
    browser::Browser,
    world::{World, fields, pair},
};
use axum::http::StatusCode;
use std::collections::BTreeSet;

// Would catch: a file of the machine, or of another place, by a name with dots.
#[tokio::test]
async fn no_path_leads_out_of_the_assets() {
    let world = World::new().await;
    for path in [
        "/assets/../Cargo.toml",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e%2fstyle.css",
        "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/assets/style.css%00",
        "/project/rows/..%2f1",
        "/project/rows/1/report.csv/..",
    ] {
        let page = world.browser().get(path).await;
        assert!(!page.status.is_success(), "{path}: {}", page.status);
    }
    assert_eq!(world.browser().get("/assets/style.css").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_language_is_remembered_and_leads_nowhere_else() {
    let world = World::new().await;
    let mut browser = world.browser();
    let page = browser.get("/language?to=fr&back=//evil.example").await;
    assert_eq!((page.status, page.place()), (StatusCode::SEE_OTHER, "/"));
    browser.get("/").await.holds(&["<html lang=\"fr\">"]);
    browser.get("/language?to=xx&back=/project/new").await;
    browser.get("/").await.holds(&["<html lang=\"fr\">"]);
}

// Would catch: a link, a form or a redirect that forgets the path under which a proxy shows the panel.
#[tokio::test]
async fn behind_a_path_every_link_leads_somewhere() {
    let world = World::with(|settings| {
        settings.base = "/mail/omm".parse().unwrap();
        settings.servers.networks.push("127.0.0.1/32".parse().unwrap());
    })
    .await;
    let mut browser = world.browser();
    for path in ["/mail/omm", "/mail/omm/"] {
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
    }
    assert_eq!(browser.get("/project/new").await.status, StatusCode::NOT_FOUND);
    browser.get("/mail/omm/project/new").await;
    browser.follow("/mail/omm/project/new", &crate::world::project("Move")).await;
    browser.get("/mail/omm/project/add").await;
    browser.follow("/mail/omm/project/add", &fields(&pair(1), &[])).await.holds(&["The migration is added"]);
    let seen = walk(&mut browser, "/mail/omm/project").await;
    assert!(seen.len() > 15, "{seen:?}");
}

/// Follows every link, and looks at where every form goes.
async fn walk(browser: &mut Browser, first: &str) -> BTreeSet<String> {
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![first.to_owned()]);
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let page = browser.get(&path).await;
        assert!(page.status.is_success() || page.status == StatusCode::SEE_OTHER, "{path}: {}", page.status);
        for mark in ["href=\"", "src=\"", "action=\"", "data-events=\""] {
            for place in page.text.split(mark).skip(1).map(|rest| rest.split('"').next().unwrap()) {
                let place = place.replace("&#38;", "&");
                assert!(
                    place.starts_with("/mail/omm/") || place == "#main" || place == "/mail/omm",
                    "{path}: {place}"
                );
                if mark == "href=\"" && place != "#main" {
                    waiting.push(place);
                }
            }
        }
    }
    seen
}

#[tokio::test]
async fn it_says_whether_it_lives_and_can_work() {
    let world = World::new().await;
    let mut browser = world.browser();
    assert_eq!(browser.get("/health").await.status, StatusCode::OK);
    assert_eq!(browser.get("/ready").await.status, StatusCode::OK);
    // Counters are for whoever runs it, on an address of their own.
    assert_eq!(browser.get("/metrics").await.status, StatusCode::NOT_FOUND);
    let mut inside = Browser::new(world.house.metrics_router());
    inside.get("/metrics").await.holds(&["omm_migrations{state=\"running\"} 0", "# EOF"]);
}
