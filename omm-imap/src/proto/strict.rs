//! What imap-codec reads: the nested, rare responses of a session's beginning.
//!
//! The rest goes to the tolerant reader at once, and why: FETCH is the hot path (a line of UID, FLAGS,
//! INTERNALDATE and RFC822.SIZE: 0.9 µs here, framing included, 2.0 µs there without), and imap-codec refuses whole
//! lines of it for one odd flag; LIST, STATUS and ESEARCH it knows without their extensions, or not at all; status responses it
//! refuses for a letter that is not ASCII; CAPABILITY, ENABLED and FLAGS are words. For all of these a reader of our own is
//! needed anyway, and a second one in front would only be a second meaning. The tests hold the two against each
//! other wherever both can read.

use super::{Namespace, Namespaces, QuotaResource, Response, framer::Skeleton};
use imap_codec::{ResponseCodec, decode::Decoder};
use imap_types::{
    core::{AString, IString},
    extensions::{namespace, quota::QuotaGet},
    mailbox::Mailbox,
    response::{Data, Response as Read},
};

/// The response, if it is one of those that are read here and keeps to the grammar.
pub(super) fn read(skeleton: &Skeleton) -> Option<Response> {
    if !is_ours(&skeleton.bytes) || memchr::memchr(0, &skeleton.bytes).is_some() {
        return None;
    }
    match ResponseCodec::default().decode(&skeleton.bytes).ok()? {
        (b"", Read::Data(data)) => converted(data),
        _ => None,
    }
}

fn is_ours(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"* ") else { return false };
    let word = &rest[..memchr::memchr(b' ', rest).unwrap_or(rest.len())];
    let ours = [&b"NAMESPACE"[..], b"ID", b"QUOTA", b"QUOTAROOT"];
    ours.iter().any(|name| word.eq_ignore_ascii_case(name))
}

fn converted(data: Data<'_>) -> Option<Response> {
    Some(match data {
        Data::Namespace { personal, other, shared } => Response::Namespace(Namespaces {
            personal: namespaces(&personal),
            other_users: namespaces(&other),
            shared: namespaces(&shared),
        }),
        Data::Id { parameters } => {
            let fields = parameters.unwrap_or_default();
            let field = |(name, value): &(IString<'_>, imap_types::core::NString<'_>)| {
                (text(name.as_ref()), value.0.as_ref().map(|value| text(value.as_ref())))
            };
            Response::Id(fields.iter().map(field).collect())
        }
        Data::Quota { root, quotas } => Response::Quota {
            root: text(root.as_ref()),
            resources: quotas.as_ref().iter().map(resource).collect(),
        },
        Data::QuotaRoot { mailbox, roots } => Response::QuotaRoot {
            mailbox: mailbox_text(&mailbox),
            roots: roots.iter().map(|root: &AString<'_>| text(root.as_ref())).collect(),
        },
        _ => return None,
    })
}

fn namespaces(found: &[namespace::Namespace<'_>]) -> Vec<Namespace> {
    let one = |found: &namespace::Namespace<'_>| Namespace {
        prefix: found.prefix.as_ref().to_vec(),
        delimiter: found.delimiter.as_ref().map(|delimiter| delimiter.inner()),
    };
    found.iter().map(one).collect()
}

fn resource(quota: &QuotaGet<'_>) -> QuotaResource {
    let name = quota.resource.to_string().to_ascii_uppercase();
    QuotaResource { name, used: quota.usage, limit: quota.limit }
}

fn mailbox_text(mailbox: &Mailbox<'_>) -> String {
    match mailbox {
        Mailbox::Inbox => "INBOX".to_owned(),
        Mailbox::Other(other) => text(other.as_ref()),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{super::tolerant, *};

    #[test]
    fn the_two_readers_agree() {
        for line in [
            "* NAMESPACE ((\"\" \"/\")) NIL NIL",
            "* NAMESPACE ((\"INBOX.\" \".\")(\"#mh/\" \"/\" \"X-PARAM\" (\"FLAG1\" \"FLAG2\"))) ((\"~\" \"/\")) ((\"\" NIL))",
            "* ID NIL",
            "* ID (\"name\" \"Dovecot\" \"x\" NIL \"q\" \"a\\\"b\\\\c\" \"l\" {3}\r\na\r\n)",
            "* QUOTA \"\" (STORAGE 10 512)",
            "* QUOTA \"#user/a b\" (STORAGE 10 512 MESSAGE 1 2 X-OWN 3 4)",
            "* QUOTAROOT INBOX \"\"",
            "* QUOTAROOT \"a b\" x \"y z\"",
        ] {
            let skeleton = Skeleton { bytes: format!("{line}\r\n").into_bytes(), streamed: vec![] };
            let strict = read(&skeleton);
            assert!(strict.is_some(), "{line}");
            assert_eq!(
                strict,
                tolerant::untagged(&mut tolerant::Scan::new(line.as_bytes(), &[], 1)),
                "{line}"
            );
        }
    }

    #[test]
    fn what_the_grammar_does_not_have_is_left_to_the_other() {
        for line in [
            "* ID (\"a\" \"\0\")\r\n",
            "* QUOTA \"\" (STORAGE x)\r\n",
            "* 1 EXISTS\r\n",
            "* OK NAMESPACE\r\n",
        ] {
            assert_eq!(read(&Skeleton { bytes: line.as_bytes().to_vec(), streamed: vec![] }), None, "{line}");
        }
    }
}
