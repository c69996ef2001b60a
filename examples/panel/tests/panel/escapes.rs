//! What other people have named, on our pages.

use crate::world::{SECRET, World, fields, login, pair};
use omm_testkit::imap::MockMessage;

const SCRIPT: &str = "<script>alert(1)</script>";

// Would catch: a folder, a subject or a login that runs in the browser of whoever looks at the report.
#[tokio::test]
async fn no_name_is_a_script() {
    let world = World::new().await;
    let account = world.old.account(&login(3, "old"));
    account.add_folder(SCRIPT);
    account.add(
        SCRIPT,
        MockMessage::new(format!("Subject: {SCRIPT}\r\nMessage-ID: <\"{SCRIPT}\"@x>\r\n\r\nx\r\n")),
    );
    let running = world.begin().await;
    let mut browser = world.browser();
    browser.get("/migration/new").await;
    browser
        .follow("/migration/new", &fields(&pair(3), &[("contact", "host@example.org"), ("kind", "mail")]))
        .await;
    browser.listen("/project/events", |told| told["counts"]["done"] == 1).await;
    let row = browser.get("/project").await;
    let (_, rest) = row.text.split_once("/project/rows/").unwrap();
    let page = browser.get(&format!("/project/rows/{}", rest.split('"').next().unwrap())).await;
    page.holds(&["&#60;script&#62;alert(1)"]);
    page.lacks(&[SCRIPT]);
    // What is typed comes back as it was typed.
    browser.get("/migration/new").await;
    let typed = format!("\"><img src=x>{SCRIPT}@x.example");
    let mut form = pair(3);
    (form[1].1, form[2].1) = (typed.clone(), "wrong".to_owned());
    let page = browser.post("/migration/new", &fields(&form, &[("contact", &typed), ("kind", "mail")])).await;
    page.lacks(&[SCRIPT, "<img", SECRET]);
    page.holds(&["&#60;img src=x&#62;"]);
    let page = browser.get("/project?said=%3Cscript%3E&state=%3Cscript%3E").await;
    page.lacks(&["<script>"]);
    running.drain().await.unwrap();
}
