//! An account on a server in memory.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::SecondsFormat;
use omm_core::{
    error::Result,
    host::{BoxFuture, CredentialProvider, CredentialRef, Env, Secret},
    model::{Role, SystemFlag},
    seam::{AccountSpec, Connector, Destination, Source, Tls},
};
use omm_ews::EwsConnector;
use omm_testkit::{
    ews::{MockEws, MockMailbox},
    mailbox::{Mailbox, MailboxFolder, MailboxItem},
    sim::SimRuntime,
};
use std::sync::Arc;

pub(crate) const ANN: &str = "ann@example.com";

/// Whoever asks gets it: it opens nothing but a server in memory.
pub(crate) struct Secrets;

impl CredentialProvider for Secrets {
    fn secret<'a>(&'a self, _: &'a CredentialRef, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<Secret>> {
        Box::pin(std::future::ready(Ok(Secret::new("secret".to_owned()))))
    }
}

/// A server with one user.
pub(crate) fn server() -> MockEws {
    MockEws::new().user(ANN, "secret")
}

fn prepared(server: MockEws, login: &str, runtime: &SimRuntime, port: u16) -> (AccountSpec, Env) {
    runtime.listen("mock.example", port, server);
    let mut env = Env::new(runtime.shared());
    env.credentials = Arc::new(Secrets);
    let mut spec = AccountSpec::new("ews", format!("http://mock.example:{port}/EWS/Exchange.asmx"));
    spec.login = login.to_owned();
    spec.tls = Tls::Off;
    (spec, env)
}

/// A source on that server, over connections in memory.
pub(crate) async fn source(server: MockEws, runtime: &SimRuntime, port: u16) -> (Arc<dyn Source>, Env) {
    source_of(server, ANN, runtime, port).await
}

/// The same for one who logs in by this name.
pub(crate) async fn source_of(
    server: MockEws,
    login: &str,
    runtime: &SimRuntime,
    port: u16,
) -> (Arc<dyn Source>, Env) {
    let (spec, env) = prepared(server, login, runtime, port);
    let source = EwsConnector::new().source(&spec, &env).await.expect("a source");
    (source.expect("Exchange can be read"), env)
}

/// A destination likewise.
pub(crate) async fn destination(
    server: MockEws,
    runtime: &SimRuntime,
    port: u16,
) -> (Arc<dyn Destination>, Env) {
    destination_of(server, ANN, runtime, port).await
}

/// The same for one who logs in by this name.
pub(crate) async fn destination_of(
    server: MockEws,
    login: &str,
    runtime: &SimRuntime,
    port: u16,
) -> (Arc<dyn Destination>, Env) {
    let (spec, env) = prepared(server, login, runtime, port);
    let destination = EwsConnector::new().destination(&spec, &env).await.expect("a destination");
    (destination.expect("Exchange can be written"), env)
}

/// Puts mail on a server.
pub(crate) fn filled(server: MockEws, mailbox: &Mailbox) -> MockEws {
    let account = server.mailbox(ANN);
    for folder in &mailbox.folders {
        let path = folder_of(folder);
        account.add_folder(&path, "IPF.Note");
        for item in &folder.items {
            put(&account, &path, item);
        }
    }
    server
}

/// The path on the server: folders that every mailbox has by their names.
pub(crate) fn folder_of(folder: &MailboxFolder) -> String {
    match folder.role {
        Some(Role::Inbox) => "inbox".to_owned(),
        Some(Role::Sent) => "sentitems".to_owned(),
        Some(Role::Drafts) => "drafts".to_owned(),
        Some(Role::Trash) => "deleteditems".to_owned(),
        Some(Role::Junk) => "junkemail".to_owned(),
        _ => folder.path.segments().collect::<Vec<_>>().join("/"),
    }
}

/// Puts a message into a folder, with its date, marks and categories.
pub(crate) fn put(account: &MockMailbox, path: &str, item: &MailboxItem) -> String {
    let received = item.received.map(|time| time.to_utc().to_rfc3339_opts(SecondsFormat::Secs, true));
    let received = received.unwrap_or_else(|| "2026-01-01T00:00:00Z".to_owned());
    let has = |flag| item.flags.contains(flag);
    let typed = |tag: &str, kind: &str, value: &str| {
        format!(
            "<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag=\"{tag}\" PropertyType=\"{kind}\"/>\
             <t:Value>{value}</t:Value></t:ExtendedProperty>"
        )
    };
    let property = |tag: &str, value: &str| typed(tag, "Integer", value);
    let mut properties = typed("0x0E06", "SystemTime", &received);
    let bits = u8::from(has(SystemFlag::Seen)) + if has(SystemFlag::Draft) { 8 } else { 0 };
    properties += &property("0x0E07", &bits.to_string());
    if has(SystemFlag::Flagged) {
        properties += &property("0x1090", "2");
    }
    if has(SystemFlag::Answered) {
        properties += &property("0x1081", "102");
    }
    let categories: String =
        item.flags.keywords().map(|word| format!("<t:String>{word}</t:String>")).collect();
    let categories =
        if categories.is_empty() { categories } else { format!("<t:Categories>{categories}</t:Categories>") };
    account.add_xml(
        path,
        &format!(
            "<t:Message><t:MimeContent>{}</t:MimeContent>{categories}{properties}<t:IsRead>{}</t:IsRead></t:Message>",
            STANDARD.encode(&item.bytes),
            has(SystemFlag::Seen),
        ),
    )
}
