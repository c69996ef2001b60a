//! Bad habits: each does the harm it names, and nothing else.

use futures::StreamExt;
use omm_core::{
    error::{Effect, ErrorKind, Retry},
    host::Env,
    model::{Body, Cursor, FolderPath, Intake, Item, ItemKind, SourceItemId},
    seam::{Change, Coverage},
};
use omm_testkit::{
    mailbox::plain,
    memory::{Cursors, Habits, Lost, MemoryAccount, Settings, Sizes},
    sim::{SimRuntime, run},
};
use std::time::Duration;

fn inbox() -> FolderPath {
    FolderPath::new(["INBOX"])
}

fn account(set: impl FnOnce(&mut Habits)) -> MemoryAccount {
    let account = MemoryAccount::new().holding(&plain(1, 1, 5));
    let mut habits = Habits::default();
    set(&mut habits);
    account.behave(habits);
    account
}

fn mail(text: &str) -> Item {
    Item::new(ItemKind::Mail, Body::from_bytes(text.as_bytes().to_vec()))
}

#[test]
fn a_lost_answer_is_a_write_that_was_done() {
    let account = account(|habits| habits.lost = Some(Lost::Nth(2)));
    run(&SimRuntime::new(), async {
        let destination = account.destination();
        let folder = destination.folders().await.expect("folders").remove(0);
        destination.append(&folder.id, &[mail("one")]).await.expect("the first answer");
        let lost = destination.append(&folder.id, &[mail("two")]).await.expect_err("the second is lost");
        assert_eq!((lost.effect(), lost.kind()), (Effect::Unknown, ErrorKind::Unreachable));
        destination.append(&folder.id, &[mail("three")]).await.expect("the third answer");
    });
    assert_eq!(account.items(&inbox()).len(), 8);
}

#[test]
fn pauses_and_drops_come_before_anything_is_done() {
    let pause = Duration::from_secs(30);
    let throttled = account(|habits| habits.throttles = Some((2, pause)));
    let dropping = account(|habits| habits.drops_every = Some(2));
    run(&SimRuntime::new(), async {
        for (account, kind, retry) in [
            (throttled, ErrorKind::Throttled, Retry::After(pause)),
            (dropping, ErrorKind::Unreachable, Retry::Backoff),
        ] {
            let destination = account.destination();
            let folder = destination.folders().await.expect("the first call").remove(0);
            let error = destination.append(&folder.id, &[mail("x")]).await.expect_err("the second call");
            assert_eq!((error.kind(), error.retry_advice(), error.effect()), (kind, retry, Effect::None));
            assert_eq!(account.items(&inbox()).len(), 5);
        }
    });
}

#[test]
fn late_answers_take_virtual_time_only() {
    let clock = SimRuntime::new();
    let account = account(|habits| habits.late = Some((clock.shared(), Duration::from_secs(5))));
    run(&clock, account.source().folders()).expect("folders");
    assert_eq!(clock.elapsed(), Duration::from_secs(5));
}

#[test]
fn cursors_expire_once_or_always() {
    for (cursors, outcomes) in [
        (Cursors::Honoured, [true, true]),
        (Cursors::ExpireOnce, [false, true]),
        (Cursors::ExpireAlways, [false; 2]),
    ] {
        let account = account(|habits| habits.cursors = cursors);
        run(&SimRuntime::new(), async {
            let source = account.source();
            let folder = source.folders().await.expect("folders").remove(0);
            let end = source.changes(&folder.id, None).await.expect("a listing").next;
            for honoured in outcomes {
                let page = source.changes(&folder.id, Some(&end)).await;
                assert_eq!(page.is_ok(), honoured, "{cursors:?}");
                assert!(page.err().is_none_or(|error| error.kind() == ErrorKind::CursorExpired));
            }
        });
    }
}

#[test]
fn sizes_are_wrong_or_missing() {
    for (sizes, right) in [(Sizes::Right, true), (Sizes::Wrong, false), (Sizes::Missing, false)] {
        let account = account(|habits| habits.sizes = sizes);
        let (_, first) = account.items(&inbox()).remove(0);
        run(&SimRuntime::new(), async {
            let source = account.source();
            let folder = source.folders().await.expect("folders").remove(0);
            let mut page = source.changes(&folder.id, None).await.expect("a listing");
            let Change::Present(meta) = page.changes.remove(0) else {
                panic!("a listing names what is present")
            };
            assert_eq!(meta.size == Some(first.bytes.len() as u64), right, "{sizes:?}");
        });
    }
}

#[test]
fn pages_and_changes_come_again_and_the_listing_still_ends() {
    for repeat_pages in [true, false] {
        let account = account(|habits| {
            habits.repeats_pages = repeat_pages;
            habits.repeats_changes = !repeat_pages;
        });
        account.change_settings(|settings| settings.page_size = 2);
        run(&SimRuntime::new(), async {
            let source = account.source();
            let folder = source.folders().await.expect("folders").remove(0);
            let (mut named, mut cursor): (Vec<SourceItemId>, Option<Cursor>) = (Vec::new(), None);
            loop {
                let page = source.changes(&folder.id, cursor.as_ref()).await.expect("a page");
                assert_eq!(page.coverage, Coverage::Listing);
                named.extend(page.changes.into_iter().filter_map(|change| match change {
                    Change::Present(meta) => Some(meta.id),
                    _ => None,
                }));
                cursor = Some(page.next);
                if !page.more {
                    break;
                }
            }
            assert!(named.len() > 5, "nothing was repeated");
            named.sort();
            named.dedup();
            assert_eq!(named.len(), 5);
        });
    }
}

#[test]
fn a_broken_fetch_answers_every_id() {
    let account = account(|habits| habits.drops_every = Some(3));
    let clock = SimRuntime::new();
    run(&clock, async {
        let env = Env::new(clock.shared());
        let source = account.source();
        let folder = source.folders().await.expect("folders").remove(0);
        source.changes(&folder.id, None).await.expect("a listing");
        let ids: Vec<_> = account.items(&inbox()).into_iter().map(|(id, _)| SourceItemId::new(id)).collect();
        let intake = Intake::new(&env, env.memory.reserve(1 << 20).await);
        let answers: Vec<_> = source.fetch(&folder.id, &ids, &intake).collect().await;
        assert_eq!(answers.len(), 5);
        assert_eq!(answers.iter().filter(|answer| answer.item.is_ok()).count(), 2);
    });
}

#[test]
fn it_fills_up_and_refuses_what_it_must() {
    let mut settings = Settings::default();
    settings.quota_bytes = Some(10);
    let account = MemoryAccount::with(settings);
    account.add_folder(&inbox(), None, ItemKind::Mail);
    let mut habits = Habits::default();
    habits.rejects = Some(b"virus".to_vec());
    account.behave(habits);
    run(&SimRuntime::new(), async {
        let destination = account.destination();
        let folder = destination.folders().await.expect("folders").remove(0);
        let batch = [mail("12345"), mail("virus"), mail("1234567"), mail("67890")];
        let fates = destination.append(&folder.id, &batch).await.expect("each fate is known");
        let kinds: Vec<_> = fates.iter().map(|fate| fate.as_ref().err().map(|error| error.kind())).collect();
        assert_eq!(kinds, [None, Some(ErrorKind::Rejected), Some(ErrorKind::Quota), None]);
    });
}
