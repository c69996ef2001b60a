//! The memory account keeps the contracts of the seam, whatever its character; with bad habits it does not.

use omm_core::{
    host::Env,
    model::ItemKind,
    seam::{LineEnds, Source},
};
use omm_testkit::{
    conformance::{
        destination::destination,
        journal::{journal, reopened_journal},
        source::{Shows, Touch, source, source_changes, source_with},
    },
    journal::MemoryJournal,
    mailbox::{Mailbox, message, odd, small},
    memory::{Feed, GeneratedSource, Habits, MemoryAccount, Rewrites, Settings},
    sim::{SimRuntime, run},
};
use std::sync::Arc;

fn env() -> Env {
    Env::new(SimRuntime::new().shared())
}

fn settings(feed: Feed, page_size: usize) -> Settings {
    let mut settings = Settings::default();
    settings.feed = feed;
    settings.page_size = page_size;
    settings
}

#[test]
fn it_is_a_source() {
    run(&SimRuntime::new(), async {
        source(|mailbox: Mailbox| async move { (MemoryAccount::new().holding(&mailbox).source(), env()) })
            .await;
        for (feed, page_size) in
            [(Feed::Listing, 1), (Feed::Listing, 2), (Feed::Delta, 1), (Feed::Delta, 500)]
        {
            source_with(odd(3, 5_000), Shows::default(), |mailbox| async move {
                let account = MemoryAccount::with(settings(feed, page_size)).holding(&mailbox);
                (account.source(), env())
            })
            .await;
        }
    });
}

#[test]
fn changes_are_told_by_either_feed() {
    run(&SimRuntime::new(), async {
        for (feed, page_size) in [(Feed::Listing, 1), (Feed::Listing, 3), (Feed::Delta, 1), (Feed::Delta, 3)]
        {
            source_changes(small(1), |mailbox: Mailbox| async move {
                let account = MemoryAccount::with(settings(feed, page_size)).holding(&mailbox);
                let inbox = mailbox.folders[0].path.clone();
                let user = account.clone();
                let touch = move |touch: Touch| {
                    let id = user.items(&inbox)[1].0.clone();
                    match touch {
                        Touch::Add => drop(user.add(&inbox, message(8, 99))),
                        Touch::Flag => user.set_flags(&inbox, &id, "\\Flagged new"),
                        Touch::Delete => user.delete(&inbox, &id),
                    }
                    true
                };
                (account.source(), env(), touch)
            })
            .await;
        }
    });
}

#[test]
fn generated_items_are_a_source_too() {
    run(&SimRuntime::new(), async {
        let items = |folder: u64| (0..5).map(move |index| message(4, folder * 5 + index));
        let mut mailbox = Mailbox::default();
        for folder in 0..2 {
            let path = omm_core::model::FolderPath::new([format!("Folder {folder}")]);
            mailbox.folders.push(
                omm_testkit::mailbox::MailboxFolder::new(path, ItemKind::Mail).with_items(items(folder)),
            );
        }
        source_with(mailbox, Shows::default(), |_| async {
            let mut generated = GeneratedSource::new(4, 2, 5);
            generated.page_size = 2;
            (Arc::new(generated) as Arc<dyn Source>, env())
        })
        .await;
    });
}

#[test]
fn it_is_a_destination() {
    let mut crlf = Settings::default();
    crlf.line_ends = LineEnds::Crlf;
    let mut folding = Settings::default();
    folding.folds_case = true;
    folding.digests = false;
    let mut contacts = Settings::default();
    contacts.kinds = vec![ItemKind::Contact];
    let mut blind = Settings::default();
    blind.searchable = false;
    for settings in [Settings::default(), crlf, folding, contacts, blind] {
        run(&SimRuntime::new(), async {
            destination(|| async { (MemoryAccount::with(settings.clone()).destination(), env()) }).await;
        });
    }
}

#[test]
fn it_is_a_destination_that_changes_bodies_and_says_so() {
    run(&SimRuntime::new(), async {
        destination(|| async {
            (with_habits(|habits| habits.rewrites = Rewrites::Declared).destination(), env())
        })
        .await;
    });
}

#[test]
#[should_panic(expected = "destination contract, append: the size")]
fn changing_bodies_in_silence_is_seen() {
    run(&SimRuntime::new(), async {
        destination(|| async {
            (with_habits(|habits| habits.rewrites = Rewrites::Silent).destination(), env())
        })
        .await;
    });
}

#[test]
#[should_panic(expected = "source contract, listing: an id twice")]
fn repeating_pages_is_seen() {
    run(&SimRuntime::new(), async {
        source(|mailbox: Mailbox| async move {
            let account = with_habits(|habits| habits.repeats_pages = true).holding(&mailbox);
            (account.source(), env())
        })
        .await;
    });
}

fn with_habits(set: impl Fn(&mut Habits)) -> MemoryAccount {
    let mut habits = Habits::default();
    set(&mut habits);
    let account = MemoryAccount::new();
    account.behave(habits);
    account
}

#[test]
fn the_journal_in_memory_keeps_its_contract() {
    run(&SimRuntime::new(), async {
        journal(|| async { Ok(MemoryJournal::new().shared()) }).await;
        let one = MemoryJournal::new();
        reopened_journal(|| async { Ok(one.shared()) }).await;
    });
}
