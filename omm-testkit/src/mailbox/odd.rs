//! Whole mailboxes.

use super::{
    Mailbox, MailboxFolder, MailboxItem, Random, contact, event, message, note, odd_messages, odd_names, task,
};
use omm_core::model::{FolderPath, ItemKind, Role};

/// `folders` folders of `items` ordinary messages each, the first an inbox.
pub fn plain(seed: u64, folders: u64, items: u64) -> Mailbox {
    let folder = |number: u64| {
        let path = FolderPath::new([if number == 0 { "INBOX".into() } else { format!("Folder {number}") }]);
        let folder = MailboxFolder::new(path, ItemKind::Mail)
            .with_items((0..items).map(|index| message(seed, number * items + index)));
        if number == 0 { folder.with_role(Role::Inbox) } else { folder }
    };
    Mailbox { folders: (0..folders).map(folder).collect() }
}

/// A handful of items of every kind: small enough to be stopped at every step.
pub fn small(seed: u64) -> Mailbox {
    let folder = |path: &[&str], kind, items: Vec<MailboxItem>| {
        MailboxFolder::new(FolderPath::new(path.iter().copied()), kind).with_items(items)
    };
    let twins = odd_messages().into_iter().skip(4).take(3);
    Mailbox {
        folders: vec![
            folder(&["INBOX"], ItemKind::Mail, (0..3).map(|index| message(seed, index)).collect())
                .with_role(Role::Inbox),
            folder(&["a/b. c"], ItemKind::Mail, twins.collect()),
            folder(&["a/b. c", "رسائل"], ItemKind::Mail, vec![message(seed, 9)]),
            folder(&["Contacts"], ItemKind::Contact, (0..2).map(|index| contact(index, 0)).collect())
                .with_role(Role::Contacts),
            folder(&["Calendar"], ItemKind::Event, (0..2).map(|index| event(index, 0)).collect())
                .with_role(Role::Calendar),
            folder(&["Tasks"], ItemKind::Task, vec![task(0, 0)]).with_role(Role::Tasks),
            folder(&["Notes"], ItemKind::Note, vec![note(0, 0)]).with_role(Role::Notes),
        ],
    }
}

/// Every oddity there is: names, nesting, twins, bytes no standard allows, and one item of `huge_bytes`.
pub fn odd(seed: u64, huge_bytes: usize) -> Mailbox {
    let mut random = Random::new(seed);
    let mut folders = small(seed).folders;
    let inbox = FolderPath::new(["INBOX"]);
    folders.push(MailboxFolder::new(inbox.child("below"), ItemKind::Mail).with_items(odd_messages()));
    folders.push(MailboxFolder::new(FolderPath::new(["empty"]), ItemKind::Mail));
    for (at, name) in odd_names().into_iter().enumerate() {
        let path = FolderPath::new([name]);
        let count = random.below(4);
        let items = (0..count).map(|index| message(seed, 1000 + at as u64 * 10 + index));
        folders.push(MailboxFolder::new(path.clone(), ItemKind::Mail).with_items(items));
        if random.one_in(4) {
            let child = MailboxFolder::new(path.child("child/ren"), ItemKind::Mail);
            folders.push(child.with_items([message(seed, 5000 + at as u64)]));
        }
    }
    if let Some(sent) = folders.iter_mut().find(|folder| folder.path.name() == "Sent Items") {
        sent.role = Some(Role::Sent);
    }
    let deep = (0..12).fold(FolderPath::new(["deep"]), |path, level| {
        folders.push(MailboxFolder::new(path.clone(), ItemKind::Mail));
        path.child(level.to_string())
    });
    folders.push(MailboxFolder::new(deep, ItemKind::Mail).with_items([huge(huge_bytes)]));
    Mailbox { folders }
}

fn huge(bytes: usize) -> MailboxItem {
    let mut text = b"Message-ID: <huge@example.org>\r\nSubject: huge\r\n\r\n".to_vec();
    let line = b"0123456789012345678901234567890123456789012345678901234567890123456789\r\n";
    while text.len() < bytes {
        text.extend_from_slice(line);
    }
    MailboxItem::new(ItemKind::Mail, text).received("2020-06-01T08:00:00+02:00")
}
