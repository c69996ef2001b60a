//! What the scripted servers say.

use crate::connection::{HANDSHAKE, Talk, Then};
use std::{collections::BTreeMap, sync::Arc};

/// IMAP and POP3, as far as anybody gets without a login.
pub(crate) struct Mail {
    pub(crate) greeting: &'static str,
    pub(crate) offers_tls: bool,
    /// Somebody on the way adds words of his own behind the agreement to TLS.
    pub(crate) is_injected: bool,
    pub(crate) unread: String,
}

impl Mail {
    pub(crate) fn new(greeting: &'static str, offers_tls: bool) -> Self {
        Self { greeting, offers_tls, is_injected: false, unread: String::new() }
    }

    fn answer(&self, line: &str) -> (String, Then) {
        let (stls, starttls) = if self.offers_tls { ("STLS\r\n", " STARTTLS") } else { ("", "") };
        match line {
            "a CAPABILITY" => (format!("* CAPABILITY IMAP4rev1 IDLE{starttls}\r\na OK done\r\n"), Then::Stay),
            "b STARTTLS" if self.is_injected => {
                ("b OK go\r\n* CAPABILITY IMAP4rev1 EVIL\r\na OK\r\n".to_owned(), Then::StartTls)
            }
            "b STARTTLS" => ("b OK go\r\n".to_owned(), Then::StartTls),
            "z LOGOUT" => ("* BYE\r\nz OK\r\n".to_owned(), Then::Close),
            "CAPA" => (format!("+OK\r\nUIDL\r\nTOP\r\n{stls}.\r\n"), Then::Stay),
            "STLS" => ("+OK go\r\n".to_owned(), Then::StartTls),
            "QUIT" => ("+OK\r\n".to_owned(), Then::Close),
            other => panic!("nobody says {other:?} before a login"),
        }
    }
}

impl Talk for Mail {
    fn hello(&mut self) -> Vec<u8> {
        format!("{}\r\n", self.greeting).into_bytes()
    }

    fn receive(&mut self, bytes: &[u8]) -> (Vec<u8>, Then) {
        if bytes.first() == Some(&HANDSHAKE) {
            return (b"* BAD what\r\n".to_vec(), Then::Close);
        }
        self.unread.push_str(&String::from_utf8_lossy(bytes));
        let Some((line, rest)) = self.unread.split_once("\r\n") else { return (Vec::new(), Then::Stay) };
        let (answer, then) = self.answer(line);
        assert_eq!(rest, "", "one command at a time");
        self.unread.clear();
        if matches!(then, Then::StartTls) {
            self.offers_tls = false;
        }
        (answer.into_bytes(), then)
    }
}

/// Whatever is asked, nobody answers.
pub(crate) struct Silent;

impl Talk for Silent {
    fn hello(&mut self) -> Vec<u8> {
        Vec::new()
    }

    fn receive(&mut self, _: &[u8]) -> (Vec<u8>, Then) {
        (Vec::new(), Then::Stay)
    }
}

/// Answers of a web server, by path: a body, or a line that begins with `status:` or `redirect:`.
pub(crate) type Pages = Arc<BTreeMap<String, String>>;

pub(crate) struct Web {
    pub(crate) pages: Pages,
    pub(crate) asked: String,
}

impl Web {
    fn answer(&self) -> String {
        let path = self.asked.split(' ').nth(1).unwrap_or_default();
        let page = self.pages.get(path.split('?').next().unwrap_or_default()).or_else(|| self.pages.get("*"));
        let page = page.map_or("status:404 Not Found", String::as_str);
        let (status, head, body) = if let Some(status) = page.strip_prefix("status:") {
            (status, "", "no")
        } else if let Some(to) = page.strip_prefix("redirect:") {
            return format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
        } else if page == "exchange" {
            let ways = "WWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\n";
            ("401 Unauthorized", ways, "")
        } else {
            ("200 OK", "", page)
        };
        format!("HTTP/1.1 {status}\r\n{head}Content-Length: {}\r\n\r\n{body}", body.len())
    }
}

impl Talk for Web {
    fn hello(&mut self) -> Vec<u8> {
        Vec::new()
    }

    fn receive(&mut self, bytes: &[u8]) -> (Vec<u8>, Then) {
        self.asked.push_str(&String::from_utf8_lossy(bytes));
        if !self.asked.ends_with("\r\n\r\n") {
            return (Vec::new(), Then::Stay);
        }
        assert!(!self.asked.to_ascii_lowercase().contains("authorization"), "{}", self.asked);
        (self.answer().into_bytes(), Then::Close)
    }
}
