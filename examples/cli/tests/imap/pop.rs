//! POP3 is read by the program as IMAP is.

use crate::{
    post::{or_skip, with_messages},
    world::{End, World},
};
use omm_testkit::servers::{self, witness::Witness};

#[test]
fn a_pop_account_is_planned_and_migrated() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (from, to) = (with_messages(dovecot, 40), dovecot.fresh_user());
    let world = World::new();
    let source = format!("pop3s://{}@{}:{}", from.login, from.host, from.pop3s_port);
    let server = format!("imaps://{}@{}:{}", to.login, to.host, to.tls_port);
    let omm = |command: &str, destination: &str| {
        let mut omm = world.command(&[command, &source, destination]);
        omm.args(["--source-password-env", "FROM_WORD"]).env("FROM_WORD", &from.password);
        if destination == server {
            omm.args(["--destination-password-env", "TO_WORD"]).env("TO_WORD", &to.password);
        }
        omm.arg("--ca-file").arg(dovecot.ca_pem_path());
        End::of(omm.output().unwrap())
    };
    let plan = omm("plan", &server);
    assert_eq!(plan.code, 0, "{}", plan.err);
    assert!(plan.out.contains("POP3 tells of INBOX alone"), "{}", plan.out);
    for destination in [server.as_str(), "dir:./copies"] {
        let first = omm("migrate", destination);
        assert_eq!(first.code, 0, "{}", first.err);
        assert!(first.out.contains("grade A"), "{}", first.out);
        let second = omm("migrate", destination);
        assert_eq!(second.code, 0, "{}", second.err);
    }
    let copy = Witness::look(&to).unwrap();
    assert_eq!(copy.messages(), 40);
}
