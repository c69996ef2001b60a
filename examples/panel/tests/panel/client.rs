//! A client that is generated from the document, by a program that we did not write, and drives the panel.
//!
//! openapi-python-client does that, where it was put (`cargo xtask install`, or OMM_OPENAPI_CLIENT names the folder of a Python with it).

use crate::world::{SECRET, World, login, messages};
use serde_json::json;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tokio::net::TcpListener;

/// What is generated is not ours to lay out, so that no formatter is needed.
const CONFIGURATION: &str = "post_hooks: []\npackage_name_override: panel_client\n";

/// The folder of a Python that has the generator.
fn python() -> Option<PathBuf> {
    let named = std::env::var_os("OMM_OPENAPI_CLIENT").map(PathBuf::from);
    let usual = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../openapi-client/bin");
    let found = named.unwrap_or(usual);
    if found.join("openapi-python-client").is_file() {
        return Some(found);
    }
    println!("skipped: no openapi-python-client (cargo xtask install)");
    None
}

/// Runs it to its end; what it said otherwise.
fn must(command: &mut Command, given: &str) {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(given.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", output.status);
    assert!(!said.contains(SECRET), "{said}");
}

/// Generates the client; what the generator does not understand of the document, it warns of and we fail.
fn generate(tools: &Path, document: &str, to: &Path) {
    let configuration = to.join("configuration.yml");
    fs::write(&configuration, CONFIGURATION).unwrap();
    let mut generator = Command::new(tools.join("openapi-python-client"));
    generator.args(["generate", "--url", document, "--meta", "none", "--fail-on-warning", "--overwrite"]);
    generator.arg("--config").arg(&configuration).arg("--output-path").arg(to.join("panel_client"));
    must(&mut generator, "");
}

// Would catch: a document that tells something else than the panel does: a field of another type, an answer that is not told of, two
// operations of one name.
#[tokio::test]
async fn a_client_made_from_the_document_does_everything() {
    let Some(tools) = python() else { return };
    let world = World::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let running = omm_panel::Running::begin(&world.house, listener, None);
    let (old, new) = (login(1, "old"), login(1, "new"));
    let count = messages(&world.old, &old);
    let given = json!({ "base": base, "old": old, "new": new, "secret": SECRET, "messages": count });
    let folder = world.dir.path().join("client");
    let driving = tokio::task::spawn_blocking(move || {
        fs::create_dir(&folder).unwrap();
        generate(&tools, &format!("{base}/api/v1/openapi.json"), &folder);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/panel/client.py");
        must(Command::new(tools.join("python")).arg(script).arg(&folder), &given.to_string());
    });
    driving.await.unwrap();
    assert_eq!(messages(&world.new, &new), count, "it was taken back and brought anew");
    running.drain().await.unwrap();
}
