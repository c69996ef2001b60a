//! Stories of one account and a server that says what it is told to.

use super::*;
use crate::{
    ops::GetFolder,
    tests::script::{Asked, HOST, PASSWORD, Reply, Script, fault, folder, http, no_folder, xml},
};
use omm_core::{
    error::{Effect, ErrorKind, Retry},
    host::CredentialRef,
    model::Intake,
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
}

const CHALLENGE: (&str, &str) = ("WWW-Authenticate", "Basic realm=\"mail.example\"");

fn refused_login() -> Reply {
    http(401, &[CHALLENGE], "")
}

#[test]
fn a_wrong_password_is_shown_once() {
    let world = World::new(|_| refused_login());
    for _ in 0..3 {
        let error = world.refusal();
        assert_eq!((error.kind(), error.retry_advice()), (ErrorKind::Auth, Retry::Never), "{error}");
        assert!(error.to_string().contains("check login and password"), "{error}");
        assert!(!error.to_string().contains(PASSWORD), "{error}");
    }
    assert_eq!(world.script.asked().len(), 1, "it is not shown again by who comes later");
}

#[test]
fn a_token_that_expires_is_renewed_within_a_run() {
    let mut spec = spec();
    spec.credentials = CredentialRef::Named("old,new".to_owned());
    spec.options.insert("auth".to_owned(), "bearer".to_owned());
    let mut count = 0;
    let world = World::with(spec, move |asked| {
        count += 1;
        match asked.header("authorization") {
            // The first token is good for two requests.
            Some("Bearer old") if count <= 2 => xml(folder()),
            Some("Bearer new") if count < 9 => xml(folder()),
            _ => http(401, &[("WWW-Authenticate", "Bearer")], ""),
        }
    });
    for _ in 0..6 {
        world.ask().expect("with one token or the other");
    }
    let error = world.refusal();
    assert_eq!(error.kind(), ErrorKind::Auth, "there is no third one: {error}");
    assert!(error.to_string().contains("auth=bearer"), "{error}");
    let shown: Vec<_> = world
        .script
        .asked()
        .iter()
        .filter_map(|asked| asked.header("authorization").map(str::to_owned))
        .collect();
    assert_eq!(shown.iter().filter(|said| said.ends_with("old")).count(), 3, "{shown:?}");
}

#[test]
fn a_server_that_takes_no_password_is_named_with_the_remedy() {
    for (challenges, says) in [
        (&[("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "NTLM")][..], "NTLM and Negotiate only"),
        (&[("WWW-Authenticate", "Bearer client_id=\"x\"")][..], "a token and no password"),
        (&[("WWW-Authenticate", "NTLM"), CHALLENGE][..], "check login and password"),
    ] {
        let world = World::new(move |_| http(401, challenges, ""));
        let error = world.refusal();
        assert!(error.kind() == ErrorKind::Auth && error.to_string().contains(says), "{error}");
    }
}

fn delegated() -> AccountSpec {
    let mut spec = spec();
    spec.delegate = Some("admin@mail.example".to_owned());
    spec
}

fn is_impersonated(asked: &Asked) -> bool {
    asked.body.contains("<t:PrimarySmtpAddress>anna@mail.example</t:PrimarySmtpAddress>")
}

fn names_mailbox(asked: &Asked) -> bool {
    asked.body.contains("<t:Mailbox><t:EmailAddress>anna@mail.example</t:EmailAddress></t:Mailbox>")
}

#[test]
fn an_administrator_comes_in_by_impersonation_or_by_his_access() {
    type Says = fn(&Asked) -> Reply;
    let by_role: Says = |asked| match is_impersonated(asked) {
        true => xml(folder()),
        false => xml(no_folder("ErrorItemNotFound")),
    };
    let by_access: Says = |asked| match (is_impersonated(asked), names_mailbox(asked)) {
        (true, _) => http(500, &[], fault("ErrorImpersonateUserDenied")),
        (false, true) => xml(folder()),
        (false, false) => xml(no_folder("ErrorNonExistentMailbox")),
    };
    for (says, way, tries) in [(by_role, "impersonation", 1), (by_access, "delegate-access", 2)] {
        let world = World::with(delegated(), says);
        world.ask().expect("a folder");
        let learned = world.account.learned();
        assert_eq!(learned.settings["delegation"], way);
        assert!(
            learned.remarks[0].starts_with("logs in as admin@mail.example for anna@mail.example"),
            "{learned:?}"
        );
        assert_eq!(world.script.asked().len(), tries + 1, "{way}");
        let admin = Some("Basic YWRtaW5AbWFpbC5leGFtcGxlOmdlaGVpbQ==");
        assert!(world.script.asked().iter().all(|asked| asked.header("authorization") == admin), "{way}");
        assert!(
            world
                .script
                .asked()
                .iter()
                .all(|asked| asked.header("x-anchormailbox") == Some("anna@mail.example"))
        );
        // The next run begins there.
        let mut spec = delegated();
        spec.learned = learned.settings;
        let world = World::with(spec, says);
        world.ask().expect("a folder");
        assert_eq!(world.script.asked().len(), 2, "{way}");
    }
}

#[test]
fn what_keeps_an_administrator_out_is_said_once_and_with_the_remedy() {
    type Says = fn(&Asked) -> Reply;
    let nothing: Says = |asked| match is_impersonated(asked) {
        true => http(500, &[], fault("ErrorImpersonationFailed")),
        false => xml(no_folder("ErrorAccessDenied")),
    };
    let nobody: Says = |_| xml(no_folder("ErrorNonExistentMailbox"));
    let wrong: Says = |_| refused_login();
    for (says, option, kind, words, tries) in [
        (nothing, None, ErrorKind::Auth, "ApplicationImpersonation", 2),
        (nothing, None, ErrorKind::Auth, "Add-MailboxPermission", 2),
        (nothing, Some("impersonation"), ErrorKind::Auth, "ApplicationImpersonation", 1),
        (nothing, Some("delegate-access"), ErrorKind::Auth, "Add-MailboxPermission", 1),
        (nobody, None, ErrorKind::Config, "no such mailbox", 1),
        (wrong, None, ErrorKind::Auth, "check login and password", 1),
    ] {
        let mut spec = delegated();
        spec.options.extend(option.map(|way| ("delegation".to_owned(), way.to_owned())));
        let world = World::with(spec, says);
        let error = world.refusal();
        assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
        assert_eq!(world.script.asked().len(), tries, "{error}");
    }
}

#[test]
fn cookies_go_back_to_where_they_came_from() {
    let mut is_first = true;
    let world = World::new(move |_| {
        let set =
            std::mem::take(&mut is_first).then_some(("Set-Cookie", "exchangecookie=abc; path=/; HttpOnly"));
        let headers: Vec<_> = set.into_iter().collect();
        http(200, &headers, folder())
    });
    world.ask().expect("a folder");
    world.ask().expect("a folder");
    let cookies: Vec<_> =
        world.script.asked().iter().map(|asked| asked.header("cookie").map(str::to_owned)).collect();
    assert_eq!(cookies, [None, Some("exchangecookie=abc".to_owned()), Some("exchangecookie=abc".to_owned())]);
}

#[test]
fn a_web_page_is_no_exchange() {
    let page = "<!DOCTYPE html><html><head><title>Sign in &#8211; OWA</title></head></html>";
    let world = World::new(move |_| http(200, &[("Content-Type", "text/html")], page));
    let error = world.refusal();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(
        error.to_string().contains("Sign in") && error.to_string().contains("exchange:USER@DOMAIN"),
        "{error}"
    );
}

#[test]
fn large_texts_go_by_packed_or_not() {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use std::io::Write;
    let bytes: Vec<u8> = (0..300_000_u32).flat_map(|at| at.to_le_bytes()).collect();
    let inside = folder()
        .replace("<t:DisplayName>", &format!("<t:Data>{}</t:Data><t:DisplayName>", STANDARD.encode(&bytes)));
    for packed in [false, true] {
        let (inside, mut is_first) = (inside.clone(), true);
        let world = World::new(move |_| {
            if std::mem::take(&mut is_first) {
                return xml(folder());
            }
            if !packed {
                return xml(&inside);
            }
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(inside.as_bytes()).expect("memory");
            http(200, &[("Content-Encoding", "gzip")], encoder.finish().expect("memory"))
        });
        let doing = world.account.doing::<GetFolder>("test", Scope::Folder);
        let (answer, bodies) = sim::run(&world.runtime, async {
            let intake = Intake::new(&world.account.env, world.account.env.memory.reserve(8 << 20).await);
            let folders = vec![world.account.root("inbox").await.expect("the way in")];
            world
                .account
                .call_streaming(doing, &GetFolder { folders }, |_| intake.begin(None))
                .await
                .expect("an answer")
        });
        assert_eq!((answer.len(), bodies.len()), (1, 1));
        let kept = sim::run(&world.runtime, bodies[0].to_bytes(u64::MAX)).expect("its bytes");
        assert!(kept == bytes, "packed: {packed}");
        assert_eq!(world.script.connections(), 1, "the connection is good for more");
    }
}

#[test]
fn a_small_answer_that_unpacks_to_a_large_one_meets_the_limit() {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let row = [b' '; 1 << 16];
    (0..800).for_each(|_| encoder.write_all(&row).expect("memory"));
    let bomb = encoder.finish().expect("memory");
    let world = World::new(move |_| http(200, &[("Content-Encoding", "gzip")], &bomb));
    let error = world.refusal();
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
}

#[test]
fn a_server_that_wants_a_pause_is_believed() {
    let busy = fault("ErrorServerBusy").replace(
        "</detail>",
        "<t:MessageXml><t:Value Name=\"BackOffMilliseconds\">1500</t:Value></t:MessageXml></detail>",
    );
    for (reply, pause) in [
        (http(500, &[], &busy), Retry::After(std::time::Duration::from_millis(1500))),
        (http(200, &[], &busy), Retry::After(std::time::Duration::from_millis(1500))),
        (http(503, &[("Retry-After", "30")], ""), Retry::After(std::time::Duration::from_secs(30))),
        (
            http(503, &[("Retry-After", "Thu, 01 Jan 2026 00:01:00 GMT")], ""),
            Retry::After(std::time::Duration::from_secs(60)),
        ),
        (http(429, &[], ""), Retry::Backoff),
    ] {
        let world = World::new(move |_| reply.clone());
        let error = world.refusal();
        assert_eq!(
            (error.kind(), error.reach(), error.retry_advice()),
            (ErrorKind::Throttled, Scope::Account, pause),
            "{error}"
        );
        assert!(crate::error::wants_less(&error) || pause == Retry::Backoff, "{error}");
    }
}

#[test]
fn calls_at_once_have_a_connection_each_but_one_alone_finds_the_way_in() {
    let world = World::new(|_| xml(folder()));
    let doing = world.account.doing::<GetFolder>("test", Scope::Folder);
    let ask = || async {
        let folders = vec![world.account.root("inbox").await?];
        world.account.call(doing, &GetFolder { folders }).await
    };
    let answers = sim::run(&world.runtime, futures::future::join_all((0..4).map(|_| ask())));
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(world.script.asked().len(), 5);
    assert!(world.script.connections() <= 4);
    // A password that is wrong is shown once, however many come at once.
    let world = World::new(|_| refused_login());
    let ask = || async { world.account.root("inbox").await };
    let answers = sim::run(&world.runtime, futures::future::join_all((0..4).map(|_| ask())));
    assert!(answers.iter().all(|answer| answer.as_ref().is_err_and(|error| error.kind() == ErrorKind::Auth)));
    assert_eq!(world.script.asked().len(), 1);
}

#[test]
fn a_call_that_is_dropped_takes_its_connection_along() {
    let mut count = 0;
    let world = World::new(move |_| {
        count += 1;
        // The way in, a call, and the one that hangs.
        if count == 3 { Reply::Nothing } else { xml(folder()) }
    });
    world.ask().expect("a folder");
    let doing = world.account.doing::<GetFolder>("test", Scope::Folder);
    let hangs = async {
        let folders = vec![world.account.root("inbox").await?];
        world.account.call(doing, &GetFolder { folders }).await
    };
    let asked = || world.script.asked().len() == 3;
    assert!(sim::run_until(&world.runtime, hangs, asked).is_none());
    world.ask().expect("over another connection");
    assert_eq!(world.script.connections(), 2);
}
