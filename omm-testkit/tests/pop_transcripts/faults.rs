//! What goes wrong, and when.

use crate::talk::{ann, greeted, say, server};
use omm_testkit::pop::{Act, Fault, When};

const NOOP: &str = "NOOP\r\n";

#[test]
fn the_nth_command_of_all_or_of_a_name() {
    for (fault, answers) in [
        // USER and PASS are two.
        (Fault::at_command(4, Act::No("[SYS/TEMP] busy".into())), ["+OK", "-ERR", "+OK"]),
        (Fault::at("NOOP", 1, Act::Bad("[SYS/PERM] no".into())), ["-ERR", "+OK", "+OK"]),
        (Fault::at("NOOP", 2, Act::No("x".into())).times(2), ["+OK", "-ERR", "-ERR"]),
        (Fault::at("NOOP", 1, Act::No("x".into())).always(), ["-ERR", "-ERR", "-ERR"]),
        (Fault::at("NOOP", 1, Act::No("x".into())).on_connection(2), ["+OK", "+OK", "+OK"]),
    ] {
        let server = server().fault(fault.clone());
        let mut session = ann(&server);
        let said = answers.map(|_| say(&mut session, NOOP));
        let kinds = said.each_ref().map(|line| line.split(' ').next().unwrap_or_default());
        assert_eq!(kinds, answers, "{fault:?}");
    }
}

#[test]
fn the_end_comes_with_and_without_a_word() {
    for (act, last) in [
        (Act::Bye("[SYS/TEMP] down".into()), "-ERR [SYS/TEMP] down\r\n"),
        (Act::Close, ""),
        (Act::LoseAnswer, ""),
    ] {
        let server = server().fault(Fault::at("NOOP", 1, act));
        let mut session = ann(&server);
        assert_eq!(say(&mut session, &format!("{NOOP}{NOOP}")), last);
        assert!(session.is_closed() && !server.maildrop("ann").is_open());
    }
    let server = server().fault(Fault::at("NOOP", 1, Act::Stall));
    let mut session = ann(&server);
    assert_eq!(say(&mut session, &format!("{NOOP}{NOOP}")), "");
    assert!(session.is_stalled() && !session.is_closed());
}

#[test]
fn a_lost_answer_to_quit_has_removed_all_the_same() {
    let server = server().fault(Fault::at("QUIT", 1, Act::LoseAnswer));
    let mut session = ann(&server);
    assert_eq!(say(&mut session, "DELE 1\r\nQUIT\r\n"), "+OK message 1 is marked as deleted\r\n");
    assert_eq!((session.is_closed(), server.maildrop("ann").snapshot().len()), (true, 2));
}

#[test]
fn a_login_of_any_kind_is_refused_and_so_is_a_connection() {
    let delay = "[LOGIN-DELAY] ten minutes between two logins";
    let busy = server().fault(Fault::at("*LOGIN", 2, Act::No(delay.into())).times(2));
    drop(ann(&busy));
    for login in ["USER ann\r\nPASS secret\r\n", "AUTH PLAIN AGFubgBzZWNyZXQ=\r\n"] {
        let said = say(&mut greeted(&busy), login);
        assert!(said.ends_with(&format!("-ERR {delay}\r\n")), "{said}");
    }
    drop(ann(&busy));
    let away = server().fault(Fault::new(When::Connection(2), Act::Bye("[SYS/TEMP] not today".into())));
    drop(greeted(&away));
    assert_eq!(away.session().take_output(), b"-ERR [SYS/TEMP] not today\r\n");
    drop(greeted(&away));
    let full = server().most_connections(1);
    let first = greeted(&full);
    let mut second = full.session();
    assert_eq!(second.take_output(), b"-ERR [SYS/TEMP] too many connections\r\n");
    assert!(second.is_closed());
    drop((first, second));
    drop(greeted(&full));
}

#[test]
fn garbage_and_wrong_sizes_are_said() {
    let server = server()
        .fault(Fault::at("NOOP", 1, Act::Say(b"%&$!\r\n".to_vec())))
        .fault(Fault::at("RETR", 1, Act::LiteralOff(-2)))
        .fault(Fault::at("STAT", 1, Act::LiteralOff(1000)));
    let mut session = ann(&server);
    assert_eq!(say(&mut session, NOOP), "%&$!\r\n+OK nothing done\r\n");
    assert_eq!(say(&mut session, "RETR 1\r\n"), "+OK 20 octets\r\nSubject: one\r\n\r\nbody\r\n.\r\n");
    assert_eq!(say(&mut session, "STAT\r\n"), "+OK 3 1085\r\n");
}

#[test]
fn unique_ids_are_renewed_between_two_sessions() {
    let server = server().fault(Fault::at("UIDL", 1, Act::Renumber("ann".into())));
    let mut session = ann(&server);
    assert_eq!(say(&mut session, "UIDL 1\r\n"), "+OK 1 a1\r\n", "what was seen stays");
    drop(session);
    assert_ne!(say(&mut ann(&server), "UIDL 1\r\n"), "+OK 1 a1\r\n");
    server.maildrop("ann").renew_uids();
    let uids: Vec<_> = server.maildrop("ann").snapshot().into_iter().map(|message| message.uid).collect();
    assert_eq!(uids.iter().collect::<std::collections::BTreeSet<_>>().len(), 3, "{uids:?}");
}
