//! A project: its name, whom to write to, its servers, and how its migrations are to be done.

use super::{Invalid, Notices, PasswordHash, ProjectId, QuietHours};
use chrono::{DateTime, TimeDelta, Utc};
use omm_core::seam::AccountSpec;
use serde::{Deserialize, Serialize};

/// How the migrations of a project are to be done. Plain values: every one may be changed while they run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Options {
    /// What applies to every migration: which kinds, folders, dates.
    pub migration: omm_core::options::Options,
    /// How many migrations run at once.
    pub migrations_at_once: u32,
    /// How many requests at once, of all migrations together, to one server.
    pub requests_per_server: u32,
    /// How many requests at once, of all migrations together; the "simultaneous requests" of OVH's form.
    pub requests_at_once: u32,
    /// Bytes a second, of all migrations together; nothing: as many as there are.
    pub bandwidth: Option<u64>,
    /// When to leave the servers alone.
    pub quiet_hours: Option<QuietHours>,
    /// So many days after it has ended and last changed a migration is overdue ([`crate::store::Projects::retire_migrations`]), and
    /// after so many without a change a project ([`crate::store::Projects::overdue`]): a worker erases it, with all it knows. A project
    /// of which something runs or waits for a time is kept.
    pub retention_days: u32,
    /// Keep the passwords of migrations that are done. Else they are erased then.
    pub keep_passwords: bool,
    /// Who is told what.
    pub notices: Notices,
    /// What the host knows the project by, in words of its own. Nothing here reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            migration: omm_core::options::Options::default(),
            migrations_at_once: 10,
            requests_per_server: 8,
            requests_at_once: 40,
            bandwidth: None,
            quiet_hours: None,
            retention_days: 60,
            keep_passwords: false,
            notices: Notices::default(),
            mark: None,
        }
    }
}

const MIGRATIONS_AT_ONCE: u32 = 10_000;
const REQUESTS_AT_ONCE: u32 = 100_000;
/// Less would let a connection time out in the middle of a message.
const SLOWEST: u64 = 16 << 10;
const RETENTION_DAYS: u32 = 3_650;

impl Options {
    /// What is wrong with them.
    pub fn check(&self) -> Vec<Invalid> {
        let counts = [
            ("migrations-at-once", self.migrations_at_once, MIGRATIONS_AT_ONCE),
            ("requests-per-server", self.requests_per_server, REQUESTS_AT_ONCE),
            ("requests-at-once", self.requests_at_once, REQUESTS_AT_ONCE),
            ("retention-days", self.retention_days, RETENTION_DAYS),
        ];
        let outside = counts.into_iter().filter(|(_, value, most)| *value == 0 || value > most);
        let mut found: Vec<_> = outside
            .map(|(field, _, most)| Invalid::new(field, format!("write a number from 1 to {most}")))
            .collect();
        if self.bandwidth.is_some_and(|bandwidth| bandwidth < SLOWEST) {
            found.push(Invalid::new(
                "bandwidth",
                format!("write at least {SLOWEST} bytes a second, or nothing for no limit"),
            ));
        }
        found.extend(self.quiet_hours.iter().flat_map(QuietHours::check));
        found.extend(self.notices.check());
        found
    }
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Project {
    /// Its name for machines and on the phone.
    pub id: ProjectId,
    /// Its name for people.
    pub name: String,
    /// Whom to write to.
    pub contact: String,
    /// What its password is compared with.
    pub password: PasswordHash,
    /// Where its migrations read from, unless they say something else. No password and no login is in it.
    pub source: Option<AccountSpec>,
    /// Where they write to.
    pub destination: Option<AccountSpec>,
    /// How they are to be done.
    pub options: Options,
    /// Nothing of it begins, and what runs comes to rest. A new project is held until somebody lets it run.
    pub held: bool,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When something last happened in it.
    pub changed: DateTime<Utc>,
    /// Counts its changes, so that of two who change it at once one is told.
    pub revision: u64,
}

const NAME_CHARS: usize = 200;
/// RFC 5321 §4.5.3.1.3: 256 octets with the brackets around it.
const ADDRESS_BYTES: usize = 254;

impl Project {
    /// A new one, with the usual options.
    pub fn new(id: ProjectId, name: &str, contact: &str, password: PasswordHash, now: DateTime<Utc>) -> Self {
        Self {
            id,
            name: name.trim().to_owned(),
            contact: contact.trim().to_owned(),
            password,
            source: None,
            destination: None,
            options: Options::default(),
            held: true,
            created: now,
            changed: now,
            revision: 0,
        }
    }

    /// What is wrong with it.
    pub fn check(&self) -> Vec<Invalid> {
        let mut found = self.options.check();
        let shown = !self.name.is_empty() && !self.name.contains(char::is_control);
        if !shown || self.name.chars().count() > NAME_CHARS {
            found.push(Invalid::new("name", format!("write 1 to {NAME_CHARS} characters on one line")));
        }
        if !is_address(&self.contact) {
            found.push(Invalid::new("contact", "write one mail address, for example anna@example.org"));
        }
        for (field, server) in [("source", &self.source), ("destination", &self.destination)] {
            if server.as_ref().is_some_and(|server| !server.login.is_empty()) {
                found.push(Invalid::new(
                    field,
                    "write the server without a login; each migration has its own",
                ));
            }
        }
        if self.destination.as_ref().is_some_and(|server| server.server_type == "pop3") {
            found.push(Invalid::new(
                "destination",
                "write a server of another type; nothing can be written by POP3",
            ));
        }
        found
    }

    /// When it is overdue if nothing happens in it.
    pub fn erased_at(&self) -> DateTime<Utc> {
        self.changed + TimeDelta::days(i64::from(self.options.retention_days))
    }
}

/// Whether a mail can be sent there, as far as one sees: one `@`, something before it, a domain behind it, nothing that would
/// end a line of a mail's header or begin a second address.
pub(super) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"<>()[]\\,;:\"@".contains(c);
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-') && !label.starts_with('-')
    };
    text.len() <= ADDRESS_BYTES
        && !local.is_empty()
        && local.chars().all(plain)
        && domain.contains('.')
        && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> Project {
        let now = DateTime::UNIX_EPOCH;
        Project::new(ProjectId::random().unwrap(), "Move", "anna@example.org", PasswordHash::nobody(), now)
    }

    fn fields(change: impl FnOnce(&mut Project)) -> Vec<&'static str> {
        let mut project = project();
        change(&mut project);
        project.check().into_iter().map(|invalid| invalid.field).collect()
    }

    #[test]
    fn each_field_is_named() {
        assert_eq!(fields(|_| ()), [""; 0]);
        assert_eq!(fields(|it| it.options.migrations_at_once = 0), ["migrations-at-once"]);
        assert_eq!(fields(|it| it.options.requests_per_server = 100_001), ["requests-per-server"]);
        assert_eq!(fields(|it| it.options.requests_at_once = 0), ["requests-at-once"]);
        assert_eq!(fields(|it| it.options.bandwidth = Some(1)), ["bandwidth"]);
        assert_eq!(fields(|it| it.options.retention_days = 0), ["retention-days"]);
        assert_eq!(
            fields(|it| it.options.quiet_hours = Some(QuietHours::new("1", "2", "x"))),
            ["quiet-hours.from"]
        );
        assert_eq!(fields(|it| it.name = " ".trim().to_owned()), ["name"]);
        assert_eq!(fields(|it| it.name = "a\nBcc: b".to_owned()), ["name"]);
        assert_eq!(fields(|it| it.destination = Some(AccountSpec::new("pop3", "h"))), ["destination"]);
        let mut server = AccountSpec::new("imap", "h");
        server.login = "anna".to_owned();
        assert_eq!(fields(|it| it.source = Some(server)), ["source"]);
        let both = fields(|it| (it.name, it.options.bandwidth) = (String::new(), Some(0)));
        assert_eq!(both, ["bandwidth", "name"]);
    }

    #[test]
    fn addresses() {
        for (text, good) in [
            ("anna@example.org", true),
            ("anna.müller+x@bücher.example", true),
            ("anna", false),
            ("anna@localhost", false),
            ("@example.org", false),
            ("a b@example.org", false),
            ("a@b@example.org", false),
            ("a@example.org,b@example.org", false),
            ("a@example.org\r\nBcc: b@example.org", false),
            ("<a@example.org>", false),
            ("a@example..org", false),
        ] {
            assert_eq!(is_address(text), good, "{text:?}");
        }
        assert!(!is_address(&format!("{}@example.org", "a".repeat(250))));
    }

    // A file of an older version lacks what was added since.
    #[test]
    fn options_that_are_missing_are_the_usual_ones() {
        let options: Options = serde_json::from_str(r#"{"retention-days": 7}"#).unwrap();
        assert_eq!(options, Options { retention_days: 7, ..Options::default() });
        let project = Project { options, ..project() };
        assert_eq!(project.erased_at(), DateTime::UNIX_EPOCH + TimeDelta::days(7));
    }
}
