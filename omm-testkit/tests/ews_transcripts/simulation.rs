//! The server without sockets, in virtual time.

use crate::talk::{Bench, parse, server};
use futures::io::{AsyncReadExt, AsyncWriteExt};
use omm_testkit::{
    ews::{Act, Fault, When},
    sim::{SimRuntime, run},
};
use std::time::Duration;

#[test]
fn two_requests_on_one_connection() {
    let bench = Bench::new(server());
    let body = bench.envelope("<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape></m:SyncFolderHierarchy>", "");
    let request = |end: &str| {
        format!(
            "POST /EWS/Exchange.asmx HTTP/1.1\r\nHost: x\r\n{end}Authorization: Basic YW5uQGV4YW1wbGUuY29tOnNlY3JldA==\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    // Answers come in pieces of 100 bytes, one a second.
    bench.server.byte_fault(Fault::new(When::Sent(0), Act::Drip(100, Duration::from_secs(1))));
    let runtime = SimRuntime::new();
    let answers = run(&runtime, async {
        let mut connection = bench.server.connect(&runtime).expect("no TLS");
        let mut answers = Vec::new();
        connection.write_all(request("").as_bytes()).await.expect("a server");
        connection.write_all(request("Connection: close\r\n").as_bytes()).await.expect("a server");
        connection.read_to_end(&mut answers).await.expect("answers");
        answers
    });
    let text = String::from_utf8(answers).expect("text");
    let bodies: Vec<&str> = text.split("\r\n\r\n").skip(1).collect();
    assert_eq!((text.matches("HTTP/1.1 200 OK").count(), bodies.len()), (2, 2));
    assert_eq!(parse(bodies[1].as_bytes()).codes(), ["NoError"]);
    assert_eq!(bench.server.counters().connections, 1);
}
