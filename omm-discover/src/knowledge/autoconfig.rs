//! Mozilla's autoconfig documents: `clientConfig`, as published by providers and by Thunderbird's database.
//!
//! The form: <https://wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat>

use super::{Document, Draft, Login};
use crate::{
    address::Address,
    candidate::{Knowledge, ServerType, Sureness},
    host,
};
use omm_core::seam::Tls;
use omm_net::xml::{self, Element, Limits};

/// Servers of one document that are looked at.
const MOST_SERVERS: usize = 8;
/// Of a login: longer ones are no login.
const LONGEST_LOGIN: usize = 320;

/// The incoming servers that a document names.
pub(super) fn drafts(address: &Address, document: &Document) -> Result<Vec<Draft>, &'static str> {
    let mut drafts = read(address, &document.body)?;
    for draft in &mut drafts {
        (draft.source, draft.sureness) = (document.source, document.sureness);
        draft.evidence.clone_from(&document.url);
    }
    Ok(drafts)
}

/// The same before it is said where the document is from.
pub(crate) fn read(address: &Address, body: &[u8]) -> Result<Vec<Draft>, &'static str> {
    let root = xml::read(body, Limits::SMALL)?;
    if root.name != "clientConfig" {
        return Err("this is no autoconfig document");
    }
    let provider = root.all("emailProvider").next().ok_or("the document names no provider")?;
    let servers = provider.all("incomingServer").filter_map(|server| draft(address, server));
    let drafts: Vec<Draft> = servers.take(MOST_SERVERS).collect();
    if drafts.is_empty() { Err("the document names no server that can be used") } else { Ok(drafts) }
}

fn draft(address: &Address, server: &Element) -> Option<Draft> {
    let server_type = match server.attribute("type")?.to_ascii_lowercase().as_str() {
        "imap" => ServerType::Imap,
        "pop3" => ServerType::Pop3,
        "exchange" | "ews" => ServerType::Ews,
        _ => return None,
    };
    let tls = match server.text_of("socketType").map(str::to_ascii_uppercase).as_deref() {
        Some("SSL") | None => Tls::Required,
        Some("STARTTLS") => Tls::StartTls,
        Some("PLAIN") => Tls::Off,
        Some(_) => return None,
    };
    // An Exchange without TLS is not spoken to at all.
    let tls = if server_type == ServerType::Ews { Tls::Required } else { tls };
    let host = host::public(&filled(server.text_of("hostname")?, address))?;
    let (source, sureness) = (Knowledge::PlainAutoconfig, Sureness::Unverified);
    let mut draft = Draft::new(server_type, &host, tls, source, sureness, "");
    if let Some(port) = server.text_of("port") {
        draft.port = port.parse().ok().filter(|port| *port != 0)?;
    }
    draft.login = login(server.text_of("username").unwrap_or("%EMAILADDRESS%"), address)?;
    if only_oauth(server) {
        return Some(draft.remark("takes OAuth2 tokens only, no password (option auth=xoauth2)"));
    }
    Some(draft)
}

fn only_oauth(server: &Element) -> bool {
    let mut ways = server.all("authentication").map(Element::text).peekable();
    ways.peek().is_some() && ways.all(|way| way.eq_ignore_ascii_case("OAuth2"))
}

fn login(template: &str, address: &Address) -> Option<Login> {
    match template {
        "%EMAILADDRESS%" => Some(Login::Address),
        "%EMAILLOCALPART%" => Some(Login::LocalPart),
        other => {
            let login = filled(other, address);
            // What is left of a placeholder that we do not know cannot log in.
            let is_strange = login.contains(|letter: char| letter == '%' || letter.is_control());
            let is_login = !is_strange && login.len() <= LONGEST_LOGIN;
            is_login.then_some(Login::Other(login))
        }
    }
}

fn filled(template: &str, address: &Address) -> String {
    template
        .replace("%EMAILADDRESS%", &address.to_string())
        .replace("%EMAILLOCALPART%", address.local())
        .replace("%EMAILDOMAIN%", address.domain())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn servers(inside: &str) -> Result<Vec<String>, &'static str> {
        let address = Address::parse("anna@example.org").expect("an address of the test");
        let text = format!(
            "<clientConfig version='1.1'><emailProvider id='x'>{inside}</emailProvider></clientConfig>"
        );
        let show = |draft: Draft| {
            let candidate = draft.candidate(&address);
            format!(
                "{} {:?} {} {}",
                candidate.address(),
                candidate.tls,
                candidate.port,
                candidate.remarks.len()
            )
        };
        read(&address, text.as_bytes()).map(|drafts| drafts.into_iter().map(show).collect())
    }

    #[test]
    fn servers_of_a_document() {
        for (inside, expected) in [
            (
                "<incomingServer type='imap'><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port>\
                 <socketType>SSL</socketType><username>%EMAILADDRESS%</username></incomingServer>",
                "imaps://anna@example.org@imap.example.org Required 993 0",
            ),
            (
                "<incomingServer type='POP3'><hostname>Pop.Example.net</hostname><port>110</port>\
                 <socketType>starttls</socketType><username>%EMAILLOCALPART%</username></incomingServer>",
                "pop3://anna@pop.example.net StartTls 110 0",
            ),
            (
                "<incomingServer type='imap'><hostname>imap.example.org</hostname><port>1143</port>\
                 <socketType>plain</socketType><username>%EMAILDOMAIN%+%EMAILLOCALPART%</username></incomingServer>",
                "imap://example.org+anna@imap.example.org:1143 Off 1143 0",
            ),
            (
                "<incomingServer type='exchange'><hostname>ex.example.org</hostname><socketType>plain</socketType>\
                 </incomingServer>",
                "ews:https://anna@example.org@ex.example.org/EWS/Exchange.asmx Required 443 0",
            ),
            (
                "<incomingServer type='imap'><hostname>imap.example.org</hostname>\
                 <authentication>OAuth2</authentication></incomingServer>",
                "imaps://anna@example.org@imap.example.org Required 993 1",
            ),
            (
                "<incomingServer type='imap'><hostname>imap.example.org</hostname>\
                 <authentication>OAuth2</authentication><authentication>password-cleartext</authentication>\
                 </incomingServer>",
                "imaps://anna@example.org@imap.example.org Required 993 0",
            ),
        ] {
            assert_eq!(servers(inside), Ok(vec![expected.to_owned()]), "{inside}");
        }
    }

    #[test]
    fn servers_that_cannot_be_used_are_left_out() {
        let unusable = "the document names no server that can be used";
        for inside in [
            "",
            "<outgoingServer type='smtp'><hostname>smtp.example.org</hostname></outgoingServer>",
            "<incomingServer><hostname>imap.example.org</hostname></incomingServer>",
            "<incomingServer type='nntp'><hostname>imap.example.org</hostname></incomingServer>",
            "<incomingServer type='imap'/>",
            "<incomingServer type='imap'><hostname>localhost</hostname></incomingServer>",
            "<incomingServer type='imap'><hostname>192.168.0.1</hostname></incomingServer>",
            "<incomingServer type='imap'><hostname>imap.example.org</hostname><port>70000</port></incomingServer>",
            "<incomingServer type='imap'><hostname>imap.example.org</hostname><port>0</port></incomingServer>",
            "<incomingServer type='imap'><hostname>imap.example.org</hostname><socketType>x</socketType></incomingServer>",
            "<incomingServer type='imap'><hostname>imap.example.org</hostname><username>%REALNAME%</username></incomingServer>",
            "<incomingServer type='imap'><hostname>imap.example.org</hostname><username>a&#27;[2J</username></incomingServer>",
        ] {
            assert_eq!(servers(inside), Err(unusable), "{inside}");
        }
        let many =
            "<incomingServer type='imap'><hostname>imap.example.org</hostname></incomingServer>".repeat(50);
        assert_eq!(servers(&many).map(|all| all.len()), Ok(MOST_SERVERS));
    }

    #[test]
    fn what_is_no_document() {
        let address = Address::parse("anna@example.org").expect("an address of the test");
        for text in ["<html><body>Not found</body></html>", "<clientConfig/>", "{}", ""] {
            assert!(read(&address, text.as_bytes()).is_err(), "{text}");
        }
    }
}
