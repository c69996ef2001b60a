//! What libpff found in a file, `NAME.expected.json` beside it, as lines.

use crate::{
    calendar,
    found::Found,
    recurrence,
    words::{self, mailbox, person, plain},
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// A listing.
pub(crate) struct Expected(Value);

/// Files that were another one, before they were harmed: what that one has is what is expected.
const ORIGINALS: [(&str, &str); 4] = [
    ("derived-damage/bitflips_40_passwordprotected.pst", "aspose/passwordprotectedPST.pst"),
    ("derived-damage/truncated_60pct_testPST.pst", "tika/testPST.pst"),
    ("derived-damage/header_crc_partial_flipped_dist-list.pst", "java-libpst/dist-list.pst"),
    ("derived-damage/zeroed_BBT_root_flags_jane_doe.pst", "aranetic/flags_jane_doe.pst"),
];

/// The listing of a file, or of the one that it was made of; none if libpff could not open it.
pub(crate) fn read(file: &Path, label: &str) -> Option<Expected> {
    let original = ORIGINALS.iter().find(|(harmed, _)| *harmed == label);
    let of = original.and_then(|(_, original)| Some(file.parent()?.parent()?.join(original)));
    let of: PathBuf = of.unwrap_or_else(|| file.to_owned());
    let listing = std::fs::read(format!("{}.expected.json", of.display())).expect("a listing");
    let listing: Value = serde_json::from_slice(&listing).expect("JSON");
    listing["libpff"]["ok"].as_bool().unwrap_or(false).then_some(Expected(listing))
}

impl Expected {
    fn folders(&self) -> impl Iterator<Item = (Vec<String>, &Value)> {
        list(&self.0["libpff"]["folders"]).map(|folder| (path(&folder["path"]), folder))
    }

    /// Whether there is a folder of this path below a root.
    pub(crate) fn has(&self, root: &[String], path: &[String]) -> bool {
        self.folders().any(|(own, _)| own.strip_prefix(root).is_some_and(|own| own == path))
    }

    /// Which folder is the one that we take for the root: that below which most paths are ours.
    pub(crate) fn root(&self, found: &Found) -> Vec<String> {
        let ours: BTreeSet<&[String]> = found.folders.iter().map(|folder| folder.path.as_slice()).collect();
        let common = |root: &Vec<String>| {
            self.folders()
                .filter(|(path, _)| {
                    path.strip_prefix(root.as_slice()).is_some_and(|rest| ours.contains(rest))
                })
                .count()
        };
        self.folders().map(|(path, _)| path).max_by_key(|root| (common(root), root.len())).unwrap_or_default()
    }

    /// The items of a folder that pst-extractor read and libpff could not.
    fn unread(&self, folder: &Value) -> Vec<&Value> {
        let count = list(&folder["items"]).filter(|item| item["kind"] == "unreadable").count();
        if count == 0 {
            return Vec::new();
        }
        let mut read: Vec<String> = list(&folder["items"]).map(subject).collect();
        let same = list(&self.0["pst_extractor"]["folders"]).filter(|other| other["path"] == folder["path"]);
        let mut others: Vec<&Value> = same.flat_map(|other| list(&other["items"])).collect();
        others.retain(|item| match read.iter().position(|subject| *subject == self::subject(item)) {
            Some(known) => {
                read.swap_remove(known);
                false
            }
            None => true,
        });
        assert_eq!(others.len(), count, "items that libpff cannot read");
        others
    }

    /// Everything below a folder.
    pub(crate) fn lines(&self, root: &[String]) -> Vec<String> {
        let mut lines = Vec::new();
        for (path, folder) in self.folders() {
            let Some(path) = path.strip_prefix(root) else { continue };
            let path = path.join("/");
            lines.extend((!path.is_empty()).then(|| format!("folder | {path}")));
            let items = list(&folder["items"]).filter(|item| item["kind"] != "unreadable");
            let others = self.unread(folder).into_iter().map(|of| (subject(of), other(of)));
            for (subject, of) in items.map(|of| (subject(of), item(of))).chain(others) {
                for (aspect, value) in of {
                    lines.push(format!("{aspect} | {path} | {subject} | {value}"));
                }
            }
        }
        for inside in list(&self.0["embedded_messages_pffexport"]) {
            lines.push(format!("inside | {}", plain(&text(&inside["subject"]))));
        }
        lines
    }
}

/// What pst-extractor found of an item: less than libpff.
fn other(item: &Value) -> Lines {
    if item["contact"].is_object() {
        return vec![("full name", subject(item))];
    }
    let mut lines = vec![("mail", String::new())];
    for attachment in list(&item["attachments"]) {
        lines
            .push(("attachment", format!("{} | {}", plain(&text(&attachment["name"])), content(attachment))));
    }
    lines
}

/// What an item is called.
fn subject(item: &Value) -> String {
    let names = [&item["contact"]["display_name"], &item["distlist"]["name"], &item["subject"]];
    names.into_iter().map(|name| plain(&text(name))).find(|name| !name.is_empty()).unwrap_or_default()
}

/// What lines with somebody's address and name are called.
pub(crate) const FROM: (&str, &str) = ("from", "name of from");
pub(crate) const TO: (&str, &str) = ("to", "name of to");
pub(crate) const CC: (&str, &str) = ("cc", "name of cc");
pub(crate) const BCC: (&str, &str) = ("bcc", "name of bcc");

type Lines = Vec<(&'static str, String)>;

fn item(item: &Value) -> Lines {
    let class = text(&item["class"]).to_ascii_lowercase();
    let is = |base: &str| class.starts_with(base);
    let mut lines = match () {
        () if is("ipm.distlist") => group(item),
        () if is("ipm.contact") => contact(&item["contact"]),
        () if is("ipm.appointment") => event(item),
        () if is("ipm.task") => task(&item["task"]),
        () if is("ipm.stickynote") => note(&item["note"]),
        () if is("ipm.activity") => journal(&item["journal"]),
        () => mail(item),
    };
    let body = &item["body"];
    if body["text_norm_chars"].as_i64().is_some_and(|count| count > 0) {
        lines.push(("text", text(&body["text_norm_sha256"])));
    }
    lines
}

fn mail(item: &Value) -> Lines {
    let first = |names: &[&str]| {
        names.iter().map(|name| text(&item[*name])).find(|text| !text.is_empty()).unwrap_or_default()
    };
    let mut lines = vec![("mail", String::new())];
    // A header that is kept from the way goes before the names that Outlook shows.
    let has_header = item["has_transport_headers"] == true;
    let mut add = |kinds: (&'static str, &'static str), name: &str, address: &str| {
        let (name, address) = mailbox(name, address);
        lines.push((kinds.0, address));
        lines.extend((!has_header && !name.is_empty()).then_some((kinds.1, name)));
    };
    let author = first(&["from_name", "sender_name"]);
    add(FROM, &author, &first(&["from_smtp", "from_email", "sender_smtp", "sender_email"]));
    for recipient in list(&item["recipients"]) {
        let kinds = match recipient["type"].as_str() {
            Some("cc") => CC,
            Some("bcc") => BCC,
            _ => TO,
        };
        add(kinds, &text(&recipient["name"]), &text(&recipient["email"]));
    }
    lines.extend(seconds(&item["submit_time"]).map(|time| ("date", time)));
    let received = seconds(&item["delivery_time"]).or_else(|| seconds(&item["submit_time"]));
    lines.extend(received.map(|time| ("received", time)));
    let flags = &item["flags"];
    for (flag, set) in [
        ("\\Seen", flags["read"] == true),
        ("\\Draft", flags["unsent"] == true),
        ("\\Flagged", item["flag_status"] == 2),
    ] {
        lines.extend(set.then(|| ("flag", flag.to_owned())));
    }
    for category in list(&item["categories"]) {
        lines.push(("flag", words::keyword(&text(category))));
    }
    match item["importance"].as_i64() {
        Some(0) => lines.push(("importance", "low".into())),
        Some(2) => lines.push(("importance", "high".into())),
        _ => {}
    }
    let id = plain(&text(&item["message_id"]));
    lines.extend((!id.is_empty()).then_some(("message id", id)));
    lines.extend(item["body"]["html_bytes"].as_i64().map(|_| ("html", String::new())));
    for attachment in list(&item["attachments"]) {
        let name = plain(&text(&attachment["name"]));
        lines.push(("attachment", format!("{name} | {}", content(attachment))));
    }
    lines
}

fn content(attachment: &Value) -> String {
    match attachment["embedded_message"].as_bool() {
        Some(true) => "message".to_owned(),
        _ => format!("{} {}", attachment["size"].as_i64().unwrap_or_default(), text(&attachment["sha256"])),
    }
}

fn group(item: &Value) -> Lines {
    let mut lines = vec![("full name", plain(&text(&item["distlist"]["name"])))];
    let members = ["oneoff_members", "members"].map(|name| &item["distlist"][name]);
    let members = members.into_iter().find(|members| members.is_array());
    for member in members.into_iter().flat_map(list) {
        lines.push(("member", person(&text(&member["name"]), &text(&member["email"]))));
    }
    lines
}

fn contact(contact: &Value) -> Lines {
    let field = |name: &str| plain(&text(&contact[name]));
    let parts = ["surname", "given", "middle", "prefix", "suffix"].map(field);
    let mut lines = vec![("full name", field("display_name")), ("name", parts.join(";"))];
    for email in list(&contact["emails"]) {
        lines.push(("email", text(&email["email"])));
    }
    for (aspect, name) in [("company", "company"), ("department", "department"), ("title", "title")] {
        let value = field(name);
        lines.extend((!value.is_empty()).then_some((aspect, value)));
    }
    for (kind, name) in [
        ("work", "phone_business"),
        ("home", "phone_home"),
        ("cell", "phone_mobile"),
        ("fax", "fax_business"),
    ] {
        let value = field(name);
        lines.extend((!value.is_empty()).then(|| ("tel", format!("{kind} {value}"))));
    }
    let homepage = field("homepage");
    lines.extend((!homepage.is_empty()).then_some(("url", homepage)));
    let address = ["street", "city", "zip", "country"].map(field);
    lines.extend(address.iter().any(|part| !part.is_empty()).then(|| ("address", address.join(";"))));
    // Midnight somewhere: the nearest day.
    let birthday = text(&contact["birthday"]);
    lines.extend((!birthday.is_empty()).then(|| ("birthday", calendar::nearest_day(&birthday))));
    lines
}

fn event(item: &Value) -> Lines {
    let event = &item["appointment"];
    let number = |name: &str| event[name].as_i64();
    let all_day = event["all_day"] == true;
    let (start, end) = (text(&event["start"]), text(&event["end"]));
    let span = match all_day {
        true => [calendar::nearest_day(&start), calendar::nearest_day(&end)],
        false => [calendar::second(&start), calendar::second(&end)],
    };
    let mut lines = vec![("span", span.join(" to ")), ("location", plain(&text(&event["location"])))];
    let busy = number("busy").and_then(|busy| calendar::BUSY.get(usize::try_from(busy).ok()?));
    lines.extend(busy.map(|busy| ("busy", (*busy).to_owned())));
    lines.extend((event["private"] == true).then(|| ("private", String::new())));
    if event["reminder_set"] == true {
        lines.push(("reminder", number("reminder_delta_min").unwrap_or_default().to_string()));
    }
    for attachment in list(&item["attachments"]).filter(|attachment| attachment["hidden"] != true) {
        lines.push(("file", content(attachment)));
    }
    if event["recurring"] == true {
        let occurrences = recurrence::expand(&event["recurrence"]);
        lines.extend(occurrences.into_iter().take(calendar::OCCURRENCES).map(|time| ("occurrence", time)));
    }
    lines
}

fn task(task: &Value) -> Lines {
    let percent = (task["percent"].as_f64().unwrap_or_default() * 100.0).round();
    let status = ["NEEDS-ACTION", "IN-PROCESS", "COMPLETED"];
    let status = task["status"]
        .as_i64()
        .and_then(|status| status.try_into().ok())
        .and_then(|at: usize| status.get(at));
    let mut lines =
        vec![("percent", percent.to_string()), ("status", status.copied().unwrap_or_default().to_owned())];
    let completed = text(&task["completed_on"]);
    lines.extend((!completed.is_empty()).then(|| ("completed", calendar::second(&completed))));
    lines
}

fn note(note: &Value) -> Lines {
    // [MS-OXONOTE] §2.2.1.1.
    let colors = ["blue", "green", "pink", "yellow", "white"];
    let color =
        note["color"].as_i64().and_then(|color| color.try_into().ok()).and_then(|at: usize| colors.get(at));
    vec![("color", color.copied().unwrap_or_default().to_owned())]
}

fn journal(journal: &Value) -> Lines {
    vec![(
        "entry",
        format!("{} {}", plain(&text(&journal["type"])), calendar::second(&text(&journal["start"]))),
    )]
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn path(value: &Value) -> Vec<String> {
    list(value).map(text).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim_end_matches('\0').to_owned()
}

fn seconds(value: &Value) -> Option<String> {
    let time = text(value);
    (!time.is_empty()).then(|| calendar::second(&time))
}
