//! The mock over connections: in memory with virtual time, and on real sockets with TLS.

use futures::{AsyncReadExt, AsyncWriteExt};
use omm_core::host::{Connection, Runtime};
use omm_testkit::{
    imap::{Act, Extension, Fault, ImplicitTls, MockImap, MockMessage, When},
    sim::{SimRuntime, run},
};
use std::time::Duration;

fn server() -> MockImap {
    let server = MockImap::new().user("ann", "secret");
    server.account("ann").add("INBOX", MockMessage::new("Subject: one\r\n\r\nbody\r\n"));
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

#[test]
fn a_dialled_connection_reaches_the_server_and_counts_round_trips() {
    let (server, runtime) = (server(), SimRuntime::new());
    runtime.listen("imap.example.com", 143, server.clone());
    run(&runtime, async {
        assert!(runtime.dial("imap.example.com", 993).await.is_err(), "nobody listens there");
        let mut connection = runtime.dial("IMAP.example.com", 143).await.expect("the mock");
        say(&mut *connection, "", "* OK").await;
        say(&mut *connection, "a LOGIN ann secret\r\n", "a OK").await;
        assert_eq!(server.counters().all_round_trips(), 0, "the login does not count");
        say(&mut *connection, "b SELECT INBOX\r\nc NOOP\r\n", "c OK").await;
        say(&mut *connection, "d UID FETCH 1:* BODY.PEEK[]\r\n", "d OK").await;
        say(&mut *connection, "e LOGOUT\r\n", "e OK").await;
    });
    let counters = server.counters();
    assert_eq!((counters.all_round_trips(), counters.bodies_fetched), (2, 1));
}

#[test]
fn a_cut_connection_ends_at_the_very_byte() {
    let whole = {
        let server = server();
        let runtime = SimRuntime::new();
        run(&runtime, async {
            let mut connection = server.connect(&runtime).expect("no TLS");
            let greeting = say(&mut connection, "", "* OK").await;
            greeting + &say(&mut connection, "a LOGIN ann secret\r\nb SELECT INBOX\r\n", "b OK").await
        })
    };
    for cut in 0..=whole.len() {
        let server = server().fault(Fault::close_after_sent(cut as u64));
        let runtime = SimRuntime::new();
        let said = run(&runtime, async {
            let mut connection = server.connect(&runtime).expect("no TLS");
            let greeting = say(&mut connection, "", "* OK").await;
            greeting + &say(&mut connection, "a LOGIN ann secret\r\nb SELECT INBOX\r\n", "b OK").await
        });
        assert_eq!(said, whole[..cut], "cut at {cut}");
    }
}

#[test]
fn what_came_after_the_cut_is_not_read() {
    let script = "a LOGIN ann secret\r\nb CREATE one\r\nc CREATE two\r\n";
    for (cut, folders) in [(script.len(), 3), (script.len() - 1, 2), (script.len() - 20, 1), (0, 1)] {
        let server = server().fault(Fault::close_after_received(cut as u64));
        let runtime = SimRuntime::new();
        run(&runtime, async {
            let mut connection = server.connect(&runtime).expect("no TLS");
            say(&mut connection, script, "c OK").await
        });
        assert_eq!(server.account("ann").snapshot().len(), folders, "cut at {cut}");
    }
}

#[test]
fn dripping_takes_virtual_time_and_stalling_never_ends() {
    let server = server().fault(Fault::new(When::Sent(0), Act::Drip(2, Duration::from_secs(1))));
    let runtime = SimRuntime::new();
    let greeting = run(&runtime, async {
        let mut connection = server.connect(&runtime).expect("no TLS");
        say(&mut connection, "", "* OK [CAPABILITY IMAP4rev1").await
    });
    // The last piece need not be waited for.
    let pieces = greeting.len().div_ceil(2) as u64;
    assert_eq!(runtime.elapsed(), Duration::from_secs(pieces - 1));

    let server = server_that_stalls();
    let runtime = SimRuntime::new();
    run(&runtime, async {
        let mut connection = server.connect(&runtime).expect("no TLS");
        say(&mut connection, "", "* OK").await;
        let answer = Box::pin(say(&mut connection, "a NOOP\r\n", "a OK"));
        let patience = runtime.sleep(Duration::from_secs(60));
        let first = futures::future::select(answer, patience).await;
        assert!(matches!(first, futures::future::Either::Right(_)), "never answered");
    });
}

#[test]
fn what_is_sent_before_the_client_has_heard_the_answer_is_no_round_trip() {
    let (server, runtime) = (server(), SimRuntime::new());
    run(&runtime, async {
        let mut connection = server.connect(&runtime).expect("no TLS");
        say(&mut connection, "a LOGIN ann secret\r\n", "a OK").await;
        for command in ["b NOOP\r\n", "c NO", "OP\r\n", "d APPEND INBOX {1+}\r\n", "x\r\n"] {
            connection.write_all(command.as_bytes()).await.expect("it is open");
        }
        say(&mut connection, "", "d OK").await;
        assert_eq!(server.counters().all_round_trips(), 1);
        // A literal that waits to be asked is a round trip of its own.
        say(&mut connection, "e APPEND INBOX {1}\r\n", "+ ").await;
        say(&mut connection, "x\r\n", "e OK").await;
        say(&mut connection, "f LOGOUT\r\n", "f OK").await;
    });
    assert_eq!(server.counters().all_round_trips(), 3);
}

#[test]
fn compressed_from_the_answer_on() {
    use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
    let (server, runtime) = (server(), SimRuntime::new());
    let (mut inflate, mut deflate) = (Decompress::new(false), Compress::new(Compression::best(), false));
    run(&runtime, async {
        let mut connection = server.connect(&runtime).expect("no TLS");
        let agreed = say(&mut connection, "a LOGIN ann secret\r\nb COMPRESS DEFLATE\r\n", "b OK").await;
        assert!(agreed.ends_with("b OK compressed from here\r\n"));
        for command in ["c SELECT INBOX\r\n", "d FETCH 1 BODY.PEEK[]\r\n", "e COMPRESS DEFLATE\r\n"] {
            let mut packed = Vec::with_capacity(1000);
            deflate.compress_vec(command.as_bytes(), &mut packed, FlushCompress::Sync).expect("it packs");
            // However it is cut.
            for byte in packed {
                connection.write_all(&[byte]).await.expect("it is open");
            }
            let mut buffer = [0; 4096];
            let count = connection.read(&mut buffer).await.expect("an answer");
            let mut plain = Vec::with_capacity(10_000);
            inflate.decompress_vec(&buffer[..count], &mut plain, FlushDecompress::Sync).expect("it unpacks");
            let plain = String::from_utf8(plain).expect("ASCII");
            let last = plain.lines().last().unwrap_or_default().to_owned();
            let tag = &command[..1];
            assert!(last.starts_with(&format!("{tag} ")), "{plain}");
            assert_eq!(last.contains("[COMPRESSIONACTIVE]"), tag == "e", "{plain}");
        }
    });
}

#[test]
fn a_reader_that_waits_hears_what_the_writer_asked_for() {
    let (server, runtime) = (server().fault(Fault::close_after_received(20)), SimRuntime::new());
    run(&runtime, async {
        let (mut reader, mut writer) = server.connect(&runtime).expect("no TLS").split();
        let mut said = String::new();
        let all = Box::pin(reader.read_to_string(&mut said));
        let write = async {
            writer.write_all(b"a NOOP\r\n").await.expect("it is open");
            runtime.sleep(Duration::from_secs(1)).await;
            writer.write_all(b"b LOGOUT and what is cut off\r\n").await.expect("nobody has heard the end");
        };
        let (all, ()) = futures::join!(all, write);
        all.expect("the end");
        assert!(said.ends_with("a OK nothing done\r\n"), "{said}");
        assert!(writer.write_all(b"c NOOP\r\n").await.is_err(), "the end was heard");
    });
}

#[test]
fn a_stall_keeps_back_what_was_to_come() {
    let server = server().fault(Fault::stall_after_sent(10));
    let runtime = SimRuntime::new();
    let mut connection = server.connect(&runtime).expect("no TLS");
    let mut buffer = [0; 100];
    let count = run(&runtime, connection.read(&mut buffer)).expect("it is open");
    assert_eq!(&buffer[..count], b"* OK [CAPA");
    let more = futures::FutureExt::now_or_never(connection.read(&mut buffer));
    assert!(more.is_none(), "neither bytes nor the end");
}

fn server_that_stalls() -> MockImap {
    server().fault(Fault::at("NOOP", 1, Act::Stall))
}

#[test]
fn an_appended_message_is_stored_though_its_answer_is_lost() {
    let server = server().fault(Fault::at("APPEND", 1, Act::LoseAnswer));
    let runtime = SimRuntime::new();
    run(&runtime, async {
        let mut connection = server.connect(&runtime).expect("no TLS");
        say(&mut connection, "a LOGIN ann secret\r\n", "a OK").await;
        assert_eq!(say(&mut connection, "b APPEND INBOX {3+}\r\nA:b\r\n", "b").await, "");
    });
    assert_eq!(server.account("ann").messages("INBOX").len(), 2);
}

#[test]
fn an_idle_client_hears_what_happens() {
    let (server, runtime) = (server(), SimRuntime::new());
    run(&runtime, async {
        let mut connection = server.connect(&runtime).expect("no TLS");
        say(&mut connection, "a LOGIN ann secret\r\nb SELECT INBOX\r\nc IDLE\r\n", "+ ").await;
        let news = Box::pin(say(&mut connection, "", "* 2 EXISTS"));
        let act = async {
            server.account("ann").add("INBOX", MockMessage::new("A: b\r\n\r\n"));
        };
        let (news, ()) = futures::join!(news, act);
        assert!(news.contains("* 2 EXISTS"));
        assert_eq!(say(&mut connection, "DONE\r\n", "c OK").await, "c OK idle ended\r\n");
    });
}

mod tls {
    use super::{ImplicitTls, MockImap, SimRuntime, run, server};
    use omm_core::host::Runtime;
    use omm_testkit::ca::{TestCa, Validity};
    use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, pki_types::CertificateDer};
    use std::{
        io::{BufRead, BufReader, Write},
        net::TcpStream,
        sync::Arc,
    };

    fn client(ca: &TestCa) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(ca.der())).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        Arc::new(config.expect("versions").with_root_certificates(roots).with_no_client_auth())
    }

    fn greeting(config: Arc<ClientConfig>, name: &'static str, stream: TcpStream) -> std::io::Result<String> {
        let tls =
            ClientConnection::new(config, name.try_into().expect("a name")).map_err(std::io::Error::other)?;
        let mut stream = BufReader::new(StreamOwned::new(tls, stream));
        let mut line = String::new();
        stream.get_mut().write_all(b"a CAPABILITY\r\n")?;
        stream.read_line(&mut line)?;
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
            let result = greeting(client(&ca), "localhost", stream);
            assert_eq!(result.is_ok(), is_good, "{result:?}");
        }
        let served = server().serve_tls(ca.issue_for_loopback().server_config()).expect("a free port");
        let stranger = TestCa::new();
        let stream = TcpStream::connect(served.address()).expect("it listens");
        assert!(greeting(client(&stranger), "localhost", stream).is_err(), "another authority");
    }

    #[test]
    fn starttls_drops_what_came_before_the_handshake() {
        let ca = TestCa::new();
        let server: MockImap = server().tls(ca.issue_for_loopback().server_config());
        let served = server.serve().expect("a free port");
        let mut stream = TcpStream::connect(served.address()).expect("it listens");
        let mut lines = BufReader::new(stream.try_clone().expect("a second handle"));
        let mut line = String::new();
        lines.read_line(&mut line).expect("a greeting");
        assert!(line.contains("STARTTLS"), "{line}");
        stream.write_all(b"a STARTTLS\r\nx CREATE injected\r\n").expect("it is open");
        line.clear();
        lines.read_line(&mut line).expect("an answer");
        assert_eq!(line, "a OK begin\r\n");
        let secured = greeting(client(&ca), "localhost", stream).expect("TLS");
        assert!(secured.starts_with("* CAPABILITY") && !secured.contains("STARTTLS"), "{secured}");
        assert_eq!(server.counters().command("CREATE"), 0);
    }

    #[test]
    fn implicit_tls_listens_in_the_simulation_too() {
        let ca = TestCa::new();
        let (server, runtime) = (server(), SimRuntime::new());
        let config = ca.issue_for_loopback().server_config();
        runtime.listen("localhost", 993, ImplicitTls(server.clone(), config));
        run(&runtime, async { runtime.dial("localhost", 993).await.map(drop) }).expect("it listens");
        assert_eq!(server.counters().connections, 1);
    }
}

#[test]
fn one_connection_too_many_is_sent_away() {
    let server = server().most_connections(1);
    let mut first = server.session();
    first.take_output();
    let mut second = server.session();
    assert_eq!(second.take_output(), b"* BYE [UNAVAILABLE] Too many connections\r\n");
    assert!(second.is_closed());
    drop((first, second));
    let mut third = server.session();
    assert!(third.take_output().starts_with(b"* OK"));
    assert!(server.counters().connections == 3 && Extension::all().count() > 30);
}
