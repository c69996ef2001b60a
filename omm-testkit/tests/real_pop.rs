//! POP3 of the real servers: what is put into the inbox is what is there, for its user and for who may act for him.
#![cfg(unix)]

#[path = "dialogue/base64.rs"]
mod base64;

use base64::base64;
use omm_testkit::{
    mailbox,
    servers::{self, Account, DelayProxy, witness::Witness},
};
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::Duration,
};

const MESSAGES: u64 = 300;

/// The server, or a line that says why this test was not run.
fn or_skip<S, E: std::fmt::Display>(server: Result<S, E>) -> Option<S> {
    server.map_err(|reason| println!("skipped: {reason}")).ok()
}

/// A client that says a line and hears one.
struct Pop(BufReader<TcpStream>);

impl Pop {
    fn open(account: &Account) -> Self {
        let stream = TcpStream::connect((&*account.host, account.pop3_port)).expect("it listens");
        let mut pop = Self(BufReader::new(stream));
        let greeting = pop.hear();
        assert!(greeting.starts_with("+OK"), "{greeting}");
        pop
    }

    fn say(&mut self, line: &str) -> String {
        self.0.get_mut().write_all(format!("{line}\r\n").as_bytes()).expect("it is open");
        self.hear()
    }

    fn hear(&mut self) -> String {
        let mut line = Vec::new();
        self.0.read_until(b'\n', &mut line).expect("a line");
        String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned()
    }

    /// The lines of an answer that has some, dots as they came.
    fn lines(&mut self, command: &str) -> Vec<String> {
        let status = self.say(command);
        assert!(status.starts_with("+OK"), "{command}: {status}");
        std::iter::from_fn(|| Some(self.hear()).filter(|line| line != ".")).collect()
    }

    fn login(account: &Account) -> Self {
        let mut pop = Self::open(account);
        assert!(pop.say(&format!("USER {}", account.login)).starts_with("+OK"));
        let answer = pop.say(&format!("PASS {}", account.password));
        assert!(answer.starts_with("+OK"), "{}: {answer}", account.login);
        pop
    }

    /// By SASL PLAIN, for the account.
    fn plain(account: &Account, who: &str, password: &str) -> Option<Self> {
        let mut pop = Self::open(account);
        let answer = base64(format!("{}\0{who}\0{password}", account.login));
        pop.say(&format!("AUTH PLAIN {answer}")).starts_with("+OK").then_some(pop)
    }
}

fn filled(account: Account) -> Account {
    Witness::load_inbox(&account, (0..MESSAGES).map(|index| mailbox::message(5, index).flagged("")))
        .expect("room");
    account
}

fn holds_all(pop: &mut Pop) {
    assert_eq!(pop.lines("UIDL").len() as u64, MESSAGES);
    assert_eq!(pop.lines("LIST").len() as u64, MESSAGES);
    let text = pop.lines("RETR 7").join("\r\n") + "\r\n";
    assert_eq!(text.as_bytes(), mailbox::message(5, 6).bytes);
    assert!(pop.say("QUIT").starts_with("+OK"));
}

#[test]
fn dovecot_shows_its_inbox_to_its_user_and_to_a_master_user() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let account = filled(dovecot.fresh_user());
    holds_all(&mut Pop::login(&account));
    holds_all(&mut Pop::login(&dovecot.as_master(&account)));
    let (master, password) = dovecot.master();
    holds_all(&mut Pop::plain(&account, master, password).expect("an authorisation identity"));
    assert!(Pop::plain(&account, "somebody", "pass").is_none(), "not a master user");
    let capabilities = Pop::open(&account).lines("CAPA");
    assert!(["UIDL", "PIPELINING", "STLS"].iter().all(|word| capabilities.iter().any(|line| line == word)));
}

#[test]
fn cyrus_shows_its_inbox_to_its_user_and_to_a_proxy() {
    let Some(cyrus) = or_skip(servers::cyrus()) else { return };
    let account = filled(cyrus.fresh_user().expect("a user"));
    holds_all(&mut Pop::login(&account));
    let (proxy, password) = cyrus.proxy();
    holds_all(&mut Pop::plain(&account, proxy, password).expect("an authorisation identity"));
    let other = cyrus.fresh_user().expect("a user");
    assert!(Pop::plain(&account, &other.login, &other.password).is_none(), "not a proxy");
}

#[test]
fn pop3_goes_through_the_proxy_too() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let account = filled(dovecot.fresh_user());
    let proxy = DelayProxy::start(account.pop3_port, Duration::ZERO).expect("a port");
    holds_all(&mut Pop::login(&account.through_pop3(proxy.port())));
    assert_eq!(proxy.connections(), 1);
}
