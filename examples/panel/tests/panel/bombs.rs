//! Tables that are small on their way and large in memory, sent by a visitor. What the reader does with each sort of them is shown by
//! `omm_project::import::bombs`; here it is seen that the panel asks it with limits, and answers as usual afterwards.

use crate::{
    browser::{Browser, Page},
    tables::{send, with_servers},
    world::{World, table},
};
use axum::http::StatusCode;
use std::io::{Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
/// Ten times ten times … of three letters: three gigabytes, if somebody believes it.
const LAUGHS: &str = r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;"><!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;"><!ENTITY h "&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;"><!ENTITY i "&h;&h;&h;&h;&h;&h;&h;&h;&h;&h;"><!ENTITY s SYSTEM "file:///etc/passwd">]>"#;

/// An archive of parts, each a piece that is repeated.
fn zipped(parts: &[(&str, &str, usize)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, piece, times) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        (0..*times).for_each(|_| archive.write_all(piece.as_bytes()).unwrap());
    }
    archive.finish().unwrap().into_inner()
}

async fn refused(browser: &mut Browser, bomb: &[u8]) -> Page {
    assert!(bomb.len() < 2 << 20, "it is small on its way: {}", bomb.len());
    let page = send(browser, &[], bomb).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.len() < 50_000, "{} bytes", page.text.len());
    page.holds(&["role=\"alert\""]);
    page
}

// Would catch: a panel that sets no limit, and unpacks into its memory whatever it is sent.
#[tokio::test]
async fn a_zip_bomb_is_refused_with_the_remedy() {
    let world = World::new().await;
    let mut browser = with_servers(&world).await;
    let rows = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>".repeat(25_000);
    for bomb in [
        // A sheet of 280 megabytes, and texts of 70 that its cells share, which are kept while it is read.
        zipped(&[("xl/workbook.xml", WORKBOOK, 1), ("xl/worksheets/sheet1.xml", &rows, 290)]),
        zipped(&[("xl/workbook.xml", WORKBOOK, 1), ("xl/sharedStrings.xml", &rows, 75)]),
    ] {
        refused(&mut browser, &bomb)
            .await
            .holds(&["too large once it is unpacked; save it as CSV, or divide it"]);
    }
    browser.get("/project").await.holds(&["<b data-all>1</b>"]);
    send(&mut browser, &[], &table(&[1])).await.holds(&["The table was taken"]);
}

// Would catch: entities that are put in for what they stand for, and a file of this machine among them.
#[tokio::test]
async fn an_xml_bomb_stands_for_nothing() {
    let world = World::new().await;
    let mut browser = with_servers(&world).await;
    let sheet = r#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row></sheetData></worksheet>"#;
    let shared = format!("{LAUGHS}<sst><si><t>&i;</t></si><si><t>&s;</t></si></sst>");
    let cell = "<table:table-cell office:value-type=\"string\"><text:p>&i;</text:p><text:p>&s;</text:p></table:table-cell>";
    let content = format!(
        "{LAUGHS}<office:document-content><table:table><table:table-row>{cell}</table:table-row></table:table></office:document-content>"
    );
    for bomb in [
        zipped(&[
            ("xl/workbook.xml", WORKBOOK, 1),
            ("xl/_rels/workbook.xml.rels", RELATIONS, 1),
            ("xl/sharedStrings.xml", &shared, 1),
            ("xl/worksheets/sheet1.xml", sheet, 1),
        ]),
        zipped(&[("content.xml", &content, 1)]),
    ] {
        refused(&mut browser, &bomb).await.lacks(&["lollol", "root:"]);
    }
    send(&mut browser, &[], &table(&[1])).await.holds(&["The table was taken"]);
}
