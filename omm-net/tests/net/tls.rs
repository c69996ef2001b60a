//! Connecting: what works, and what every failure is called.

use crate::{
    certificates::{Authority, EXPIRED, FUTURE, VALID, accept},
    pipe::{End, pipe},
    world::{Dial, HOST, World, endpoint, exchange, text},
};
use bytes::Bytes;
use futures::{
    future::join,
    io::{AsyncReadExt, AsyncWriteExt},
};
use futures_rustls::TlsAcceptor;
use omm_core::{
    error::{Error, ErrorKind, Retry, Scope, Side},
    seam::Tls,
};
use omm_net::{Endpoint, Turn, Wire};
use std::{io, time::Duration};

/// One handshake; the certificate comes from `acceptor`, and `trusted` is the file of who is trusted.
fn handshake(acceptor: TlsAcceptor, endpoint: &Endpoint) -> Result<Wire, Error> {
    // Room for the tickets that the server sends after the handshake, and that nobody here reads.
    let (world, server) = World::with_server(64 << 10);
    let env = world.env();
    let serving = async {
        // The server learns of a refusal too; its error is not what is looked at. The stream lives on, or the client
        // would see a broken pipe.
        accept(acceptor, server).await
    };
    world.run(join(Wire::dial(&env, endpoint), serving)).0
}

#[test]
fn much_goes_both_ways_through_a_narrow_encrypted_line() {
    const MUCH: usize = 200_000;
    let authority = Authority::new();
    let (_folder, file) = authority.file();
    let mut endpoint = endpoint(Tls::Required);
    endpoint.ca_file = Some(file);
    let (world, server) = World::with_server(64);
    let env = world.env();
    let client = async {
        let mut wire = Wire::dial(&env, &endpoint).await.expect("a trusted server");
        assert!(wire.is_tls());
        wire.queue(Bytes::from(text(MUCH)));
        let got = exchange(&mut wire, MUCH).await;
        assert_eq!(exchange(&mut wire, 1).await, b"!");
        wire.shutdown().await;
        got
    };
    let serving = async {
        let mut stream = accept(authority.server(&[HOST], VALID), server).await.expect("a handshake");
        stream.write_all(&text(MUCH)).await.expect("the client reads");
        stream.flush().await.expect("the client reads");
        let mut heard = vec![0; MUCH];
        stream.read_exact(&mut heard).await.expect("the client writes");
        stream.write_all(b"!").await.expect("the client reads");
        stream.flush().await.expect("the client reads");
        assert_eq!(stream.read(&mut [0]).await.expect("TLS's own farewell"), 0);
        heard
    };
    let (got, heard) = world.run(join(client, serving));
    assert!(got == text(MUCH) && heard == text(MUCH));
}

#[test]
fn tls_starts_in_the_middle_of_a_line() {
    let authority = Authority::new();
    let (_folder, file) = authority.file();
    let mut endpoint = endpoint(Tls::StartTls);
    endpoint.ca_file = Some(file);
    let (world, mut server) = World::with_server(64);
    let env = world.env();
    let client = async {
        let mut wire = Wire::dial(&env, &endpoint).await.expect("a plain line");
        assert_eq!(wire.turn(0).await.expect("a greeting"), Turn::Arrived(Bytes::from_static(b"go\r\n")));
        let mut wire = wire.start_tls(&env, &endpoint).await.expect("a trusted server");
        assert!(wire.is_tls());
        assert_eq!(wire.turn(0).await.expect("words"), Turn::Arrived(Bytes::from_static(b"secret")));
        // The line is cut without TLS's farewell, as many servers do.
        assert_eq!(wire.turn(0).await.expect("an end"), Turn::Closed);
    };
    let serving = async {
        server.write_all(b"go\r\n").await.expect("there is room");
        let mut stream = accept(authority.server(&[HOST], VALID), server).await.expect("a handshake");
        stream.write_all(b"secret").await.expect("the client reads");
        stream.flush().await.expect("the client reads");
    };
    world.run(join(client, serving));
}

#[test]
fn addresses_have_certificates_too() {
    let authority = Authority::new();
    let (_folder, file) = authority.file();
    for host in ["127.0.0.1", "[::1]", "::1", "IMAP.example.com."] {
        let mut endpoint = Endpoint::new(host, 993, Tls::Required, Side::Destination);
        endpoint.ca_file = Some(file.clone());
        let acceptor = authority.server(&["127.0.0.1", "::1", HOST], VALID);
        handshake(acceptor, &endpoint).expect(host);
    }
}

/// The rows of `error.rs` that are about certificates.
#[test]
fn a_certificate_that_proves_nothing_is_refused_with_its_remedy() {
    let authority = Authority::new();
    let (own, _) = Authority::own(&[HOST], VALID, true);
    let (_folder, file) = authority.file();
    for (acceptor, trusted, message) in [
        (authority.server(&[HOST], EXPIRED), &file, "expired on 2025-06-01"),
        (
            authority.server(&[HOST], FUTURE),
            &file,
            "only valid from 2027-06-01 on; check this machine's clock",
        ),
        (
            authority.server(&["mail.example.com", "*.example.net", "192.0.2.1"], VALID),
            &file,
            "is for mail.example.com, *.example.net, 192.0.2.1, not for imap.example.com; use a name it has",
        ),
        (Authority::new().server(&[HOST], VALID), &file, "signed by nobody this machine trusts"),
        (Authority::new().server(&[HOST], VALID), &file, "--ca-file"),
        (
            own,
            &file,
            "signed by itself, as an issuer's; if it is right, give that very certificate with --ca-file",
        ),
    ] {
        let mut endpoint = endpoint(Tls::Required);
        endpoint.ca_file = Some(trusted.clone());
        let error = handshake(acceptor, &endpoint).expect_err(message);
        assert!(error.to_string().contains(message), "{message}: {error}");
        assert!(error.to_string().contains("imap.example.com:993"), "{error}");
        check(&error, ErrorKind::Unreachable, Retry::Never);
    }
}

/// Kills: a small server's own certificate that cannot be trusted at all; and one that is trusted for everything.
#[test]
fn a_server_s_own_certificate_is_trusted_by_file_for_its_names_and_time_only() {
    for (names, years, is_issuer, refusal) in [
        ([HOST], VALID, false, None),
        ([HOST], VALID, true, None),
        ([HOST], EXPIRED, true, Some("expired on 2025-06-01")),
        (["mail.example.com"], VALID, true, Some("is for mail.example.com, not for imap.example.com")),
    ] {
        let (acceptor, pem) = Authority::own(&names, years, is_issuer);
        let folder = tempfile::tempdir().expect("a folder");
        let mut endpoint = endpoint(Tls::Required);
        endpoint.ca_file = Some(folder.path().join("own.pem"));
        std::fs::write(folder.path().join("own.pem"), pem).expect("a file");
        match (handshake(acceptor, &endpoint), refusal) {
            (Ok(_), None) => {}
            (Err(error), Some(refusal)) => assert!(error.to_string().contains(refusal), "{error}"),
            (outcome, _) => panic!("{names:?} {is_issuer} {refusal:?}: {outcome:?}"),
        }
    }
}

/// The rows about servers that do not shake hands.
#[test]
fn a_server_that_does_not_shake_hands_is_told_what_it_did() {
    let plain = "the server at imap.example.com:993 does not speak TLS from the first byte; \
                 use STARTTLS (pop3://) or the TLS port (it said * OK [CAPABILITY IMAP4rev1] hi)";
    let backwards = "imap.example.com:993 agreed to TLS and then answered in plain text (it said";
    let rows: [(_, &[u8], _, _, _, _); 8] = [
        (Tls::Required, b"* OK [CAPABILITY IMAP4rev1] hi\r\n", false, ErrorKind::Config, Retry::Never, plain),
        (Tls::Required, b"+OK \x1b[2Jhi\r\n", false, ErrorKind::Config, Retry::Never, "(it said +OK [2Jhi)"),
        // It greets and hangs up.
        (Tls::Required, b"* BYE full\r\n", true, ErrorKind::Config, Retry::Never, "(it said * BYE full)"),
        (Tls::StartTls, b"b BAD what\r\n", false, ErrorKind::Protocol, Retry::Never, backwards),
        // TLS's alert 70, protocol_version (RFC 8446 §6).
        (
            Tls::Required,
            b"\x15\x03\x01\x00\x02\x02\x46",
            false,
            ErrorKind::Unreachable,
            Retry::Never,
            "no version and cipher of TLS in common; it must offer TLS 1.2 or newer",
        ),
        (
            Tls::StartTls,
            b"\x00\x01\x02\x03\x04\x05",
            false,
            ErrorKind::Unreachable,
            Retry::Never,
            "start TLS: the TLS handshake",
        ),
        (
            Tls::Required,
            b"",
            true,
            ErrorKind::Unreachable,
            Retry::Backoff,
            "closed the connection during the TLS",
        ),
        (
            Tls::Required,
            b"",
            false,
            ErrorKind::Unreachable,
            Retry::Backoff,
            "check that this is its TLS port",
        ),
    ];
    for (tls, says, hangs_up, kind, retry, message) in rows {
        let (world, server) = World::with_server(4096);
        let (env, mut endpoint) = (world.env(), endpoint(tls));
        endpoint.start_tls = "pop3://";
        let client = async {
            let wire = Wire::dial(&env, &endpoint).await?;
            if tls == Tls::StartTls { wire.start_tls(&env, &endpoint).await } else { Ok(wire) }
        };
        let error = world.run(join(client, say(server, says, hangs_up))).0.expect_err(message);
        assert!(error.to_string().contains(message), "{message}: {error}");
        assert!(!error.to_string().contains(char::is_control), "{error:?}");
        check(&error, kind, retry);
    }
}

/// Once the client has begun, as a server does that waits for a command, or that is slow with its greeting.
async fn say(mut server: End, says: &[u8], hangs_up: bool) -> Option<End> {
    let mut first = [0];
    server.read_exact(&mut first).await.expect("a client");
    server.write_all(says).await.expect("there is room");
    (!hangs_up).then_some(server)
}

/// The rows about dialling.
#[test]
fn a_failed_dial_says_what_to_check() {
    use io::ErrorKind::{ConnectionRefused, NetworkUnreachable, NotFound, TimedOut};
    let failed = |kind: io::ErrorKind| Dial::Failed(kind.into());
    for (dial, retry, message) in [
        (failed(NotFound), Retry::Never, "connect: there is no host imap.example.com; check the spelling"),
        (failed(ConnectionRefused), Retry::Backoff, "connect: imap.example.com:993 refuses connections"),
        (
            failed(NetworkUnreachable),
            Retry::Backoff,
            "connect: imap.example.com:993 cannot be reached: network",
        ),
        (failed(TimedOut), Retry::Backoff, "connect: imap.example.com:993 did not answer within 30 s"),
        (Dial::Silent, Retry::Backoff, "connect: imap.example.com:993 did not answer within 30 s"),
    ] {
        let world = World::new([dial]);
        let env = world.env();
        let error = world.run(Wire::dial(&env, &endpoint(Tls::Required))).expect_err(message);
        assert!(error.to_string().starts_with(message), "{message}: {error}");
        check(&error, ErrorKind::Unreachable, retry);
        assert!(world.clock.elapsed() <= Duration::from_secs(30));
    }
}

/// The rows about the host's own settings.
#[test]
fn settings_that_cannot_be_used_are_refused_before_the_handshake() {
    let folder = tempfile::tempdir().expect("a folder");
    let (empty, broken) = (folder.path().join("empty.pem"), folder.path().join("broken.pem"));
    std::fs::write(&empty, "no certificate\n").expect("a file");
    std::fs::write(&broken, "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n").expect("a file");
    for (host, file, message) in [
        (HOST, Some(empty), "it holds no certificate in PEM form"),
        (HOST, Some(broken), "cannot be used"),
        (HOST, Some(folder.path().join("missing.pem")), "missing.pem"),
        ("müller.example", None, "xn--"),
        ("under score.example", None, "no host name"),
    ] {
        let (client, _server) = pipe(64);
        let world = World::new([Dial::Connected(client)]);
        let mut endpoint = Endpoint::new(host, 993, Tls::Required, Side::Source);
        endpoint.ca_file = file;
        let env = world.env();
        let error = world.run(Wire::dial(&env, &endpoint)).expect_err(message);
        assert!(error.to_string().contains(message), "{message}: {error}");
        check(&error, ErrorKind::Config, Retry::Never);
    }
}

fn check(error: &Error, kind: ErrorKind, retry: Retry) {
    assert_eq!((error.kind(), error.retry_advice()), (kind, retry), "{error}");
    assert_eq!((error.side(), error.reach()), (Side::Source, Scope::Account), "{error}");
    assert!(!error.to_string().contains('\n'), "one line: {error}");
}
