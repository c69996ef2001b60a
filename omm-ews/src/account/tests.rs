//! Stories of one account and a server that says what it is told to.

use super::*;
use crate::{
    ops::GetFolder,
    script::{Asked, HOST, PASSWORD, Reply, Script, envelope_of, fault, folder, http, no_folder, xml},
};
use omm_core::{
    error::{Effect, ErrorKind, Retry},
    host::CredentialRef,
    seam::{AccountSpec, Tls},
};
use omm_testkit::sim;

fn spec() -> AccountSpec {
    let mut spec = AccountSpec::new("ews", format!("http://{HOST}/EWS/Exchange.asmx"));
    "anna@mail.example".clone_into(&mut spec.login);
    spec.credentials = CredentialRef::Named(PASSWORD.to_owned());
    spec.tls = Tls::Off;
    spec
}

struct World {
    script: Script,
    runtime: omm_testkit::sim::SimRuntime,
    account: Account,
}

impl World {
    fn new(says: impl FnMut(&Asked) -> Reply + Send + 'static) -> Self {
        Self::with(spec(), says)
    }

    fn with(spec: AccountSpec, says: impl FnMut(&Asked) -> Reply + Send + 'static) -> Self {
        let script = Script::new(says);
        let (runtime, env) = script.env();
        let config = Config::read(&spec, Side::Source).expect("a good specification");
        Self { script, runtime, account: Account::new(config, Side::Source, &env) }
    }

    /// Asks for one folder; how many items it says to have.
    fn ask(&self) -> Result<Option<u64>> {
        let doing = self.account.doing::<GetFolder>("list folders", Scope::Folder);
        sim::run(&self.runtime, async {
            let folder = self.account.root("inbox").await?;
            let answer = self.account.call(doing, &GetFolder { folders: vec![folder] }).await?;
            answer
                .into_iter()
                .next()
                .expect("one answer")
                .map(|folder| folder.items)
                .map_err(|no| doing.refused(&no))
        })
    }

    fn refusal(&self) -> Error {
        self.ask().expect_err("it is refused")
    }
}

#[test]
fn one_connection_serves_one_request_after_the_other() {
    let world = World::new(|_| xml(folder()));
    for _ in 0..3 {
        assert_eq!(world.ask().expect("a folder"), Some(3));
    }
    let asked = world.script.asked();
    // The first one finds out the way in.
    assert_eq!((asked.len(), world.script.connections()), (4, 1));
    let Asked { line, body, .. } = &asked[1];
    assert_eq!(line, "POST /EWS/Exchange.asmx HTTP/1.1");
    assert!(body.contains("Version=\"Exchange2013_SP1\"") && body.ends_with("</s:Envelope>"), "{body}");
    for (name, value) in [
        ("host", HOST),
        ("authorization", "Basic YW5uYUBtYWlsLmV4YW1wbGU6Z2VoZWlt"),
        ("content-type", "text/xml; charset=utf-8"),
        ("soapaction", "\"http://schemas.microsoft.com/exchange/services/2006/messages/GetFolder\""),
        ("x-anchormailbox", "anna@mail.example"),
        ("accept-encoding", "gzip"),
        ("x-preferserveraffinity", "true"),
    ] {
        assert_eq!(asked[1].header(name), Some(value), "{name}");
    }
    let ids: std::collections::BTreeSet<_> =
        asked.iter().filter_map(|one| one.header("client-request-id")).collect();
    assert_eq!(ids.len(), 4, "each request has an id of its own");
}

#[test]
fn an_idle_connection_that_ended_is_replaced_without_a_word() {
    let world = World::new(|_| xml(folder()));
    world.ask().expect("a folder");
    world.script.hang_up();
    world.ask().expect("over another connection");
    world.script.go_deaf();
    world.ask().expect("nothing of it was said over the old one");
    assert_eq!((world.script.connections(), world.script.asked().len()), (3, 4));
}

#[test]
fn a_request_whose_answer_is_lost_is_not_repeated() {
    for reply in [
        Reply::SayAndClose(Vec::new()),
        Reply::SayAndClose(b"HTTP/1.1 200 x\r\nContent-Length: 999\r\n\r\n<a>".to_vec()),
        Reply::Nothing,
    ] {
        let mut replies = vec![reply, xml(folder())];
        let world = World::new(move |_| replies.pop().expect("no third request"));
        let error = world.refusal();
        let found = (error.kind(), error.retry_advice(), error.effect());
        assert_eq!(found, (ErrorKind::Unreachable, Retry::Backoff, Effect::None), "{error}");
        assert_eq!(world.script.asked().len(), 2, "{error}");
    }
}

#[test]
fn the_schema_is_found_out_and_learned() {
    let newer = |asked: &Asked| asked.body.contains("2013") || asked.body.contains("2010_SP2");
    for told in [None, Some([14, 1, 218, 11])] {
        let world = World::new(move |asked| match told {
            Some(build) if newer(asked) => http(500, &[("Content-Type", "text/xml")], {
                fault("ErrorSchemaValidation").replace(
                    "MajorVersion=\"15\" MinorVersion=\"1\"",
                    &format!("MajorVersion=\"{}\" MinorVersion=\"{}\"", build[0], build[1]),
                )
            }),
            None if newer(asked) => {
                http(500, &[], fault("ErrorInvalidServerVersion").replace("h:ServerVersionInfo", "h:x"))
            }
            _ => xml(folder().replace("h:ServerVersionInfo", "h:x")),
        });
        world.ask().expect("a folder");
        let learned = world.account.learned();
        assert_eq!(learned.settings["version"], "Exchange2010_SP1", "{told:?}");
        let tries = if told.is_some() { 2 } else { 4 };
        assert_eq!(world.script.asked().len(), tries + 1, "{told:?}");
        // The next run begins there.
        let mut spec = spec();
        spec.learned = learned.settings;
        let world = World::with(spec, |asked| {
            assert!(asked.body.contains("Exchange2010_SP1"));
            xml(folder().replace("h:ServerVersionInfo", "h:x"))
        });
        world.ask().expect("a folder");
    }
    // A server that was renewed meanwhile.
    let mut spec = spec();
    spec.learned.insert("version".to_owned(), "Exchange2010".to_owned());
    let world = World::with(spec, |_| xml(folder()));
    world.ask().expect("a folder");
    assert_eq!(world.account.facts().version, Some(Version::E2013Sp1));
    let _ = envelope_of;
    let _ = no_folder;
}
