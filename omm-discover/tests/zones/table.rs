//! The published table: `table.toml`, each row a test of its own kind.

use crate::world::World;
use omm_discover::{Candidate, Discovery, LoginForm};
use serde::Deserialize;
use std::collections::BTreeMap;

const TABLE: &str = include_str!("table.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    address: String,
    #[serde(default)]
    zone: Vec<String>,
    #[serde(default)]
    servers: Vec<String>,
    #[serde(default)]
    documents: BTreeMap<String, String>,
    #[serde(default)]
    central_database: bool,
    expect: Vec<String>,
    /// Each must be in some remark or note.
    #[serde(default)]
    said: Vec<String>,
    /// What `auto:` takes, or after `!` why it takes nothing.
    best: String,
}

fn rows() -> Vec<Row> {
    toml::from_str::<Table>(TABLE).expect("the table can be read").row
}

/// A candidate as the table writes it.
fn written(candidate: &Candidate) -> String {
    let kind = candidate.server_type.name();
    let tls = match candidate.tls {
        omm_core::seam::Tls::Required => "tls",
        omm_core::seam::Tls::StartTls => "starttls",
        _ => "clear",
    };
    let login = match candidate.login_form {
        LoginForm::Address => "address".to_owned(),
        LoginForm::LocalPart => "local-part".to_owned(),
        _ => candidate.login.clone(),
    };
    let confirm = if candidate.needs_confirmation { " confirm" } else { "" };
    format!(
        "{kind} {}:{} {tls} login={login} {} {} {}{confirm}",
        candidate.host,
        candidate.port,
        candidate.source.name(),
        candidate.sureness.name(),
        candidate.seen.name()
    )
}

fn play(row: &Row) -> (World, Discovery) {
    let mut world = World::new(&row.zone, &row.servers, &row.documents);
    world.options.central_database = row.central_database;
    let found = world.discover(&row.address);
    (world, found)
}

#[test]
fn every_row_of_the_table() {
    let rows = rows();
    assert!(rows.len() >= 25, "{} rows", rows.len());
    for row in &rows {
        let (world, found) = play(row);
        let list: Vec<_> = found.candidates.iter().map(written).collect();
        assert_eq!(list, row.expect, "{}\n{:#?}", row.name, found);
        let best = match found.best(&["imap", "pop3"]) {
            Ok(best) => best.address(),
            Err(error) => format!("!{error}"),
        };
        match row.best.strip_prefix('!') {
            Some(why) => assert!(best.starts_with('!') && best.contains(why), "{}: {best}", row.name),
            None => assert_eq!(best, row.best, "{}", row.name),
        }
        let all = serde_json::to_string(&found).expect("it can be written");
        for said in &row.said {
            assert!(all.contains(said), "{}: {said:?} not in {all}", row.name);
        }
        no_login_was_tried(row, &world);
        nothing_bad_is_best_silently(row, &found);
    }
}

/// Kills: a probe that logs in "only to see". The servers panic at other words too; this looks at the bytes.
fn no_login_was_tried(row: &Row, world: &World) {
    let heard = world.heard().to_ascii_uppercase();
    for word in ["LOGIN", "AUTHENTICATE", "USER ", "PASS", "APOP", "AUTHORIZATION", "BASIC", "NTLM"] {
        assert!(!heard.contains(word), "{}: {word} in {heard}", row.name);
    }
    for line in heard.lines() {
        let is_known = ["A CAPABILITY", "B STARTTLS", "Z LOGOUT", "CAPA", "STLS", "QUIT", ""].contains(&line)
            || ["GET /", "HOST: ", "USER-AGENT: OMM", "ACCEPT: */*"]
                .iter()
                .any(|head| line.starts_with(head));
        assert!(is_known, "{}: {line:?}", row.name);
    }
}

fn nothing_bad_is_best_silently(row: &Row, found: &Discovery) {
    let Some(first) = found.candidates.first() else { return };
    let is_bad = matches!(first.seen.name(), "cleartext" | "untrusted");
    if is_bad {
        let loud = first.seen.sentence();
        assert!(loud.starts_with("NO ENCRYPTION: ") || loud.starts_with("NOT TRUSTED: "), "{loud}");
        assert!(found.best(&["imap", "pop3", "ews"]).is_err(), "{}", row.name);
        assert!(!found.candidates.iter().any(|other| other.seen.is_good()), "{}", row.name);
    }
}

/// Kills: somebody is told the domain who has nothing to do with it.
#[test]
fn only_whom_the_address_implies_is_contacted() {
    for row in rows() {
        let (world, found) = play(&row);
        let domain = found.address.rsplit('@').next().expect("an address").to_owned();
        let mut named: Vec<String> = row.documents.values().cloned().collect();
        named.extend(row.zone.iter().cloned());
        let named = named.concat();
        for host in world.contacted() {
            let is_central = host == "autoconfig.thunderbird.net";
            assert!(!is_central || row.central_database, "{}: {host}", row.name);
            let is_operator = host.strip_prefix("autoconfig.").is_some_and(|above| named.contains(above));
            let is_candidate = found.candidates.iter().any(|candidate| candidate.host == host);
            let is_implied = host.ends_with(&domain) || named.contains(&host) || is_operator;
            assert!(is_implied || is_candidate || is_central, "{}: {host}", row.name);
        }
    }
}
