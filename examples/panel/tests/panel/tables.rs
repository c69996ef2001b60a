//! Multiple import.

use crate::{
    browser::{Browser, Page, Table},
    world::{SECRET, World, cells, fields, pair, table},
};
use axum::http::StatusCode;
use rust_xlsxwriter::Workbook;

/// A project whose servers are known, by adding its first migration.
pub(crate) async fn with_servers(world: &World) -> Browser {
    let (mut browser, _) = world.project().await;
    browser.get("/project/add").await;
    browser.follow("/project/add", &fields(&pair(0), &[("keep-servers", "yes")])).await;
    browser.get("/project/import").await;
    browser
}

pub(crate) async fn send(browser: &mut Browser, marks: &[(&str, &str)], bytes: &[u8]) -> Page {
    browser.upload("/project/import", Table { fields: marks, name: "../../form.csv", bytes }).await
}

// Would catch: good rows that are queued before anybody has seen the bad ones, and a password that is told.
#[tokio::test]
async fn bad_rows_are_shown_before_anything_is_queued() {
    let world = World::new().await;
    let mut browser = with_servers(&world).await;
    let mut bad = table(&[1, 2]);
    bad.extend(
        b"SMTP;;x@old.example;geheim-1;;;y@new.example;geheim-2;;\r\n;;;geheim-3;;;z@new.example;;;\r\n",
    );
    let page = send(&mut browser, &[], &bad).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.holds(&[
        "Nothing was queued yet",
        "no type of server",
        "source login",
        "destination password",
        "fill it in",
    ]);
    page.lacks(&["geheim", SECRET]);
    browser.get("/project").await.holds(&["<b data-all>1</b>"]);
    browser.language = "fr";
    let page = send(&mut browser, &[], &bad).await;
    page.holds(&["type de serveur inconnu", "identifiant source (vide) : absent ; renseignez-le"]);
    browser.language = "en";
    let page = send(&mut browser, &[("good-alone", "yes")], &bad).await;
    assert_eq!(page.status, StatusCode::OK);
    page.holds(&["The table was taken"]);
    browser.get("/project").await.holds(&["<b data-all>3</b>"]);
}

#[tokio::test]
async fn the_same_table_again_gives_passwords_again() {
    let world = World::new().await;
    let mut browser = with_servers(&world).await;
    send(&mut browser, &[], &table(&[1, 2, 3])).await.holds(&["The table was taken"]);
    send(&mut browser, &[], &table(&[1, 2, 3])).await.holds(&["Passwords given again"]);
    browser.get("/project").await.holds(&["<b data-all>4</b>"]);
}

#[tokio::test]
async fn sheets_and_templates() {
    let world = World::new().await;
    let mut browser = with_servers(&world).await;
    let template = browser.get("/project/template.csv").await;
    send(&mut browser, &[], template.text.as_bytes()).await.holds(&["The table was taken"]);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(cells(&[4, 5])) {
        sheet.write_row(row, 0, cells).unwrap();
    }
    send(&mut browser, &[], &book.save_to_buffer().unwrap()).await.holds(&["The table was taken"]);
    // The example of the template is nobody's.
    browser.get("/project").await.holds(&["<b data-all>3</b>"]);
    assert!(browser.get("/project/template.xlsx").await.text.starts_with("PK"));
}

#[tokio::test]
async fn what_is_no_table_is_told_with_the_remedy() {
    let world = World::new().await;
    let mut browser = with_servers(&world).await;
    for (bytes, word) in [
        (&b"geheim;geheim"[..], "no header of the form"),
        (b"PK\x03\x04nonsense", "role=\"alert\""),
        (b"", "Choose a file first"),
    ] {
        let page = send(&mut browser, &[], bytes).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text);
        page.holds(&[word]);
        page.lacks(&["geheim"]);
    }
}
