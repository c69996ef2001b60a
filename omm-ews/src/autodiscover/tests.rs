//! Stories of a mail domain and the servers that it names.

use crate::{
    account::Account,
    config::Config,
    ops::GetFolder,
    tests::script::{Asked, PASSWORD, Reply, Script, folder, http, xml},
};
use omm_core::{
    error::{ErrorKind, Result, Scope, Side},
    host::{BoxFuture, CredentialRef},
    seam::{AccountSpec, Learned},
};
use omm_net::{Mx, Names, Srv};
use omm_testkit::{ca::TestCa, sim};
use std::{io, sync::Arc};

const BASIC: (&str, &str) = ("WWW-Authenticate", "Basic realm=\"x\"");
const EWS: &str = "https://mail.corp.example/EWS/Exchange.asmx";

/// The records of the test: one SRV, or none.
struct Zone(Option<(&'static str, u16)>);

impl Names for Zone {
    fn mail_exchangers<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<Mx>>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    fn services<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<Srv>>> {
        assert_eq!(name, "_autodiscover._tcp.corp.example");
        let record =
            self.0.map(|(target, port)| Srv { priority: 0, weight: 0, port, target: target.to_owned() });
        Box::pin(std::future::ready(Ok(record.into_iter().collect())))
    }
}

fn spec() -> AccountSpec {
    let mut spec = AccountSpec::new("exchange", "corp.example");
    "anna@corp.example".clone_into(&mut spec.login);
    spec.credentials = CredentialRef::Named(PASSWORD.to_owned());
    spec
}

/// What a world with these hosts behind TLS, and these in the clear, says to a question.
fn visit(
    spec: &AccountSpec,
    zone: Zone,
    protected: &[&str],
    in_clear: &[&str],
    says: impl FnMut(&Asked) -> Reply + Send + 'static,
) -> (Result<Learned>, Vec<Asked>) {
    let script = Script::new(says);
    let (runtime, env) = script.env();
    let ca = TestCa::new();
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), ca.pem()).expect("a file");
    script.protect(&runtime, &ca, protected);
    in_clear.iter().for_each(|host| runtime.listen(host, 80, script.clone()));
    let mut spec = spec.clone();
    spec.ca_file = Some(file.path().to_owned());
    let config = Config::read(&spec, Side::Source).expect("a good specification");
    let account = Account::new(config, Side::Source, &env).asking(Some(Arc::new(zone)));
    let doing = account.doing::<GetFolder>("list folders", Scope::Folder);
    let found = sim::run(&runtime, async {
        let folders = vec![account.root("inbox").await?];
        account.call(doing, &GetFolder { folders }).await?;
        Ok(account.learned())
    });
    (found, script.asked())
}

fn pox(account: &str) -> Reply {
    xml(format!("<Autodiscover><Response><Account>{account}</Account></Response></Autodiscover>"))
}

fn settings() -> Reply {
    pox(&format!("<Action>settings</Action><Protocol><Type>EXPR</Type><EwsUrl>{EWS}</EwsUrl></Protocol>"))
}

/// Says this to whoever shows the password, and asks for it before.
fn after_login(asked: &Asked, reply: Reply) -> Reply {
    if asked.header("authorization").is_some() { reply } else { http(401, &[BASIC], "") }
}

fn is_ews(asked: &Asked) -> bool {
    asked.line.contains("/EWS/Exchange.asmx")
}

fn hosts(asked: &[Asked]) -> Vec<String> {
    let told = |asked: &Asked| {
        let login = if asked.header("authorization").is_some() { "!" } else { "" };
        format!("{}{login}", asked.header("host").unwrap_or_default())
    };
    asked.iter().map(told).collect()
}

#[test]
fn the_domain_s_own_hosts_are_asked_and_the_result_is_learned() {
    let all = ["corp.example", "autodiscover.corp.example", "mail.corp.example"];
    for first in ["corp.example", "autodiscover.corp.example"] {
        let (found, asked) = visit(&spec(), Zone(None), &all, &[], move |asked| match asked.header("host") {
            _ if is_ews(asked) => xml(folder()),
            Some(host) if host == first => {
                assert!(asked.body.contains("<EMailAddress>anna@corp.example</EMailAddress>"));
                after_login(asked, settings())
            }
            _ => http(404, &[("Content-Type", "text/html")], "<html>no</html>"),
        });
        let learned = found.expect("a way in").settings;
        assert_eq!(learned["url"], EWS, "{first}");
        let hosts = hosts(&asked);
        assert!(hosts.contains(&format!("{first}!")), "{hosts:?}");
        assert!(
            first == "corp.example" || !hosts.contains(&"corp.example!".to_owned()),
            "no password for a web site"
        );
        // The next run asks nobody.
        let mut spec = spec();
        spec.learned = learned;
        let (found, asked) = visit(&spec, Zone(None), &all, &[], |_| xml(folder()));
        assert!(found.is_ok() && asked.iter().all(is_ews), "{asked:?}");
    }
}

#[test]
fn soap_is_asked_where_the_plain_form_is_not_there() {
    let (found, asked) = visit(&spec(), Zone(None), &["corp.example", "mail.corp.example"], &[], |asked| {
        if is_ews(asked) {
            return xml(folder());
        }
        if !asked.line.contains(".svc") {
            return http(404, &[], "");
        }
        assert!(asked.body.contains("<a:Mailbox>anna@corp.example</a:Mailbox>"));
        let setting = format!("<UserSetting><Name>ExternalEwsUrl</Name><Value>{EWS}</Value></UserSetting>");
        after_login(
            asked,
            xml(format!(
                "<s:Envelope><s:Body><GetUserSettingsResponseMessage><Response><ErrorCode>NoError</ErrorCode><UserResponses>\
             <UserResponse><ErrorCode>NoError</ErrorCode><UserSettings>{setting}</UserSettings></UserResponse></UserResponses>\
             </Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>"
            )),
        )
    });
    assert_eq!(found.expect("a way in").settings["url"], EWS, "{asked:?}");
}

#[test]
fn a_redirect_in_clear_and_a_record_lead_only_where_a_password_may_go() {
    for (target, is_found) in
        [("mail.corp.example", true), ("ex5.mail.ovh.net", true), ("evil.example", false)]
    {
        for by_record in [false, true] {
            let zone = Zone(by_record.then_some((target, 443)));
            let in_clear: &[&str] = if by_record { &[] } else { &["autodiscover.corp.example"] };
            let location = format!("https://{target}/autodiscover/autodiscover.xml");
            let (found, asked) =
                visit(&spec(), zone, &["mail.corp.example", target], in_clear, move |asked| {
                    match asked.header("host") {
                        _ if is_ews(asked) => xml(folder()),
                        Some("autodiscover.corp.example") => {
                            assert!(asked.line.starts_with("GET") && asked.header("authorization").is_none());
                            http(302, &[("Location", &location)], "")
                        }
                        _ => after_login(asked, settings()),
                    }
                });
            assert_eq!(found.is_ok(), is_found, "{target} {by_record}: {found:?}");
            if let Err(error) = found {
                assert_eq!(error.kind(), ErrorKind::Config);
                assert!(error.to_string().contains("write ews:https://evil.example/EWS"), "{error}");
                assert!(
                    !hosts(&asked).iter().any(|host| host.starts_with("evil")),
                    "it hears nothing at all"
                );
            }
        }
    }
}

#[test]
fn whoever_sends_us_on_is_followed_a_few_times_and_never_without_tls() {
    let own = ["corp.example", "mail.corp.example", "other.example", "autodiscover.other.example"];
    // To another address, whose domain is asked.
    let (found, _) = visit(&spec(), Zone(None), &own, &[], |asked| match asked.header("host") {
        _ if is_ews(asked) => xml(folder()),
        Some("corp.example") => after_login(asked, pox("<RedirectAddr>anna@other.example</RedirectAddr>")),
        _ => {
            assert!(asked.body.contains("anna@other.example"));
            after_login(asked, settings())
        }
    });
    assert!(found.is_ok(), "{found:?}");
    // To another server, by both kinds of redirect.
    let to = "https://other.example/autodiscover/autodiscover.xml";
    for (status, header) in [(302, "Location"), (307, "Location"), (451, "X-MS-Location"), (200, "")] {
        let (found, _) = visit(&spec(), Zone(None), &own, &[], move |asked| match asked.header("host") {
            _ if is_ews(asked) => xml(folder()),
            Some("corp.example") if status == 200 => {
                after_login(asked, pox(&format!("<RedirectUrl>{to}</RedirectUrl>")))
            }
            Some("corp.example") => http(status, &[(header, to)], ""),
            _ => after_login(asked, settings()),
        });
        assert!(found.is_ok(), "{status}: {found:?}");
    }
    // To and fro, and out of TLS.
    for to in ["https://corp.example/autodiscover/autodiscover.xml?again", "http://corp.example/x"] {
        let mut count = 0;
        let (found, asked) = visit(&spec(), Zone(None), &own, &["corp.example"], move |_| {
            count += 1;
            http(302, &[("Location", &format!("{to}{count}"))], "")
        });
        let error = found.expect_err("nobody knows");
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        assert!(asked.len() < 9 && hosts(&asked).iter().all(|host| !host.contains('!')), "{asked:?}");
    }
}

#[test]
fn a_wrong_password_and_an_unknown_mailbox_end_the_search() {
    let own = ["corp.example", "autodiscover.corp.example"];
    let (found, asked) = visit(&spec(), Zone(None), &own, &[], |_| http(401, &[BASIC], ""));
    assert_eq!(found.expect_err("it is wrong").kind(), ErrorKind::Auth);
    assert_eq!(hosts(&asked), ["corp.example", "corp.example!"], "no other host is shown it");
    let (found, asked) =
        visit(&spec(), Zone(None), &own, &[], |_| http(401, &[("WWW-Authenticate", "NTLM")], ""));
    let error = found.expect_err("we do not speak it");
    assert!(error.to_string().contains("NTLM and Negotiate only"), "{error}");
    assert_eq!(hosts(&asked), ["corp.example"]);
    let (found, _) = visit(&spec(), Zone(None), &own, &[], |asked| {
        let no =
            "<Error><ErrorCode>500</ErrorCode><Message>The email address can't be found.</Message></Error>";
        after_login(asked, xml(format!("<Autodiscover><Response>{no}</Response></Autodiscover>")))
    });
    let error = found.expect_err("it is unknown");
    assert!(error.kind() == ErrorKind::NotFound && error.to_string().contains("can't be found"), "{error}");
}
