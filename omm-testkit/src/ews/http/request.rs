//! From a request to its answer: who asks, what goes wrong, what is done.

use super::{
    answer::{Answer, Fate},
    login::{Login, challenges, login},
};
use crate::ews::{
    autodiscover, calendar,
    call::Call,
    fault::{EwsAct, SoapFault},
    log::EwsRequest,
    ops,
    policy::Busy,
    quirk::Quirk,
    soap::{Refusal, envelope, failure, fault_text, response},
    store::Ident,
    version::Version,
    world::World,
    xml::{self, Element},
};
use bytes::Bytes;
use hyper::http::request::Parts;
use std::{io::Read, sync::atomic::Ordering, time::Duration};

/// What a request says. It is read before the world is locked: a large one shall not keep the others waiting, whose clients
/// would take the server for gone.
pub(super) struct Said {
    /// As it came.
    bytes: usize,
    plain: Bytes,
    tree: Result<Element, String>,
}

impl Said {
    pub(super) fn read(head: &Parts, body: Bytes) -> Self {
        let bytes = body.len();
        let plain = unpacked(head, &body).map_or(body, Bytes::from);
        let tree = xml::read(&plain);
        Self { bytes, plain, tree }
    }
}

/// Answers a request, and writes it into the log. `in_flight` are those that are not answered yet, this one among them.
pub(super) fn answer(
    world: &mut World,
    connection: u64,
    is_secure: bool,
    head: &Parts,
    said: Said,
    in_flight: u64,
) -> Answer {
    world.counters.most_in_flight = world.counters.most_in_flight.max(in_flight);
    let mut entry = entry(world, connection, head, said.bytes);
    let mut answer = answered(world, &mut entry, is_secure, head, said);
    world.counters.count(&entry.operation);
    if answer.fate != Fate::Lost {
        entry.status = Some(answer.status);
    }
    world.log.push(entry);
    if let Fate::Sent(time) = &mut answer.fate {
        *time = (*time).max(world.settings.policy.latency);
    }
    answer.is_chunked = world.is_so(Quirk::Chunked);
    let accepts = head.headers.get("accept-encoding").and_then(|it| it.to_str().ok());
    let is_wanted = world.settings.gzip && accepts.is_some_and(|it| it.contains("gzip"));
    let version = match world.settings.version {
        Version::Exchange2007 => "Microsoft-IIS/6.0",
        Version::Exchange2010 => "Microsoft-IIS/7.5",
        _ => "Microsoft-IIS/10.0",
    };
    let answer = answer.with("Server", version).with("X-Powered-By", "ASP.NET");
    let answer = answer.with("Date", world.now().format("%a, %d %b %Y %H:%M:%S GMT").to_string());
    if is_wanted && !answer.body.is_empty() { answer.compressed() } else { answer }
}

fn entry(world: &World, connection: u64, head: &Parts, bytes: usize) -> EwsRequest {
    let shown = |name: &str, value: &str| match name {
        "authorization" => value.split(' ').next().unwrap_or_default().to_owned(),
        _ => value.to_owned(),
    };
    let headers = head.headers.iter();
    EwsRequest {
        number: world.log.len() as u64 + 1,
        connection,
        arrived: world.instant(),
        operation: head.uri.path().to_owned(),
        user: None,
        impersonated: None,
        headers: headers
            .map(|(name, value)| {
                (name.to_string(), shown(name.as_str(), &String::from_utf8_lossy(value.as_bytes())))
            })
            .collect(),
        attributes: Vec::new(),
        count: 0,
        bytes,
        status: None,
        codes: Vec::new(),
    }
}

fn answered(world: &mut World, entry: &mut EwsRequest, is_secure: bool, head: &Parts, said: Said) -> Answer {
    let path = head.uri.path().to_ascii_lowercase();
    let is_ews = path == "/ews/exchange.asmx";
    let is_pox = path == "/autodiscover/autodiscover.xml";
    let is_soap = path == "/autodiscover/autodiscover.svc";
    if !(is_ews || is_pox || is_soap) {
        return Answer::page(404);
    }
    if world.settings.policy.connections.is_some_and(|most| world.ground.open.len() > most) {
        world.counters.throttled += 1;
        return Answer::page(503);
    }
    if world.settings.policy.largest_request.is_some_and(|most| said.bytes > most) {
        return Answer::page(413);
    }
    let authorization = head.headers.get("authorization").and_then(|it| it.to_str().ok());
    match login(world, authorization) {
        Login::Known(user) => entry.user = Some(user),
        Login::Unknown(ntlm) => {
            "401".clone_into(&mut entry.operation);
            let headers = challenges(world, ntlm);
            return Answer { headers, ..Answer::page(401) };
        }
    }
    if is_pox || is_soap {
        "Autodiscover".clone_into(&mut entry.operation);
        let base = base(world, is_secure, head);
        let acts = world.faults.at("Autodiscover");
        if let Some(answer) = acts.iter().find_map(instead) {
            return answer;
        }
        let (status, text) = match is_pox {
            true => autodiscover::pox(world, &base, &said.plain),
            false => autodiscover::soap(world, &base, &said.plain),
        };
        return Answer::xml(status, text, true);
    }
    if head.method != hyper::Method::POST {
        return Answer::new(200, "<html><body>Service</body></html>").with("Content-Type", "text/html");
    }
    exchange(world, entry, said.tree)
}

/// Where clients are sent.
fn base(world: &World, is_secure: bool, head: &Parts) -> String {
    let host = head.headers.get("host").and_then(|it| it.to_str().ok()).unwrap_or("localhost");
    let scheme = if is_secure { "https" } else { "http" };
    world.settings.external.clone().unwrap_or_else(|| format!("{scheme}://{host}"))
}

fn unpacked(head: &Parts, body: &[u8]) -> Option<Vec<u8>> {
    let is_packed = head.headers.get("content-encoding").is_some_and(|it| it.as_bytes() == b"gzip");
    let mut plain = Vec::new();
    let result = is_packed.then(|| flate2::read::GzDecoder::new(body).read_to_end(&mut plain));
    result.and_then(Result::ok).map(|_| plain)
}

fn exchange(world: &mut World, entry: &mut EwsRequest, said: Result<Element, String>) -> Answer {
    let root = match said {
        Ok(root) if root.name == "Envelope" => root,
        Ok(_) => return Answer::page(400),
        Err(why) => return fault(world, entry, &SoapFault::new("ErrorInvalidRequest", &why)),
    };
    let operation = root.child("Body").and_then(|body| body.children.first());
    let Some(operation) = operation.cloned() else { return Answer::page(400) };
    let header = root.child("Header").cloned().unwrap_or_default();
    entry.operation.clone_from(&operation.name);
    entry.attributes.clone_from(&operation.attributes);
    entry.count = count(&operation);
    let acts = world.faults.at(&operation.name);
    if let Some(answer) = acts.iter().find_map(instead) {
        return answer;
    }
    if let Some(EwsAct::Soap(own)) = acts.iter().find(|act| matches!(act, EwsAct::Soap(_))) {
        let own = own.clone();
        return fault(world, entry, &own);
    }
    if let Some(answer) = throttled(world, entry, &operation) {
        return answer;
    }
    acts.iter().for_each(|act| edited(world, act));
    let answer = match carried_out(world, entry, &operation, &header, acts.clone()) {
        Ok(element) => {
            let codes = element.below("ResponseCode");
            entry.codes = codes.iter().map(|code| code.text.clone()).collect();
            let text = envelope(world.settings.version, &element);
            Answer::xml(200, text, !world.is_so(Quirk::NoCharset))
        }
        Err(own) => fault(world, entry, &own),
    };
    afterwards(answer, &acts)
}

/// How many items, folders or attachments it is about.
fn count(operation: &Element) -> usize {
    const LISTS: [&str; 12] = [
        "Items",
        "ItemIds",
        "ItemChanges",
        "FolderIds",
        "Folders",
        "FolderChanges",
        "ParentFolderIds",
        "Attachments",
        "AttachmentIds",
        "Ids",
        "SyncFolderId",
        "ItemId",
    ];
    LISTS.iter().filter_map(|name| operation.child(name)).map(|list| list.children.len()).next().unwrap_or(1)
}

/// Faults that come in the place of doing anything.
fn instead(act: &EwsAct) -> Option<Answer> {
    match act {
        EwsAct::Close => Some(Answer::lost()),
        EwsAct::Stall => Some(Answer { fate: Fate::Stalled, ..Answer::page(200) }),
        EwsAct::Status(status, headers) => {
            let page = Answer::page(*status);
            Some(headers.iter().fold(page, |page, (name, value)| page.with(name, value)))
        }
        EwsAct::Body(body) => {
            Some(Answer::new(200, body.clone()).with("Content-Type", "text/xml; charset=utf-8"))
        }
        _ => None,
    }
}

/// What a user does meanwhile.
fn edited(world: &mut World, act: &EwsAct) {
    let EwsAct::Edit(address, id, name, text) = act else { return };
    let number = world.mailbox_at(address).map(|mailbox| mailbox.number);
    let Some(mailbox) = number.and_then(|number| world.mailboxes.get_mut(&number)) else { return };
    if let Some(Ident::Item { key, .. }) = Ident::read(id)
        && let Some(item) = mailbox.items.get_mut(&key)
    {
        item.edit(name, text);
        mailbox.touch(key, false);
    }
}

/// Faults that come when everything is done.
fn afterwards(mut answer: Answer, acts: &[EwsAct]) -> Answer {
    for act in acts {
        match act {
            EwsAct::LoseAnswer => answer.fate = Fate::Lost,
            EwsAct::Cut(bytes) => answer.fate = Fate::Cut(*bytes),
            EwsAct::Delay(time) => answer.fate = Fate::Sent(*time),
            EwsAct::StatusAfter(status) => answer = Answer::page(*status),
            EwsAct::Replace(that, this) => {
                let text = String::from_utf8_lossy(&answer.body).replacen(that, this, 1);
                answer.body = text.into_bytes().into();
            }
            _ => {}
        }
    }
    answer
}

fn fault(world: &World, entry: &mut EwsRequest, fault: &SoapFault) -> Answer {
    entry.codes = vec![fault.code.clone()];
    let status = if world.is_so(Quirk::FaultsWithStatus200) { 200 } else { fault.status };
    Answer::xml(status, fault_text(fault), !world.is_so(Quirk::NoCharset))
}

fn throttled(world: &mut World, entry: &mut EwsRequest, operation: &Element) -> Option<Answer> {
    if let Some(until) = world.busy_until
        && world.instant() < until
    {
        world.counters.too_early += 1;
    }
    let most = world.settings.policy.in_flight;
    if most.is_some_and(|most| world.in_flight.load(Ordering::SeqCst) > most) {
        world.counters.throttled += 1;
        let code = SoapFault::new(
            "ErrorExceededConnectionCount",
            "You have exceeded the available concurrent connections for your account.",
        );
        return Some(fault(world, entry, &code));
    }
    let (after, busy) = world.settings.policy.busy_after?;
    world.requests_since_pause += 1;
    if world.requests_since_pause <= after {
        return None;
    }
    world.requests_since_pause = 0;
    world.counters.throttled += 1;
    let pause = match busy {
        Busy::Fault(Some(time)) | Busy::Messages(time) => Duration::from_millis(time),
        Busy::Status(_, Some(seconds)) | Busy::FaultAndHeader(seconds) => Duration::from_secs(seconds),
        _ => Duration::ZERO,
    };
    world.busy_until = Some(world.instant() + pause);
    Some(refused(world, entry, operation, busy))
}

fn refused(world: &World, entry: &mut EwsRequest, operation: &Element, busy: Busy) -> Answer {
    let words = "The server cannot service this request right now. Try again later.";
    let messages = |refusal: &Refusal, entry: &mut EwsRequest| {
        entry.codes = vec![refusal.code.clone(); entry.count.max(1)];
        let all = (0..entry.count.max(1)).map(|_| failure(&operation.name, refusal, &[])).collect();
        Answer::xml(200, envelope(world.settings.version, &response(&operation.name, all)), true)
    };
    match busy {
        Busy::Fault(back_off) => {
            fault(world, entry, &SoapFault { back_off, ..SoapFault::new("ErrorServerBusy", words) })
        }
        Busy::FaultAndHeader(seconds) => {
            let fault = fault(world, entry, &SoapFault::new("ErrorServerBusy", words));
            fault.with("Retry-After", seconds.to_string())
        }
        Busy::Messages(back_off) => messages(&Refusal::busy(back_off), entry),
        Busy::Status(status, None) => Answer::page(status),
        Busy::Status(status, Some(seconds)) => Answer::page(status).with("Retry-After", seconds.to_string()),
        Busy::TooManyObjectsOpened => messages(&Refusal::new("ErrorTooManyObjectsOpened"), entry),
        Busy::ConnectionCount => fault(world, entry, &SoapFault::new("ErrorExceededConnectionCount", words)),
        Busy::Timeout => messages(&Refusal::new("ErrorTimeoutExpired"), entry),
    }
}

fn carried_out(
    world: &mut World,
    entry: &mut EwsRequest,
    operation: &Element,
    header: &Element,
    acts: Vec<EwsAct>,
) -> Result<Element, SoapFault> {
    let version = version(world, header)?;
    let user = entry.user.clone().unwrap_or_default();
    let own = world.users.get(&user);
    let (mailbox, may) = own.map_or((None, false), |own| (own.mailbox, own.impersonates));
    let mailbox =
        match header.at(&["ExchangeImpersonation", "ConnectingSID"]).and_then(|sid| sid.children.first()) {
            None => mailbox,
            Some(whose) => {
                let address = whose.text.trim();
                entry.impersonated = Some(address.to_owned());
                if !may {
                    let words = "The account does not have permission to impersonate the requested user.";
                    return Err(SoapFault::new("ErrorImpersonateUserDenied", words));
                }
                let words = "The SMTP address has no mailbox associated with it.";
                let found = world.mailbox_at(address).map(|mailbox| mailbox.number);
                Some(found.ok_or_else(|| SoapFault::new("ErrorNonExistentMailbox", words))?)
            }
        };
    let is_about_items = !operation.name.ends_with("Folder");
    if is_about_items && world.settings.policy.largest_batch.is_some_and(|most| entry.count > most) {
        return Err(SoapFault::new("ErrorInvalidRequest", "The request has too many items."));
    }
    let zone = header.at(&["TimeZoneContext", "TimeZoneDefinition"]).and_then(|zone| zone.attribute("Id"));
    let zone = zone.and_then(calendar::named);
    let public = entry.header("x-publicfoldermailbox").map(str::to_owned);
    let name = operation.name.clone();
    let mut call = Call { world, request: operation, operation: name, version, mailbox, public, zone, acts };
    ops::carry_out(&mut call)
}

/// The schema that a request follows; the oldest when it does not say.
fn version(world: &World, header: &Element) -> Result<Version, SoapFault> {
    let text =
        header.child("RequestServerVersion").and_then(|it| it.attribute("Version")).unwrap_or("Exchange2007");
    let asked = match text {
        text if text.starts_with("Exchange2007") => Version::Exchange2007,
        text if text.starts_with("Exchange2010") => Version::Exchange2010,
        text if text.starts_with("Exchange2013") => Version::Exchange2013,
        text if text.starts_with("Exchange201") || text.starts_with("V20") => Version::Exchange2016,
        _ => {
            return Err(Call::violation(format!(
                "The 'Version' attribute is invalid - The value '{text}' is invalid."
            )));
        }
    };
    if asked > world.settings.version {
        return Err(SoapFault::new("ErrorInvalidServerVersion", "The specified server version is invalid."));
    }
    Ok(asked)
}
