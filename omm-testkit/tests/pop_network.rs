//! The mock POP3 server over connections: in memory with virtual time, and on real sockets with TLS.

use futures::{AsyncReadExt, AsyncWriteExt};
use omm_core::host::{Connection, Runtime};
use omm_testkit::{
    pop::{Act, Fault, ImplicitTls, MockMessage, MockPop, When},
    sim::{SimRuntime, run},
};
use std::time::Duration;

const LOGIN: &str = "USER ann\r\nPASS secret\r\n";
const WHOLE: &str = "USER ann\r\nPASS secret\r\nUIDL\r\nRETR 1\r\nDELE 1\r\nQUIT\r\n";

fn server() -> MockPop {
    let server = MockPop::new().user("ann", "secret");
    server.maildrop("ann").add(MockMessage::new("Subject: one\r\n\r\n.dot\r\n").uid("a1"));
    server
}

/// Says this and reads until a line begins so, or the end comes.
async fn say(connection: &mut dyn Connection, text: &str, until: &str) -> String {
    let mut said = String::new();
    if connection.write_all(text.as_bytes()).await.is_err() {
        return said;
    }
    let mut buffer = [0; 512];
    while !said.lines().any(|line| line.starts_with(until)) {
        match connection.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(count) => said.push_str(&String::from_utf8_lossy(&buffer[..count])),
        }
    }
    said
}

/// All of a short session.
fn whole(server: &MockPop) -> String {
    let runtime = SimRuntime::new();
    run(&runtime, async {
        let mut connection = server.connect(&runtime).expect("no TLS");
        let greeting = say(&mut connection, "", "+OK mock").await;
        greeting + &say(&mut connection, WHOLE, "+OK see you").await
    })
}

#[test]
fn a_dialled_connection_reaches_the_server_and_counts_round_trips() {
    let (server, runtime) = (server(), SimRuntime::new());
    runtime.listen("pop.example.com", 110, server.clone());
    run(&runtime, async {
        let mut connection = runtime.dial("POP.example.com", 110).await.expect("the mock");
        say(&mut *connection, "", "+OK mock").await;
        say(&mut *connection, LOGIN, "+OK 1 messages").await;
        assert_eq!(server.counters().all_round_trips(), 0, "the login does not count");
        say(&mut *connection, "STAT\r\nUIDL\r\n", ".").await;
        say(&mut *connection, "RETR 1\r\n", "..dot").await;
        say(&mut *connection, "QUIT\r\n", "+OK see you").await;
    });
    let counters = server.counters();
    assert_eq!((counters.all_round_trips(), counters.bodies_fetched, counters.logins), (2, 1, 1));
    assert_eq!(counters.round_trips.get(&1), Some(&2));
}

#[test]
fn a_connection_is_cut_at_the_very_byte_of_either_side() {
    let clean = server();
    let all = whole(&clean);
    let counters = clean.counters();
    assert_eq!((counters.bytes_sent, counters.bytes_received), (all.len() as u64, WHOLE.len() as u64));
    assert_eq!((counters.messages_removed, clean.maildrop("ann").snapshot().len()), (1, 0));
    for cut in 0..=all.len() {
        let server = server().fault(Fault::close_after_sent(cut as u64));
        assert_eq!(whole(&server), all[..cut], "cut at {cut}");
        assert!(!server.maildrop("ann").is_open(), "cut at {cut}");
    }
    for cut in 0..WHOLE.len() {
        let server = server().fault(Fault::close_after_received(cut as u64));
        whole(&server);
        assert_eq!(server.maildrop("ann").snapshot().len(), 1, "QUIT was not read: cut at {cut}");
        assert!(!server.maildrop("ann").is_open(), "cut at {cut}");
    }
}

#[test]
fn the_maildrop_is_free_again_when_a_connection_ends_or_is_cut() {
    let (server, runtime) = (server(), SimRuntime::new());
    run(&runtime, async {
        let mut first = server.connect(&runtime).expect("no TLS");
        say(&mut first, LOGIN, "+OK 1 messages").await;
        let mut second = server.connect(&runtime).expect("no TLS");
        let refused = say(&mut second, LOGIN, "-ERR").await;
        assert!(refused.contains("-ERR [IN-USE] "), "{refused}");
        drop(first);
        say(&mut second, LOGIN, "+OK 1 messages").await;
        assert!(server.maildrop("ann").is_open());
        second.close().await.expect("closed");
        assert!(!server.maildrop("ann").is_open());
    });
}

#[test]
fn dripping_takes_virtual_time_and_stalling_never_ends() {
    let slow = server().fault(Fault::new(When::Sent(0), Act::Drip(2, Duration::from_secs(1))));
    let runtime = SimRuntime::new();
    let greeting = run(&runtime, async {
        let mut connection = slow.connect(&runtime).expect("no TLS");
        say(&mut connection, "", "+OK mock server ready <1.1767225600@mock.invalid>").await
    });
    // The last piece need not be waited for.
    let pieces = greeting.trim_end().len().div_ceil(2) as u64;
    assert_eq!(runtime.elapsed(), Duration::from_secs(pieces - 1));

    for fault in [Fault::at("RETR", 1, Act::Stall), Fault::stall_after_sent(100)] {
        let (server, runtime) = (server().fault(fault), SimRuntime::new());
        run(&runtime, async {
            let mut connection = server.connect(&runtime).expect("no TLS");
            let answer = Box::pin(say(&mut connection, WHOLE, "+OK see you"));
            let patience = runtime.sleep(Duration::from_secs(60));
            let first = futures::future::select(answer, patience).await;
            assert!(matches!(first, futures::future::Either::Right(_)), "never answered");
        });
    }
}

#[test]
fn a_reader_that_waits_hears_what_the_writer_asked_for() {
    let (server, runtime) = (server(), SimRuntime::new());
    run(&runtime, async {
        let (mut reader, mut writer) = server.connect(&runtime).expect("no TLS").split();
        let mut said = String::new();
        let all = Box::pin(reader.read_to_string(&mut said));
        let write = async {
            runtime.sleep(Duration::from_secs(1)).await;
            writer.write_all(WHOLE.as_bytes()).await.expect("it is open");
        };
        let (all, ()) = futures::join!(all, write);
        all.expect("the end");
        assert!(said.ends_with("+OK see you\r\n"), "{said}");
    });
}

mod tls {
    use super::{ImplicitTls, LOGIN, MockPop, SimRuntime, run, server};
    use omm_core::host::Runtime;
    use omm_testkit::ca::{TestCa, Validity};
    use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, pki_types::CertificateDer};
    use std::{
        io::{BufRead, BufReader, Read, Write},
        net::TcpStream,
        sync::Arc,
    };

    type Secured = BufReader<StreamOwned<ClientConnection, TcpStream>>;

    fn secured(ca: &TestCa, stream: TcpStream) -> Secured {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(ca.der())).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.expect("versions").with_root_certificates(roots).with_no_client_auth();
        let name = "localhost".try_into().expect("a name");
        let tls = ClientConnection::new(Arc::new(config), name).expect("a client");
        BufReader::new(StreamOwned::new(tls, stream))
    }

    fn line(reader: &mut impl BufRead) -> std::io::Result<String> {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        Ok(line)
    }

    #[test]
    fn certificates_good_and_bad_on_real_sockets() {
        let ca = TestCa::new();
        let good = ca.issue_for_loopback();
        let expired = ca.issue(&["localhost"], Validity::Expired);
        let other = ca.issue(&["other.example"], Validity::Current);
        for (certificate, is_good) in [(good, true), (expired, false), (other, false)] {
            let served = server().serve_tls(certificate.server_config()).expect("a free port");
            let stream = TcpStream::connect(served.address()).expect("it listens");
            let greeting = line(&mut secured(&ca, stream));
            assert_eq!(greeting.as_ref().is_ok_and(|line| line.starts_with("+OK ")), is_good, "{greeting:?}");
        }
    }

    #[test]
    fn stls_drops_what_came_before_the_handshake() {
        let ca = TestCa::new();
        let server: MockPop = server().tls(ca.issue_for_loopback().server_config());
        let served = server.serve().expect("a free port");
        let mut stream = TcpStream::connect(served.address()).expect("it listens");
        let mut lines = BufReader::new(stream.try_clone().expect("a second handle"));
        assert!(line(&mut lines).expect("a greeting").starts_with("+OK "));
        stream.write_all(b"USER ann\r\nSTLS\r\nPASS secret\r\nNOOP\r\n").expect("it is open");
        assert_eq!(line(&mut lines).expect("an answer"), "+OK who are you?\r\n");
        assert_eq!(line(&mut lines).expect("an answer"), "+OK begin\r\n");
        let mut secured = secured(&ca, stream);
        secured.get_mut().write_all(b"PASS secret\r\nSTLS\r\n").expect("TLS");
        assert_eq!(line(&mut secured).expect("an answer"), "-ERR USER first\r\n");
        assert_eq!(line(&mut secured).expect("an answer"), "-ERR no TLS to start\r\n");
        secured.get_mut().write_all(format!("{LOGIN}QUIT\r\n").as_bytes()).expect("TLS");
        let mut rest = String::new();
        // The end of TLS is not said: the server just closes.
        let _ = secured.read_to_string(&mut rest);
        assert!(rest.ends_with("+OK 1 messages\r\n+OK see you\r\n"), "{rest}");
        assert_eq!((server.counters().command("PASS"), server.counters().command("NOOP")), (2, 0));
    }

    #[test]
    fn implicit_tls_listens_in_the_simulation_too() {
        let ca = TestCa::new();
        let (server, runtime) = (server(), SimRuntime::new());
        let config = ca.issue_for_loopback().server_config();
        runtime.listen("localhost", 995, ImplicitTls(server.clone(), config));
        run(&runtime, async { runtime.dial("localhost", 995).await.map(drop) }).expect("it listens");
        assert_eq!(server.counters().connections, 1);
    }
}
