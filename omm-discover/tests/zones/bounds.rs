//! No wait without an end, no size without a limit.

use crate::world::World;
use std::{collections::BTreeMap, time::Duration};

/// Kills: one dead server after another is waited for.
#[test]
fn a_world_that_never_answers_takes_as_long_as_one_dead_server() {
    let zone: Vec<String> =
        ["", "_imaps._tcp.", "_imap._tcp.", "_pop3s._tcp.", "_pop3._tcp.", "_autodiscover._tcp."]
            .iter()
            .map(|label| format!("{label}example.org SILENT"))
            .collect();
    let hosts = ["autoconfig", "autodiscover", "imap", "mail", "pop", "pop3"]
        .map(|label| format!("{label}.example.org"));
    let mut servers = Vec::new();
    for host in hosts.iter().map(String::as_str).chain(["example.org"]) {
        servers.extend([80, 443, 993, 143, 995, 110].map(|port| format!("silent {host}:{port}")));
    }
    let world = World::new(&zone, &servers, &BTreeMap::new());
    let found = world.discover("anna@example.org");
    assert!(found.candidates.is_empty(), "{found:#?}");
    assert_eq!(found.notes, ["no question about example.org was answered: no name server answered in time"]);
    // Lookups, documents twice, probes of guesses: each of the steps once, however many are silent in it.
    assert_eq!(world.clock.elapsed(), Duration::from_secs(20));
}

/// Kills: a document, or a head, that grows for ever.
#[test]
fn large_documents_and_many_redirects_are_given_up() {
    let url = "https://autoconfig.example.org/mail/config-v1.1.xml".to_owned();
    let server = "<incomingServer type='imap'><hostname>imap.example.org</hostname></incomingServer>";
    let document = |padding: usize| {
        format!("<clientConfig><emailProvider>{server}{}</emailProvider></clientConfig>", " ".repeat(padding))
    };
    for (body, found) in [
        (document(0), 1),
        (document(200 << 10), 1),
        (document(300 << 10), 0),
        (format!("redirect:{url}"), 0),
        (format!("redirect:/{}", "x".repeat(100 << 10)), 0),
    ] {
        let world = World::new(&[], &[], &BTreeMap::from([(url.clone(), body)]));
        let discovered = world.discover("anna@example.org");
        assert_eq!(discovered.candidates.len(), found, "{discovered:#?}");
        // What is given up was never held whole: nothing is said about its content.
        assert!(discovered.notes.is_empty(), "{discovered:#?}");
    }
}

/// Kills: the address goes out in the clear, where anybody may read it.
#[test]
fn the_address_is_told_over_tls_only() {
    let plain = "http://autoconfig.example.org/mail/config-v1.1.xml".to_owned();
    let secure = "https://autoconfig.example.org/mail/config-v1.1.xml".to_owned();
    for (url, is_told) in [(plain, false), (secure, true)] {
        let world = World::new(&[], &[], &BTreeMap::from([(url, "status:404 Not Found".to_owned())]));
        world.discover("anna+x@example.org");
        assert_eq!(
            world.heard().contains("emailaddress=anna%2Bx%40example.org"),
            is_told,
            "{}",
            world.heard()
        );
        assert_eq!(world.heard().contains("anna"), is_told);
    }
}

/// Kills: a provider's name servers and web servers hear of every address that the table knows anyway.
#[test]
fn a_large_provider_is_not_asked_about() {
    let world = World::new(&[], &["imap imap.gmail.com:993".to_owned()], &BTreeMap::new());
    world.discover("anna@gmail.com");
    let contacted: Vec<String> = world.contacted().into_iter().collect();
    assert_eq!(contacted, ["imap.gmail.com"]);
}
