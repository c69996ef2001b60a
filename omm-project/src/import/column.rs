//! The columns of the form, and how people write their headers.

use serde::{Deserialize, Serialize};

/// A column of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    /// What kind of server is read.
    SourceType,
    /// Where it is.
    SourceServer,
    /// Whose mailbox is read.
    SourceLogin,
    /// The password for it.
    SourcePassword,
    /// What kind of server is written.
    DestinationType,
    /// Where it is.
    DestinationServer,
    /// Whose mailbox is written.
    DestinationLogin,
    /// The password for it.
    DestinationPassword,
    /// The administrator who logs in at the source for the mailbox.
    SourceAdmin,
    /// The administrator who logs in at the destination for the mailbox.
    DestinationAdmin,
    /// Which come first. The form has it not; a table may.
    Priority,
    /// When it may begin. The form has it not; a table may.
    Start,
}

use Column::*;

impl Column {
    /// Those of the form, in its order.
    pub const ALL: [Self; 10] = [
        SourceType,
        SourceServer,
        SourceLogin,
        SourcePassword,
        DestinationType,
        DestinationServer,
        DestinationLogin,
        DestinationPassword,
        SourceAdmin,
        DestinationAdmin,
    ];

    /// Those that a table may have beside those of the form.
    pub const MORE: [Self; 2] = [Priority, Start];

    /// The header in the form that OVH Mail Migrator's guide shows, to the letter.
    pub fn title(self) -> &'static str {
        match self {
            SourceType => "Source Type(IMAP/Exchange/POP)",
            SourceServer => "Source Server url",
            SourceLogin => "Source Login/Mail",
            SourcePassword => "Source Password",
            DestinationType => "Destination Type",
            DestinationServer => "Destination Url(can be leaved empty if hosted by OVH)",
            DestinationLogin => "Destination Mail",
            DestinationPassword => "Destination Password",
            SourceAdmin => "Source admin mail (delegation)",
            DestinationAdmin => "Destination Admin Mail (delegation)",
            Priority => "Priority",
            Start => "Start",
        }
    }

    /// The same, short, for reports.
    pub fn name(self) -> &'static str {
        match self {
            SourceType => "source type",
            SourceServer => "source server",
            SourceLogin => "source login",
            SourcePassword => "source password",
            DestinationType => "destination type",
            DestinationServer => "destination server",
            DestinationLogin => "destination mail",
            DestinationPassword => "destination password",
            SourceAdmin => "source admin",
            DestinationAdmin => "destination admin",
            Priority => "priority",
            Start => "start",
        }
    }

    /// Whether nothing of its values may ever be shown.
    pub fn is_password(self) -> bool {
        matches!(self, SourcePassword | DestinationPassword)
    }

    /// Whether a table can do without it.
    pub(super) fn is_optional(self) -> bool {
        !matches!(self, SourceLogin | SourcePassword | DestinationLogin | DestinationPassword)
    }

    /// The longest value that makes sense, in bytes.
    pub(super) fn longest(self) -> usize {
        match self {
            SourceType | DestinationType | Priority | Start => 64,
            // RFC 5321 §4.5.3.1: 64 octets, `@`, 255 octets.
            SourceLogin | DestinationLogin | SourceAdmin | DestinationAdmin => 320,
            SourceServer | DestinationServer => 2048,
            SourcePassword | DestinationPassword => 1024,
        }
    }

    /// The column of a header: case, spaces, punctuation and what stands in brackets do not matter.
    pub(super) fn of_header(header: &str) -> Option<Self> {
        let key = key(header);
        let side = |words: [&str; 4]| words.iter().find_map(|word| key.strip_prefix(word));
        if let Some(rest) = side(["source", "src", "from", "old"]) {
            return part(rest)
                .map(|part| [SourceType, SourceServer, SourceLogin, SourcePassword, SourceAdmin][part]);
        }
        // The longer word first: the shorter one begins it.
        let Some(rest) = side(["destination", "dest", "target", "new"]) else { return of_neither_side(&key) };
        let columns =
            [DestinationType, DestinationServer, DestinationLogin, DestinationPassword, DestinationAdmin];
        part(rest).map(|part| columns[part])
    }
}

/// A column that is about the migration as a whole.
fn of_neither_side(key: &str) -> Option<Column> {
    match key {
        "priority" | "prio" => Some(Priority),
        "start" | "starts" | "startat" | "startsat" | "starttime" | "startdate" | "notbefore" => Some(Start),
        _ => None,
    }
}

/// Letters and digits alone, lower-case.
pub(super) fn key(text: &str) -> String {
    let mut depth = 0_u32;
    let mut key = String::new();
    for letter in text.chars() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 && letter.is_alphanumeric() => key.extend(letter.to_lowercase()),
            _ => {}
        }
    }
    key
}

fn part(word: &str) -> Option<usize> {
    const WORDS: [&[&str]; 5] = [
        &["type", "servertype", "accounttype", "protocol"],
        &["serverurl", "url", "server", "host", "hostname", "servername", "serveraddress"],
        &[
            "loginmail",
            "login",
            "mail",
            "email",
            "mailaddress",
            "emailaddress",
            "user",
            "username",
            "account",
            "mailbox",
        ],
        &["password", "pass", "pwd"],
        &[
            "adminmail",
            "adminemail",
            "admin",
            "adminlogin",
            "administrator",
            "delegation",
            "delegate",
            "delegationmail",
        ],
    ];
    WORDS.iter().position(|words| words.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_as_people_write_them() {
        for column in Column::ALL.into_iter().chain(Column::MORE) {
            assert_eq!(Column::of_header(column.title()), Some(column));
            assert_eq!(Column::of_header(&column.title().to_uppercase()), Some(column));
            assert_eq!(
                Column::of_header(column.name()),
                Some(column),
                "the short name is understood as well"
            );
        }
        for (header, column) in [
            ("  source_type ", Some(SourceType)),
            ("Source\nServer\nURL", Some(SourceServer)),
            ("SourceMail", Some(SourceLogin)),
            ("E-mail", None),
            ("Dest. password", Some(DestinationPassword)),
            ("Destination Url", Some(DestinationServer)),
            ("destination admin", Some(DestinationAdmin)),
            ("PRIO", Some(Priority)),
            ("Start time (UTC)", Some(Start)),
            ("not before", Some(Start)),
            ("Department", None),
            ("Source", None),
            ("(source type)", None),
            ("", None),
        ] {
            assert_eq!(Column::of_header(header), column, "{header:?}");
        }
    }
}
