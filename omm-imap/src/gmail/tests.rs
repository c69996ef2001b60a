//! Homes and keywords, row by row.

use super::*;
use omm_core::model::FolderPath;

fn mailbox(wire: &str, attribute: &str) -> Mailbox {
    let role = match attribute {
        "\\All" => Some(Role::All),
        "\\Sent" => Some(Role::Sent),
        "\\Drafts" => Some(Role::Drafts),
        "\\Trash" => Some(Role::Trash),
        "\\Junk" => Some(Role::Junk),
        _ if wire == "INBOX" => Some(Role::Inbox),
        _ => None,
    };
    Mailbox {
        wire: wire.into(),
        path: FolderPath::new(wire.split('/')),
        role,
        selectable: attribute != "\\Noselect",
        subscribed: true,
        attributes: vec!["\\HasNoChildren".to_owned(), attribute.to_owned()],
        status: None,
    }
}

fn account() -> Vec<Mailbox> {
    [
        ("INBOX", ""),
        ("Entw&APw-rfe", ""),
        ("Work", ""),
        ("[Gmail]", "\\Noselect"),
        ("Work/Old", ""),
        ("[Gmail]/All Mail", "\\All"),
        ("[Gmail]/Chats", ""),
        ("[Gmail]/Drafts", "\\Drafts"),
        ("[Gmail]/Important", "\\Important"),
        ("[Gmail]/Sent Mail", "\\Sent"),
        ("[Gmail]/Spam", "\\Junk"),
        ("[Gmail]/Starred", "\\Flagged"),
        ("[Gmail]/Trash", "\\Trash"),
    ]
    .map(|(wire, attribute)| mailbox(wire, attribute))
    .to_vec()
}

fn labels(text: &str) -> Vec<Vec<u8>> {
    text.split(',').filter(|label| !label.is_empty()).map(|label| label.as_bytes().to_vec()).collect()
}

#[test]
fn a_message_has_one_home() {
    let all = "[Gmail]/All Mail";
    let account = Labels::new(&account(), false);
    for (named, home) in [
        ("", all),
        ("\\Important", all),
        ("\\Starred,hidden from IMAP", all),
        ("\\Inbox", "INBOX"),
        ("Work,\\Inbox,\\Sent", "INBOX"),
        ("Work,\\Sent", "[Gmail]/Sent Mail"),
        ("\\Draft,Work", "[Gmail]/Drafts"),
        ("Work/Old,Work", "Work"),
        ("Work/Old,Entw&APw-rfe", "Entw&APw-rfe"),
    ] {
        let found = account.home(all.as_bytes(), &*Vec::leak(labels(named)));
        assert_eq!(String::from_utf8_lossy(found), home, "{named}");
        // The same from every folder that shows it, though Gmail leaves the folder's own label out there.
        for shown in ["INBOX", "Work", "Work/Old", "Entw&APw-rfe", "[Gmail]/Sent Mail", "[Gmail]/Drafts"] {
            let own = match shown {
                "INBOX" => "\\Inbox",
                "[Gmail]/Sent Mail" => "\\Sent",
                "[Gmail]/Drafts" => "\\Draft",
                own => own,
            };
            let names = labels(named);
            if names.contains(&own.as_bytes().to_vec()) {
                let others: Vec<_> = names.into_iter().filter(|name| name != own.as_bytes()).collect();
                let is_home = account.is_home(shown.as_bytes(), &others);
                assert_eq!(is_home, shown == home, "{named} in {shown}");
            }
        }
    }
}

#[test]
fn what_is_thrown_away_is_at_home_there() {
    let account = Labels::new(&account(), false);
    assert!(account.is_home(b"[Gmail]/Trash", &labels("Work,\\Inbox")));
    assert!(account.is_home(b"[Gmail]/Spam", &labels("Work")));
    assert!(!account.is_home(b"[Gmail]/All Mail", &labels("Work")));
}

#[test]
fn no_label_is_lost() {
    let account = Labels::new(&account(), false);
    for (folder, named, flags) in [
        ("INBOX", "\\Inbox,Work", "Work"),
        ("INBOX", "Work,\\Important,\\Starred", "\\Flagged $Important Work"),
        ("INBOX", "\\Sent", "$Sent"),
        ("Work", "Work,Work/Old", "Work/Old"),
        ("Work", "Entw&APw-rfe,two words,a(b)*", "a_b__ Entw&APw-rfe two_words"),
        ("[Gmail]/All Mail", "\\Muted", "$Muted"),
        ("[Gmail]/Sent Mail", "\\Draft", "\\Draft"),
    ] {
        assert_eq!(account.flags(folder.as_bytes(), &labels(named)), Flags::parse(flags), "{folder} {named}");
    }
    let utf8 = Labels::new(&self::account(), true);
    assert_eq!(utf8.flags(b"Work", &labels("Entwürfe")), Flags::parse("Entw&APw-rfe"));
}

#[test]
fn views_and_chats_are_left_out() {
    let left: Vec<String> = account()
        .iter()
        .filter(|mailbox| is_left_out(mailbox))
        .map(|mailbox| mailbox.path.to_string())
        .collect();
    assert_eq!(left, ["[Gmail]/Chats", "[Gmail]/Important", "[Gmail]/Starred"]);
}
