//! The contract of sources, and what a damaged file says.

use crate::connector::JsonLines;
use omm::core::{error::Scope, seam::Source};
use omm::{AccountSpec, Connector, Env, ErrorKind};
use omm_testkit::{
    conformance,
    mailbox::Mailbox,
    sim::{SimRuntime, run},
};
use serde_json::json;
use std::{fs, path::Path, sync::Arc};

/// The mailbox as such a file.
fn export(mailbox: &Mailbox) -> String {
    let mut lines = String::new();
    for folder in &mailbox.folders {
        lines += &format!("{}\n", json!({ "folder": folder.path, "role": folder.role, "kind": folder.kind }));
        for (at, item) in folder.items.iter().enumerate() {
            let body: String = item.bytes.iter().copied().map(char::from).collect();
            let line = json!({
                "folder": folder.path, "id": format!("m{at}"), "kind": item.kind, "flags": item.flags,
                "received": item.received, "body": body,
            });
            lines += &format!("{line}\n");
        }
    }
    lines
}

async fn open(path: &Path, text: &str) -> (Arc<dyn Source>, Env) {
    fs::write(path, text).expect("the file is written");
    let env = Env::new(SimRuntime::new().shared());
    let spec = AccountSpec::new("json-lines", path.to_string_lossy());
    (JsonLines.source(&spec, &env).await.expect("it opens").expect("it is a source"), env)
}

#[test]
fn it_keeps_the_source_contract() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("export.jsonl");
    let serve = |mailbox: Mailbox| {
        let path = path.clone();
        async move { open(&path, &export(&mailbox)).await }
    };
    run(&SimRuntime::new(), conformance::source::source(serve));
}

#[test]
fn a_bad_line_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = "{\"folder\":[\"Inbox\"]}\n\nnonsense\n";
    let found = run(&SimRuntime::new(), async {
        let (source, _) = open(&folder.path().join("export.jsonl"), text).await;
        source.folders().await.expect_err("it is nonsense")
    });
    assert_eq!((found.kind(), found.reach()), (ErrorKind::Malformed, Scope::Account));
    assert!(found.to_string().contains("line 3"), "{found}");
}
