//! Labels without copies.

use crate::world::{World, mail, server};
use omm_core::model::Flags;
use omm_testkit::imap::{Extension, MockImap};

#[test]
fn a_message_is_listed_at_home_only() {
    let server = server().with(Extension::Gmail).without(Extension::QResync);
    let account = server.account("ann");
    account.add_folder("[Gmail]").no_select("[Gmail]");
    account.special_use("[Gmail]/All Mail", "\\All").special_use("[Gmail]/Starred", "\\Flagged");
    account.add_folder("Work").add("[Gmail]/All Mail", mail("archived"));
    account.add_folder("Travel");
    account.add("INBOX", mail("new"));
    account.add("Work", mail("filed"));
    labelled(&server);
    let world = World::new(server);
    let paths: Vec<String> = world.folders().iter().map(|folder| folder.path.to_string()).collect();
    assert_eq!(paths, ["INBOX", "Work", "Travel", "[Gmail]/All Mail"]);
    for (path, flags) in
        [("INBOX", &["Work"][..]), ("Work", &["Travel"]), ("Travel", &[]), ("[Gmail]/All Mail", &[""])]
    {
        let (metas, _) = world.listed(path);
        let found: Vec<Flags> = metas.iter().map(|meta| meta.flags.clone()).collect();
        assert_eq!(found, flags.iter().map(|flags| Flags::parse(flags)).collect::<Vec<_>>(), "{path}");
        for meta in metas {
            let answers = world.fetch(&world.folder(path).id, &[meta.id]);
            assert!(answers[0].1.as_ref().is_ok_and(|item| item.flags == meta.flags), "{path}");
        }
    }
}

/// The new message is seen in Work as well, and the filed one in Travel; all are in All Mail.
fn labelled(server: &MockImap) {
    let mut session = server.session();
    session.receive(b"a LOGIN ann secret\r\nb SELECT INBOX\r\n");
    session.receive(b"c UID COPY 1 Work\r\nd UID COPY 1 \"[Gmail]/All Mail\"\r\n");
    session.receive(b"e SELECT Work\r\nf UID COPY 1 Travel\r\ng UID COPY 1 \"[Gmail]/All Mail\"\r\n");
    let answers = String::from_utf8_lossy(&session.take_output()).into_owned();
    assert!(answers.contains("g OK"), "{answers}");
}

#[test]
fn no_folder_is_as_it_was_unless_all_are() {
    let server = server().with(Extension::Gmail);
    server.account("ann").add_folder("Work");
    server.account("ann").add("INBOX", mail("new"));
    let world = World::new(server);
    let before = world.folders();
    assert!(before.iter().all(|folder| folder.state.is_some() && folder.items.is_none()));
    assert_eq!(before, world.folders());
    // It may have come home to Work.
    world.server.account("ann").delete("INBOX", 1);
    let after = world.folders();
    assert!(before.iter().zip(&after).all(|(before, after)| before.state != after.state));
}
