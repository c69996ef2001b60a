//! What libpff found in a file: `NAME.expected.json` beside it, as lines.

use serde_json::Value;
use std::{collections::BTreeSet, path::Path};

pub(crate) struct Expected(Value);

/// The listing of a file; none if libpff could not open it.
pub(crate) fn read(file: &Path) -> Option<Expected> {
    let listing = format!("{}.expected.json", file.display());
    let listing: Value = serde_json::from_slice(&std::fs::read(listing).expect("a listing")).expect("JSON");
    listing["libpff"]["ok"].as_bool().unwrap_or(false).then_some(Expected(listing))
}

impl Expected {
    fn folders(&self) -> impl Iterator<Item = (Vec<String>, &Value)> {
        self.0["libpff"]["folders"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|folder| (path(&folder["path"]), folder))
    }

    /// Which folder is the one that we take for the root: that below which most paths are ours.
    pub(crate) fn root(&self, ours: &[Vec<String>]) -> Vec<String> {
        let ours: BTreeSet<&[String]> = ours.iter().map(Vec::as_slice).collect();
        let common = |root: &Vec<String>| {
            self.folders()
                .filter(|(path, _)| {
                    path.strip_prefix(root.as_slice()).is_some_and(|rest| ours.contains(rest))
                })
                .count()
        };
        self.folders().map(|(path, _)| path).max_by_key(|root| (common(root), root.len())).unwrap_or_default()
    }

    /// Embedded messages and their attachments, as `pffexport` wrote them.
    pub(crate) fn embedded(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for message in self.0["embedded_messages_pffexport"].as_array().into_iter().flatten() {
            lines.push(format!("embedded {} | {}", text(&message["subject"]), text(&message["sender"])));
            for attachment in message["attachments"].as_array().into_iter().flatten() {
                if attachment["embedded_message"] != true {
                    lines.push(format!(
                        "embedded attachment {} {}",
                        attachment["size"],
                        text(&attachment["sha256"])
                    ));
                }
            }
        }
        lines
    }

    /// Everything below a folder.
    pub(crate) fn lines(&self, root: &[String]) -> Vec<String> {
        let mut lines = Vec::new();
        for (path, folder) in self.folders() {
            let Some(path) = path.strip_prefix(root) else { continue };
            let path = path.join("/");
            lines.push(format!("folder {path} | {}", text(&folder["container_class"])));
            for item in folder["items"].as_array().into_iter().flatten() {
                self::item(&path, item, &mut lines);
            }
        }
        lines
    }
}

fn item(path: &str, item: &Value, lines: &mut Vec<String>) {
    if item["kind"] == "unreadable" {
        lines.push(format!("unreadable {path}"));
        return;
    }
    let fields = [
        "class",
        "subject",
        "submit_time",
        "delivery_time",
        "creation_time",
        "modification_time",
        "message_id",
    ];
    let fields: Vec<_> = fields.into_iter().map(|name| text(&item[name])).collect();
    lines.push(format!("item {path} | {}", fields.join(" | ")));
    let subject = text(&item["subject"]);
    for recipient in item["recipients"].as_array().into_iter().flatten() {
        let fields = ["type", "name", "email", "addrtype"].map(|name| text(&recipient[name]));
        lines.push(format!("recipient {path} | {subject} | {}", fields.join(" | ")));
    }
    for attachment in item["attachments"].as_array().into_iter().flatten() {
        let number =
            |name: &str| attachment[name].as_i64().map(|number| number.to_string()).unwrap_or_default();
        let sums = if attachment["embedded_message"] == true {
            "message".to_owned()
        } else {
            format!("{} {}", number("size"), text(&attachment["sha256"]))
        };
        let fields = [
            text(&attachment["name"]),
            number("method"),
            text(&attachment["mime"]),
            text(&attachment["content_id"]),
            sums,
        ];
        lines.push(format!("attachment {path} | {subject} | {}", fields.join(" | ")));
    }
}

fn path(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim_end_matches('\0').to_owned()
}
