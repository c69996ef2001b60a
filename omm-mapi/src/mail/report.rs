//! Delivery reports and read receipts ([MS-OXOMSG] §2.2.2), as RFC 6522 has them.

use super::{
    address::Mailbox,
    attachment::is_message,
    encode::one_line,
    entity::{Body, Entity},
    fields::Fields,
    header::{date, from, identifiers, recipient},
};
use crate::property::{Properties, tag};
use omm_content::pieces::Pieces;

/// What is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Report {
    /// What became of a message: an action of RFC 3464 §2.3.3.
    Delivery(&'static str),
    /// What the reader did: a disposition of RFC 8098 §3.2.6.2.
    Disposition(&'static str),
}

impl Report {
    /// By the class of the message, in lower case ([MS-OXOMSG] §2.2.2.3).
    pub(super) fn of(class: &str) -> Option<Self> {
        let (_, kind) = class.strip_prefix("report.")?.rsplit_once('.')?;
        Some(match kind {
            "ndr" => Self::Delivery("failed"),
            "dr" => Self::Delivery("delivered"),
            "delayed" => Self::Delivery("delayed"),
            "relayed" => Self::Delivery("relayed"),
            "expanded" => Self::Delivery("expanded"),
            "ipnrn" => Self::Disposition("displayed"),
            "ipnnrn" => Self::Disposition("deleted"),
            _ => return None,
        })
    }

    /// RFC 6522 §3: the report-type.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Delivery(_) => "delivery-status",
            Self::Disposition(_) => "disposition-notification",
        }
    }

    /// The report with its parts (RFC 6522 §3): the text, the report for programs, and the message that it is about, if
    /// it is among the attachments. What of them has no place in it is left there.
    pub(super) fn entity(
        self,
        mut parts: Vec<Entity>,
        attachments: &mut Vec<Entity>,
        properties: &Properties,
        recipients: &[Properties],
    ) -> Entity {
        // Reports that came over the Internet have theirs as an attachment, and it says more than Outlook kept of it.
        let kind = format!("message/{}", self.kind());
        let own = attachments.iter().position(|part| part.is(&kind));
        parts.push(match own {
            Some(own) => attachments.remove(own),
            None => self.status(properties, recipients),
        });
        let returned: Vec<usize> =
            (0..attachments.len()).filter(|at| attachments.get(*at).is_some_and(is_message)).collect();
        if let [only] = *returned {
            parts.push(attachments.remove(only));
        }
        Entity::several("report", vec![("report-type", self.kind().to_owned())], parts)
    }

    /// The report for people, where none is kept: Outlook makes it when it shows it.
    pub(super) fn text(self, properties: &Properties, recipients: &[Properties]) -> Option<String> {
        if let Some(text) = properties.text(tag::REPORT_TEXT) {
            return Some(text);
        }
        let line = |id| properties.text(id).map(|text| one_line(&text)).unwrap_or_default();
        let sent = properties.time(tag::ORIGINAL_SUBMIT_TIME).map(date).unwrap_or_default();
        let mut text = "Your message\r\n\r\n".to_owned();
        let (to, subject) = (line(tag::ORIGINAL_DISPLAY_TO), line(tag::ORIGINAL_SUBJECT));
        for (name, value) in [("To", to), ("Subject", subject), ("Sent", sent)] {
            if !value.is_empty() {
                text += &format!("  {name}: {value}\r\n");
            }
        }
        text += match self {
            Self::Disposition("displayed") => "\r\nwas read.\r\n",
            Self::Disposition(_) => "\r\nwas deleted without being read.\r\n",
            Self::Delivery("failed") => "\r\ndid not reach these recipients:\r\n",
            Self::Delivery("delayed") => "\r\nhas not reached these recipients yet:\r\n",
            Self::Delivery(_) => "\r\nhas reached these recipients:\r\n",
        };
        if let Self::Delivery(_) = self {
            for row in recipients.iter().filter(|row| recipient(row).is_some()) {
                let name =
                    row.text(tag::DISPLAY_NAME).or_else(|| row.text(tag::EMAIL_ADDRESS)).unwrap_or_default();
                text += &format!("  {}\r\n", one_line(&name));
                let why = row.text(tag::REPORT_TEXT).or_else(|| row.text(tag::SUPPLEMENTARY_INFO));
                text += &why.map(|why| format!("    {}\r\n", one_line(&why))).unwrap_or_default();
            }
        }
        Some(text)
    }

    /// The report for programs.
    fn status(self, properties: &Properties, recipients: &[Properties]) -> Entity {
        let mut pieces = Pieces::new();
        let text = match self {
            Self::Delivery(action) => delivery(action, properties, recipients),
            Self::Disposition(disposition) => reading(disposition, properties),
        };
        pieces.text(text);
        let mut fields = Fields::default();
        fields.parameters("Content-Type", &format!("message/{}", self.kind()), &[]);
        Entity { fields, body: Body::Written { pieces, eight_bit: false } }
    }
}

/// RFC 3464 §2.1: fields of the message, then a group of fields for each recipient.
fn delivery(action: &str, properties: &Properties, recipients: &[Properties]) -> String {
    let mut of_message = Fields::default();
    let agent = properties.text(tag::REPORTING_MESSAGE_TRANSFER_AGENT);
    of_message.text("Reporting-MTA", &format!("dns; {}", agent.as_deref().unwrap_or("unresolved.invalid")));
    let mut text = of_message.as_str().to_owned();
    for row in recipients {
        let Some(Mailbox { address, .. }) = recipient(row) else { continue };
        let mut fields = Fields::default();
        fields.text("Final-Recipient", &format!("rfc822; {address}"));
        fields.text("Action", action);
        fields.text("Status", &status(row.number(tag::NON_DELIVERY_REPORT_STATUS_CODE), action));
        let why = row.text(tag::SUPPLEMENTARY_INFO).or_else(|| row.text(tag::REPORT_TEXT));
        if let Some(why) = why {
            fields.text("Diagnostic-Code", &format!("smtp; {}", one_line(&why)));
        }
        text += "\r\n";
        text += fields.as_str();
    }
    text
}

/// RFC 3463 §2: the code that is kept as 511 is 5.1.1; without one, what the action says.
fn status(code: Option<i64>, action: &str) -> String {
    match code {
        Some(code @ 200..=599) => format!("{}.{}.{}", code / 100, code / 10 % 10, code % 10),
        _ if action == "failed" => "5.0.0".to_owned(),
        _ if action == "delayed" => "4.0.0".to_owned(),
        _ => "2.0.0".to_owned(),
    }
}

/// RFC 8098 §3.1.
fn reading(disposition: &str, properties: &Properties) -> String {
    let mut fields = Fields::default();
    let reader = from(properties).unwrap_or_else(Mailbox::unknown);
    fields.text("Final-Recipient", &format!("rfc822; {}", reader.address));
    let original = properties.text(tag::ORIGINAL_MESSAGE_ID).or_else(|| properties.text(tag::IN_REPLY_TO_ID));
    fields.words("Original-Message-ID", identifiers(&original.unwrap_or_default()).into_iter().take(1));
    fields.text("Disposition", &format!("manual-action/MDN-sent-manually; {disposition}"));
    fields.as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_and_codes() {
        for (class, expected) in [
            ("report.ipm.note.ndr", Some(Report::Delivery("failed"))),
            ("report.ipm.note.ipnrn", Some(Report::Disposition("displayed"))),
            ("report.ipm.note.smime.dr", Some(Report::Delivery("delivered"))),
            ("ipm.note.ndr", None),
            ("report.ipm.note", None),
        ] {
            assert_eq!(Report::of(class), expected, "{class}");
        }
        for (code, action, expected) in
            [(Some(511), "failed", "5.1.1"), (None, "failed", "5.0.0"), (Some(-1), "delivered", "2.0.0")]
        {
            assert_eq!(status(code, action), expected);
        }
    }
}
