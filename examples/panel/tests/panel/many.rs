//! A project with many migrations: `OMM_PANEL_ROWS` says how many. With `--nocapture` it says what a page takes.

use crate::{
    browser::Browser,
    world::{PASSWORD, World},
};
use omm::{
    AccountSpec, Omm, TokioRuntime,
    project::{
        project::ProjectId,
        store::{By, NewMigration, Projects, State},
    },
};
use std::{collections::BTreeSet, time::Instant};

fn asked() -> u64 {
    std::env::var("OMM_PANEL_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(350)
}

/// Rows that the worker has nothing to do with: the project is held.
async fn fill(world: &World, id: &str, rows: u64) {
    let omm = Omm::builder(TokioRuntime::current().unwrap())
        .state_dir(&world.settings.state_dir)
        .open()
        .await
        .unwrap();
    let (projects, id) = (omm.projects().await.unwrap(), ProjectId::parse(id).unwrap());
    let by = By::host(chrono::Utc::now());
    let account = |server: &str, at: u64| {
        let mut account = AccountSpec::new("imap", format!("{server}.example"));
        account.login = format!("person{at}@{server}.example");
        account
    };
    let mut at = 0;
    while at < rows {
        let count = (rows - at).min(1000);
        let first = projects.reserve(count).await.unwrap();
        let new = (0..count)
            .map(|own| NewMigration::new(first.plus(own), account("old", at + own), account("new", at + own)))
            .collect();
        projects.add(&id, new, &by).await.unwrap();
        let stopped = omm::project::store::Change::State(State::Stopped, None);
        projects.change_migrations(&id, vec![(first, stopped)], &by).await.unwrap();
        at += count;
    }
}

async fn told(browser: &mut Browser, path: &str) {
    let mut took = Vec::new();
    for _ in 0..5 {
        let begin = Instant::now();
        browser.get(path).await;
        took.push(begin.elapsed());
    }
    took.sort();
    println!("{path}: {:?}", took[2]);
}

/// All rows in the order of the pages, and how many pages there were.
async fn paged(browser: &mut Browser, first: &str, rows: u64) -> (Vec<u64>, u64) {
    let (mut path, mut seen, mut known, mut pages) = (first.to_owned(), Vec::new(), BTreeSet::new(), 0);
    loop {
        let page = browser.get(&path).await;
        page.holds(&[&format!("<b data-all>{rows}</b>")]);
        for row in page.text.split("data-number=\"").skip(1) {
            let number: u64 = row.split('"').next().unwrap().parse().unwrap();
            assert!(known.insert(number), "{number} twice");
            seen.push(number);
        }
        pages += 1;
        let Some((_, next)) = page.text.split_once("rel=\"next\" href=\"") else { return (seen, pages) };
        path = next.split('"').next().unwrap().replace("&#38;", "&");
    }
}

// Would catch: a page that costs what the project is large, and pages that lose a row or show one twice.
#[tokio::test]
async fn every_row_is_on_one_page() {
    let world = World::new().await;
    let (mut browser, number) = world.project().await;
    let rows = asked();
    fill(&world, &number, rows).await;
    let (seen, pages) = paged(&mut browser, "/project", rows).await;
    assert_eq!((seen.len() as u64, pages), (rows, rows.div_ceil(100)));
    let (mut newest, _) = paged(&mut browser, "/project?order=newest", rows).await;
    newest.reverse();
    assert!(newest == seen && seen.is_sorted(), "both orders have all of them");
    let stopped = browser.get("/project?state=stopped").await;
    assert_eq!(stopped.text.matches("data-number").count() as u64, rows.div_ceil(1000).min(100));
    let last = seen.last().unwrap();
    let middle = last - rows / 2;
    for path in [
        "/project".to_owned(),
        format!("/project?after={middle}"),
        "/project?state=stopped".to_owned(),
        "/project?state=done".to_owned(),
        format!("/project/rows/{middle}"),
        "/project/options".to_owned(),
        "/project/history".to_owned(),
    ] {
        told(&mut browser, &path).await;
    }
    let mut other = world.browser();
    other.get("/project/manage").await;
    other.follow("/project/manage", &[("number", &number), ("password", PASSWORD)]).await;
}
