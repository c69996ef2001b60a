//! Reading a whole account.

use super::{
    Part, SeenFolder, SeenMessage, Snapshot, Witness, date, names::quoted, snapshot::label, value::Value,
};
use omm_core::model::{Flags, FolderPath, Role};
use std::io;

const ROLES: [(&str, Role); 6] = [
    ("\\Sent", Role::Sent),
    ("\\Drafts", Role::Drafts),
    ("\\Trash", Role::Trash),
    ("\\Junk", Role::Junk),
    ("\\Archive", Role::Archive),
    ("\\All", Role::All),
];

/// A line of LIST or LSUB.
struct Listed {
    name: String,
    attributes: Vec<String>,
}

impl Witness {
    /// Everything in the account.
    ///
    /// # Errors
    /// When the server refuses a command or says something that cannot be read.
    pub fn read(&mut self) -> io::Result<Snapshot> {
        let mut snapshot = Snapshot::default();
        let subscribed: Vec<FolderPath> = self
            .list("LSUB \"\" \"*\"")?
            .iter()
            .filter(|listed| !listed.has("\\Noselect"))
            .map(|listed| self.names.path(&listed.name))
            .collect();
        for listed in self.list("LIST \"\" \"*\"")? {
            if listed.has("\\Noselect") || listed.has("\\NonExistent") {
                continue;
            }
            let path = self.names.path(&listed.name);
            let mut folder = self.read_folder(&listed.name)?;
            folder.subscribed = subscribed.contains(&path);
            folder.role = ROLES.iter().find(|(word, _)| listed.has(word)).map(|(_, role)| *role);
            snapshot.folders.insert(path, folder);
        }
        Ok(snapshot)
    }

    /// The paths of the folders that can hold messages, in the server's order.
    ///
    /// # Errors
    /// As [`Witness::read`].
    pub fn folders(&mut self) -> io::Result<Vec<FolderPath>> {
        let listed = self.list("LIST \"\" \"*\"")?;
        let selectable = listed.iter().filter(|listed| !listed.has("\\Noselect"));
        Ok(selectable.map(|listed| self.names.path(&listed.name)).collect())
    }

    /// One folder, without what only LIST and LSUB tell.
    ///
    /// # Errors
    /// As [`Witness::read`].
    pub fn read_one(&mut self, path: &FolderPath) -> io::Result<SeenFolder> {
        let name = self.names.wire(path)?;
        self.read_folder(&name)
    }

    /// The bytes of one message.
    ///
    /// # Errors
    /// As [`Witness::read`]; also when there is no such UID.
    pub fn body(&mut self, path: &FolderPath, uid: u32) -> io::Result<Vec<u8>> {
        let name = self.names.wire(path)?;
        self.command(&format!("EXAMINE {}", quoted(&name)))?;
        let mut body = None;
        let fetch = format!("UID FETCH {uid} (BODY.PEEK[])");
        self.wire.command(&[Part::Text(&fetch)], |response| {
            let values = response.values();
            let fields = values.get(3).map(Value::list).unwrap_or_default();
            body = field(fields, "BODY[]").and_then(Value::bytes).map(<[u8]>::to_vec).or(body.take());
            Ok(())
        })?;
        body.ok_or_else(|| io::Error::other(format!("{path} has no UID {uid}")))
    }

    fn list(&mut self, command: &str) -> io::Result<Vec<Listed>> {
        let mut found = Vec::new();
        self.wire.command(&[Part::Text(command)], |response| {
            let values = response.values();
            if let [_, word, attributes, _, name, ..] = values.as_slice()
                && (word.is("LIST") || word.is("LSUB"))
            {
                let attributes = attributes.list().iter().filter_map(Value::text).collect();
                found.push(Listed { name: name.text().unwrap_or_default(), attributes });
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn read_folder(&mut self, name: &str) -> io::Result<SeenFolder> {
        let mut folder = SeenFolder::default();
        let mut exists = 0;
        for line in self.command(&format!("EXAMINE {}", quoted(name)))? {
            if let Some(number) = line.strip_prefix("* ").and_then(|rest| rest.strip_suffix(" EXISTS")) {
                exists = number.parse().unwrap_or(0);
            }
            if let Some((_, rest)) = line.split_once("[UIDVALIDITY ") {
                folder.uid_validity = rest.split(']').next().unwrap_or("").parse().unwrap_or(0);
            }
        }
        if exists == 0 {
            return Ok(folder);
        }
        let fetch = "FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])";
        self.wire.command(&[Part::Text(fetch)], |response| {
            let values = response.values();
            if values.get(2).is_some_and(|word| word.is("FETCH")) {
                folder.messages.extend(message(values.get(3).map(Value::list).unwrap_or_default(), name)?);
            }
            Ok(())
        })?;
        if folder.messages.len() == exists {
            Ok(folder)
        } else {
            let seen = folder.messages.len();
            Err(io::Error::other(format!("{name}: {exists} messages by EXAMINE, {seen} by FETCH")))
        }
    }
}

impl Listed {
    fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|held| held.eq_ignore_ascii_case(attribute))
    }
}

/// A message from the answer to FETCH; nothing from a mere change of flags.
fn message(fields: &[Value], folder: &str) -> io::Result<Option<SeenMessage>> {
    let Some(body) = field(fields, "BODY[]").and_then(Value::bytes) else { return Ok(None) };
    let text = |name: &str| field(fields, name).and_then(Value::text).unwrap_or_default();
    let uid =
        text("UID").parse().map_err(|_| io::Error::other(format!("{folder}: a message without UID")))?;
    let announced: u64 = text("RFC822.SIZE").parse().unwrap_or(0);
    if announced != body.len() as u64 {
        let told = format!("{folder}: UID {uid} has {} bytes, RFC822.SIZE said {announced}", body.len());
        return Err(io::Error::other(told));
    }
    let flags: Vec<String> =
        field(fields, "FLAGS").map(Value::list).unwrap_or_default().iter().filter_map(Value::text).collect();
    Ok(Some(SeenMessage {
        digest: *blake3::hash(body).as_bytes(),
        size: body.len() as u64,
        flags: Flags::parse(&flags.join(" ")),
        received: date::read(&text("INTERNALDATE")),
        uid,
        label: label(body),
    }))
}

/// The value that follows a name.
fn field<'a>(fields: &'a [Value], name: &str) -> Option<&'a Value> {
    fields.chunks(2).find(|pair| pair[0].is(name)).and_then(|pair| pair.get(1))
}
