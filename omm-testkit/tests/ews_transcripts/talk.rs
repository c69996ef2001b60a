//! Requests by hand, and answers as elements.

use omm_testkit::ews::{MockEws, Served, Version};
use quick_xml::{NsReader, events::Event, name::ResolveResult};
use std::{
    io::{Read, Write},
    net::TcpStream,
};

/// A server that listens, with a mailbox for ann.
pub(crate) struct Bench {
    pub(crate) server: MockEws,
    served: Served,
    version: &'static str,
}

/// An answer of HTTP.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// An element of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) space: String,
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Node>,
    pub(crate) text: String,
}

pub(crate) fn server() -> MockEws {
    MockEws::new().user("ann@example.com", "secret")
}

impl Bench {
    pub(crate) fn new(server: MockEws) -> Self {
        let served = server.serve().expect("a free port");
        Self { server, served, version: "Exchange2016" }
    }

    /// The server is of this version, and requests are.
    pub(crate) fn of(version: Version) -> Self {
        let name = match version {
            Version::Exchange2007 => "Exchange2007_SP1",
            Version::Exchange2010 => "Exchange2010_SP2",
            Version::Exchange2013 => "Exchange2013_SP1",
            _ => "Exchange2016",
        };
        Self { version: name, ..Self::new(server().version(version)) }
    }

    /// The root of the answer to an operation, whatever its status.
    pub(crate) fn ask(&self, operation: &str) -> Node {
        parse(&self.reply(operation).body)
    }

    pub(crate) fn reply(&self, operation: &str) -> Reply {
        self.try_reply(operation).expect("an answer")
    }

    /// Nothing when the connection ends before the answer does.
    pub(crate) fn try_reply(&self, operation: &str) -> Option<Reply> {
        self.post(
            "/EWS/Exchange.asmx",
            "Authorization: Basic YW5uQGV4YW1wbGUuY29tOnNlY3JldA==\r\n",
            &self.envelope(operation, ""),
        )
    }

    pub(crate) fn envelope(&self, operation: &str, header: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\" \
             xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\"><soap:Header>\
             <t:RequestServerVersion Version=\"{}\"/>{header}</soap:Header><soap:Body>{operation}</soap:Body></soap:Envelope>",
            self.version
        )
    }

    pub(crate) fn post(&self, path: &str, headers: &str, body: &str) -> Option<Reply> {
        let mut stream = TcpStream::connect(self.served.address()).ok()?;
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body.as_bytes()).ok()?;
        let mut answer = Vec::new();
        // A cut connection may end with an error.
        let _ = stream.read_to_end(&mut answer);
        let at = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&answer[..at]).into_owned();
        let body = answer[at + 4..].to_vec();
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let reply = Reply { status, head, body };
        let is_whole =
            reply.header("content-length").is_none_or(|length| length.parse() == Ok(reply.body.len()));
        is_whole.then_some(reply)
    }
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }
}

impl Node {
    /// The first element of this name, however deep.
    pub(crate) fn find(&self, name: &str) -> Option<&Self> {
        if self.name == name { Some(self) } else { self.children.iter().find_map(|child| child.find(name)) }
    }

    /// All of this name, however deep, in order.
    pub(crate) fn all<'a>(&'a self, name: &str) -> Vec<&'a Self> {
        let own = (self.name == name).then_some(self);
        own.into_iter().chain(self.children.iter().flat_map(|child| child.all(name))).collect()
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.find(name).map(|node| node.text.as_str()).unwrap_or_default()
    }

    pub(crate) fn attribute(&self, element: &str, name: &str) -> &str {
        let attributes = self.find(element).map(|node| node.attributes.as_slice()).unwrap_or_default();
        attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The response codes, in order.
    pub(crate) fn codes(&self) -> Vec<&str> {
        self.all("ResponseCode").into_iter().map(|node| node.text.as_str()).collect()
    }

    /// `<t:ItemId …/>` of the first item in it.
    pub(crate) fn id(&self) -> String {
        let (id, key) = (self.attribute("ItemId", "Id"), self.attribute("ItemId", "ChangeKey"));
        format!("<t:ItemId Id=\"{id}\" ChangeKey=\"{key}\"/>")
    }
}

/// The root of a document.
pub(crate) fn parse(bytes: &[u8]) -> Node {
    try_parse(bytes).unwrap_or_else(|| panic!("not well formed: {}", String::from_utf8_lossy(bytes)))
}

pub(crate) fn try_parse(bytes: &[u8]) -> Option<Node> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut reader = NsReader::from_str(text.trim_start_matches('\u{feff}'));
    let mut open = vec![Node::default()];
    loop {
        let (space, event) = reader.read_resolved_event().ok()?;
        let space = match space {
            ResolveResult::Bound(name) => name.0.to_owned(),
            _ => String::new(),
        };
        let node = |start: &quick_xml::events::BytesStart<'_>| Node {
            space: space.clone(),
            name: start.local_name().as_ref().to_owned(),
            attributes: start
                .attributes()
                .flatten()
                .map(|it| {
                    let key: &str = it.key.as_ref();
                    (
                        key.to_owned(),
                        it.normalized_value(quick_xml::XmlVersion::default())
                            .unwrap_or_default()
                            .into_owned(),
                    )
                })
                .collect(),
            ..Node::default()
        };
        match event {
            Event::Start(start) => open.push(node(&start)),
            Event::Empty(start) => open.last_mut()?.children.push(node(&start)),
            Event::End(_) => {
                let done = open.pop()?;
                open.last_mut()?.children.push(done);
            }
            Event::Text(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let letter = reference.resolve_char_ref().ok()?;
                let named = match &*reference.xml10_content() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    _ => "",
                };
                let text = &mut open.last_mut()?.text;
                match letter {
                    Some(letter) => text.push(letter),
                    None => text.push_str(named),
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if open.len() == 1 { open.pop()?.children.pop() } else { None }
}

/// CreateItem of one item.
pub(crate) fn create(folder: &str, item: &str) -> String {
    format!(
        "<m:CreateItem MessageDisposition=\"SaveOnly\" SendMeetingInvitations=\"SendToNone\"><m:SavedItemFolderId>\
         <t:DistinguishedFolderId Id=\"{folder}\"/></m:SavedItemFolderId><m:Items>{item}</m:Items></m:CreateItem>"
    )
}

/// GetItem with everything.
pub(crate) fn get(ids: &str) -> String {
    format!(
        "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds>{ids}</m:ItemIds></m:GetItem>"
    )
}
