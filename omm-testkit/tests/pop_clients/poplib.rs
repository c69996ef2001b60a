//! Python's poplib: a third opinion on the grammar.

use crate::{
    maildrop::{self, nothing_was_removed},
    program::run_well,
};
use omm_testkit::{ca::TestCa, pop::MockPop};
use std::{fs, process::Command};

const SCRIPT: &str = r#"
import poplib, ssl, sys
clear, secure, ca = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
context = ssl.create_default_context(cafile=ca)

def look(c):
    assert c.stat()[0] == 25, c.stat()
    sizes = [int(line.split()[1]) for line in c.list()[1]]
    uids = [line.split()[1] for line in c.uidl()[1]]
    assert len(set(uids)) == 25 and all(0x21 <= b <= 0x7e for uid in uids for b in uid)
    assert c.uidl(3).split()[2] == uids[2]
    assert sum(sizes) == c.stat()[1]
    for number, size in enumerate(sizes, 1):
        lines = c.retr(number)[1]
        # poplib takes the doubled dots away.
        assert sum(len(line) + 2 for line in lines) == size, (number, size)
    head = c.top(1, 0)[1]
    assert head[-1] == b"" and head[2] == b"Subject: number 0", head
    assert c.retr(24)[1][2:5] == [b".", b"..", b".leading"], c.retr(24)
    c.noop()

c = poplib.POP3("127.0.0.1", clear)
capabilities = c.capa()
assert {"TOP", "UIDL", "PIPELINING", "STLS"} <= set(capabilities), capabilities
assert "SCRAM-SHA-256" in capabilities["SASL"]
c.stls(context)
assert "STLS" not in c.capa()
c.user("ann"); c.pass_("secret")
look(c)
c.dele(1); c.rset()
c.quit()

c = poplib.POP3_SSL("localhost", secure, context=context)
c.apop("ann", "secret")
look(c)
c.dele(1); c.close()

c = poplib.POP3("127.0.0.1", clear)
c.utf8()
try:
    c.user("ann"); c.pass_("wrong")
    raise SystemExit("a wrong password was taken")
except poplib.error_proto as error:
    assert b"[AUTH]" in error.args[0]
"#;

#[test]
fn poplib_understands() {
    let ca = TestCa::new();
    let config = ca.issue_for_loopback().server_config();
    let server: MockPop = maildrop::server().tls(config.clone());
    let (clear, secure) =
        (server.serve().expect("a free port"), server.serve_tls(config).expect("a free port"));
    let root = tempfile::tempdir().expect("a folder");
    let pem = root.path().join("ca.pem");
    fs::write(&pem, ca.pem()).expect("a file");
    let mut command = Command::new("python3");
    command.args(["-c", SCRIPT, &clear.port().to_string(), &secure.port().to_string()]).arg(&pem);
    if run_well("python3", &mut command).is_none() {
        return;
    }
    assert_eq!((server.counters().logins, server.counters().command("DELE")), (2, 2));
    assert_eq!(server.counters().messages_removed, 0);
    server.reset_counters();
    nothing_was_removed(&server);
}
