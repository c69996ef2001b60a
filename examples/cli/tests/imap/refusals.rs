//! Who is not let in is told why in one clear line, with the remedy and the right exit code.

use crate::{
    post::{between, in_the_clear, or_skip, with_messages},
    world::{End, World},
};
use omm_testkit::servers::{self, Account, Certificate, Dovecot, Settings, Tls};
use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

#[test]
fn a_login_that_is_refused() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (from, to) = (with_messages(dovecot, 3), dovecot.fresh_user());
    let wrong = Account { password: "wrong".to_owned(), ..to.clone() };
    let world = World::new();
    let end = End::of(between(&world, "migrate", &from, &wrong, &dovecot.ca_pem_path()).output().unwrap());
    end.refused(1, &["login was refused", "check login and password", &to.login]);
    let wrong = Account { password: "wrong".to_owned(), ..from };
    let end = End::of(between(&world, "migrate", &wrong, &to, &dovecot.ca_pem_path()).output().unwrap());
    end.refused(1, &["login was refused", &wrong.login]);
}

#[test]
fn a_host_that_is_not_there() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (from, to) = (with_messages(dovecot, 1), dovecot.fresh_user());
    let nowhere = Account { host: "no-such-host.invalid".to_owned(), ..to };
    for command in ["migrate", "plan"] {
        let world = World::new();
        let began = Instant::now();
        let mut omm = between(&world, command, &from, &nowhere, &dovecot.ca_pem_path());
        let end = End::of(omm.output().unwrap());
        // Where no name server answers it is not known whether the host is there, and worth another try.
        if end.err.contains("no name server answers") {
            println!("skipped: no name server answers here");
            return;
        }
        end.refused(1, &["there is no host no-such-host.invalid", "check the spelling"]);
        assert!(began.elapsed() < Duration::from_secs(30), "it is not tried again and again");
    }
}

#[test]
fn a_port_where_nobody_listens() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (from, to) = (with_messages(dovecot, 1), dovecot.fresh_user());
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nobody = Account { tls_port: free, ..to };
    let address = format!("127.0.0.1:{free}");
    let world = World::new();
    // A server may be restarting: a run says so and waits, until somebody tells it not to.
    let mut omm = between(&world, "migrate", &from, &nobody, &dovecot.ca_pem_path());
    let mut child = omm.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    for words in ["waiting 1 s", &address, "refuses connections", "check the port"] {
        assert!(first.contains(words), "{words:?} not in {first:?}");
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(4));
}

#[test]
fn certificates_that_are_not_good() {
    for (certificate, words) in [
        (Certificate::expired(), &["expired"][..]),
        (Certificate::for_another_name(), &["certificate", "name"]),
    ] {
        let settings = Settings { certificate, ..Settings::default() };
        let Some(dovecot) = or_skip(Dovecot::start(settings)) else { return };
        let (from, to) = (dovecot.fresh_user(), dovecot.fresh_user());
        let world = World::new();
        let end = End::of(between(&world, "migrate", &from, &to, &dovecot.ca_pem_path()).output().unwrap());
        end.refused(1, words);
    }
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let Some(other) = or_skip(Dovecot::start(Settings::default())) else { return };
    let (from, to) = (dovecot.fresh_user(), dovecot.fresh_user());
    let world = World::new();
    let end = End::of(between(&world, "migrate", &from, &to, &other.ca_pem_path()).output().unwrap());
    end.refused(1, &["certificate", "ca-file"]);
}

#[test]
fn a_server_without_tls_where_it_is_wanted() {
    let Some(dovecot) = or_skip(Dovecot::start(Settings { tls: Tls::Absent, ..Settings::default() })) else {
        return;
    };
    let (from, to) = (dovecot.fresh_user(), dovecot.fresh_user());
    let world = World::new();
    // From the first byte, on a port that speaks in the clear.
    let port = |account: &Account| Account { tls_port: account.port, ..account.clone() };
    let authority = servers::dovecot().map(Dovecot::ca_pem_path).unwrap_or_default();
    let end = End::of(between(&world, "migrate", &port(&from), &port(&to), &authority).output().unwrap());
    end.refused(1, &["TLS"]);
    // By STARTTLS, which is not offered.
    let mut omm = in_the_clear(&world, "migrate", &from, &to);
    let end = End::of(omm.args(["--tls", "starttls"]).output().unwrap());
    assert_eq!(end.code, 2, "--tls twice is wrong usage: {}", end.err);
    let address = |account: &Account| format!("imap://{}@{}:{}", account.login, account.host, account.port);
    let mut omm = world.command(&["migrate", &address(&from), &address(&to)]);
    omm.args(["--source-password-env", "WORD", "--destination-password-env", "WORD"]).env("WORD", "pass");
    End::of(omm.output().unwrap()).refused(1, &["STARTTLS"]);
}
