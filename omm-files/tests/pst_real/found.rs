//! What we find in a file, as lines of the same form.

use chrono::SecondsFormat;
use omm_files::pst::{Pst, PstFolder};
use omm_mapi::{
    Attachment, Message,
    property::{Properties, tag},
};
use sha2::{Digest, Sha256};
use std::io::Read;

/// PidTagContainerClass is in the folder; the rest as [MS-OXPROPS] has it.
const ATTACH_LONG_FILENAME: u16 = 0x3707;
const ATTACH_FILENAME: u16 = 0x3704;
const ATTACH_MIME_TAG: u16 = 0x370E;
const ATTACH_CONTENT_ID: u16 = 0x3712;
const SMTP_ADDRESS: u16 = 0x39FE;

pub(crate) struct Found {
    pub(crate) paths: Vec<Vec<String>>,
    pub(crate) lines: Vec<String>,
}

pub(crate) fn read(pst: &Pst) -> Found {
    let folders = pst.folders().expect("folders");
    let mut lines = Vec::new();
    for folder in &folders {
        lines.push(format!(
            "folder {} | {}",
            folder.path.join("/"),
            folder.container_class.clone().unwrap_or_default()
        ));
        items(pst, folder, &mut lines);
    }
    Found { paths: folders.into_iter().map(|folder| folder.path).collect(), lines }
}

/// Embedded messages and their attachments, at every depth.
pub(crate) fn embedded(pst: &Pst) -> Vec<String> {
    let mut lines = Vec::new();
    for folder in pst.folders().expect("folders") {
        for row in pst.items(folder.nid).expect("items") {
            if let Ok(message) = pst.message(row.nid) {
                embedded_in(&message, &mut lines);
            }
        }
    }
    lines
}

fn embedded_in(message: &dyn Message, lines: &mut Vec<String>) {
    for attachment in message.attachments().unwrap_or_default() {
        let Ok(Some(message)) = attachment.message() else { continue };
        let text = |id| message.properties().text(id).unwrap_or_default();
        lines.push(format!("embedded {} | {}", text(tag::SUBJECT), text(tag::SENDER_NAME)));
        for attachment in message.attachments().unwrap_or_default() {
            let Ok(Some(mut data)) = attachment.data() else { continue };
            let mut bytes = Vec::new();
            data.read_to_end(&mut bytes).expect("bytes");
            lines.push(format!("embedded attachment {} {:x}", bytes.len(), Sha256::digest(&bytes)));
        }
        embedded_in(message.as_ref(), lines);
    }
}

fn items(pst: &Pst, folder: &PstFolder, lines: &mut Vec<String>) {
    let path = folder.path.join("/");
    for row in pst.items(folder.nid).expect("items") {
        match pst.message(row.nid) {
            Ok(message) => item(&path, &message, lines),
            Err(_) => lines.push(format!("unreadable {path}")),
        }
    }
}

fn item(path: &str, message: &dyn Message, lines: &mut Vec<String>) {
    let bag = message.properties();
    let subject = bag.text(tag::SUBJECT).unwrap_or_default();
    let time =
        |id| bag.time(id).map(|time| time.to_rfc3339_opts(SecondsFormat::Millis, true)).unwrap_or_default();
    let fields = [
        bag.text(tag::MESSAGE_CLASS).unwrap_or_default(),
        subject.clone(),
        time(tag::CLIENT_SUBMIT_TIME),
        time(tag::MESSAGE_DELIVERY_TIME),
        time(tag::CREATION_TIME),
        time(tag::LAST_MODIFICATION_TIME),
        bag.text(tag::INTERNET_MESSAGE_ID).unwrap_or_default(),
    ];
    lines.push(format!("item {path} | {}", fields.join(" | ")));
    let recipients = message.recipients().unwrap_or_else(|error| {
        lines.push(format!("recipients {path} | {subject} | lost: {error}"));
        Vec::new()
    });
    for recipient in recipients {
        lines.push(format!("recipient {path} | {subject} | {}", self::recipient(&recipient)));
    }
    for attachment in message.attachments().unwrap_or_default() {
        lines.push(format!("attachment {path} | {subject} | {}", self::attachment(attachment.as_ref())));
    }
}

fn recipient(bag: &Properties) -> String {
    let kind = match bag.number(tag::RECIPIENT_TYPE).map(|kind| kind & 0xF) {
        Some(0) => "orig",
        Some(1) => "to",
        Some(2) => "cc",
        Some(3) => "bcc",
        _ => "",
    };
    let text = |id| bag.text(id).unwrap_or_default();
    // What libpff's listing shows for Exchange's own addresses.
    let address = bag.text(SMTP_ADDRESS).unwrap_or_else(|| text(tag::EMAIL_ADDRESS));
    [kind.to_owned(), text(tag::DISPLAY_NAME), address, text(tag::ADDRESS_TYPE)].join(" | ")
}

fn attachment(attachment: &dyn Attachment) -> String {
    let bag = attachment.properties();
    let name =
        [ATTACH_LONG_FILENAME, ATTACH_FILENAME, tag::DISPLAY_NAME].into_iter().find_map(|id| bag.text(id));
    let method = bag.number(tag::ATTACH_METHOD).map(|method| method.to_string());
    let sums = match attachment.data() {
        Ok(Some(mut data)) => {
            let mut bytes = Vec::new();
            match data.read_to_end(&mut bytes) {
                Ok(_) => format!("{} {:x}", bytes.len(), Sha256::digest(&bytes)),
                Err(error) => format!("damaged: {error}"),
            }
        }
        Ok(None) if attachment.message().is_ok_and(|message| message.is_some()) => "message".to_owned(),
        Ok(None) => " ".to_owned(),
        Err(error) => format!("lost: {error}"),
    };
    let (mime, id) = (bag.text(ATTACH_MIME_TAG), bag.text(ATTACH_CONTENT_ID));
    let texts = [name, method, mime, id].map(Option::unwrap_or_default);
    format!("{} | {sums}", texts.join(" | "))
}
