//! What every journal must do. A stranger's journal runs it in ten lines:
//!
//! ```ignore
//! #[test]
//! fn keeps_the_journal_contract() {
//!     block_on(conformance::journal::journal(|| async { Ok(MyJournal::empty()?.shared()) }));
//! }
//! ```
//!
//! Each check panics with what was asked, what came and what should have come, and names in a comment the bug that
//! it would catch. The folded state is compared with [`Entry::apply`] and [`Want::holds`], which are the rules.

mod life;

use life::Life;
use omm_core::{
    Result,
    error::ErrorKind,
    journal::{
        Batch, Claim, DestFolderKey, DestFolderRow, Entry, EntryKey, Epoch, Fact, FolderFact, FolderKey,
        FolderRecord, FolderRow, Journal, Noted, PointState, Query, Record, RunRecord, StoredState, Want,
    },
    model::{
        Content, Cursor, DestFolderId, DestItemId, Digest, Fingerprint, FlagDelta, Flags, FolderPath,
        ItemKind, Mark, NativeKey, Role, SourceFolderId, SourceItemId, StateToken, SyncPoint,
    },
};
use std::sync::Arc;

const FOLDERS: [FolderKey; 3] = [FolderKey(1), FolderKey(2), FolderKey(7)];
const TARGETS: [DestFolderKey; 2] = [DestFolderKey(1), DestFolderKey(2)];
const BODIES: u64 = 40;

/// Runs the whole contract. Each call of `open` gives an empty journal.
///
/// # Panics
/// When the journal breaks the contract, or `open` fails.
pub async fn journal<F, Fut>(open: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<Arc<dyn Journal>>>,
{
    let fresh = || async { open().await.expect("open an empty journal") };
    is_empty_at_first(&*fresh().await).await;
    batches_are_all_or_nothing(&*fresh().await).await;
    an_earlier_owner_writes_nothing(&*fresh().await).await;
    a_stop_is_seen_until_the_next_claim(&*fresh().await).await;
    folders_keep_what_is_not_said(&*fresh().await).await;
    undo_steps_back(&*fresh().await).await;
    flag_history_is_kept_and_dropped(&*fresh().await).await;
    for seed in 1..=4 {
        let mut life = Life::begin(fresh().await, seed).await;
        life.live(80).await;
        life.check().await;
    }
}

/// Runs what must hold across an end of the process. Each call of `open` opens the same state again; the first one
/// finds it empty, and the handle before was dropped.
///
/// # Panics
/// When the journal breaks the contract, or `open` fails.
pub async fn reopened_journal<F, Fut>(open: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<Arc<dyn Journal>>>,
{
    let again = || async { open().await.expect("open the journal") };
    let mut life = Life::begin(again().await, 5).await;
    for _ in 0..3 {
        life.live(90).await;
        let Life { journal, epoch, model, next, random, copies, fates } = life;
        let (folders, targets) = (journal.folders().await, journal.dest_folders().await);
        let (points, changes) = (journal.points().await, journal.flag_changes(SyncPoint(0), None, 999).await);
        drop(journal);

        let journal = again().await;
        // Would catch: anything that was only in memory, or is written and read in two different forms.
        assert_eq!(ok(journal.folders().await), ok(folders), "folders after opening again");
        assert_eq!(ok(journal.dest_folders().await), ok(targets), "destination folders after opening again");
        assert_eq!(ok(journal.points().await), ok(points), "sync points after opening again");
        let again = ok(journal.flag_changes(SyncPoint(0), None, 999).await);
        assert_eq!(again, ok(changes), "flag changes after opening again");
        let claim = claimed(&*journal).await;
        // Would catch: an epoch that begins anew with each process, so that an old owner passes for the new one.
        assert!(claim.epoch > epoch, "the epoch after opening again is {:?}, was {epoch:?}", claim.epoch);
        assert_eq!(claim.next_entry, next, "the first free entry key after opening again");
        life = Life { journal, epoch: claim.epoch, model, next, random, copies, fates };
        life.check().await;
    }
}

async fn is_empty_at_first(journal: &dyn Journal) {
    let claim = claimed(journal).await;
    ok(journal.commit(claim.epoch, Batch::default()).await);
    assert_eq!(ok(journal.points().await), [], "points of an empty journal");
    assert_eq!(ok(journal.folders().await), [], "folders of an empty journal");
    assert_eq!(ok(journal.tallies().await), [], "tallies of an empty journal");
    assert_eq!(ok(journal.page(query(None, Want::Any), None, 9).await), [], "a page of an empty journal");
    assert_eq!(ok(journal.entries(&[claim.next_entry]).await), [None], "an unknown key");
}

async fn batches_are_all_or_nothing(journal: &dyn Journal) {
    let claim = claimed(journal).await;
    ok(journal.commit(claim.epoch, setting()).await);
    let (first, second) = (claim.next_entry, EntryKey(claim.next_entry.0 + 1));
    let good = record(first, 1, noted(FOLDERS[0], "a"));
    ok(journal.commit(claim.epoch, items([good.clone()])).await);
    let before = (ok(journal.tallies().await), ok(journal.folders().await), ok(journal.points().await));

    let middle = [
        record(second, 1, noted(FOLDERS[0], "b")),
        record(first, 1, Fact::Removed),
        record(first, 1, sending(0)),
    ];
    let known = |folder| FolderRecord { folder, point: SyncPoint(1), fact: reached("far") };
    let unknown_folder = items([record(second, 1, noted(FOLDERS[0], "b"))]);
    for (what, batch) in [
        // Would catch: records written one by one, the illegal one found on the way.
        ("an illegal record in the middle", Batch { folders: vec![known(FOLDERS[0])], ..items(middle) }),
        // Would catch: runs and items made durable before the folders are looked at.
        (
            "an unknown folder at the end",
            Batch {
                runs: vec![RunRecord::Finished(SyncPoint(1)), RunRecord::SteppedBack(SyncPoint(1))],
                folders: vec![known(FOLDERS[0]), known(FolderKey(99))],
                ..unknown_folder
            },
        ),
        // Would catch: a first record that is taken for a new entry, whatever it says.
        ("an unknown item", items([record(second, 1, Fact::Gone)])),
    ] {
        refused(journal.commit(claim.epoch, batch).await, what);
        let after = (ok(journal.tallies().await), ok(journal.folders().await), ok(journal.points().await));
        assert_eq!(after, before, "tallies, folders and points after {what}");
        let entries = ok(journal.entries(&[first, second]).await);
        assert_eq!(entries, [Some(folded(std::slice::from_ref(&good))), None], "the entries after {what}");
        let found = ok(journal.find(FOLDERS[0], &[SourceItemId::new("b")]).await);
        assert_eq!(found, [None], "the refused item by its id after {what}");
    }
}

async fn an_earlier_owner_writes_nothing(journal: &dyn Journal) {
    let early = claimed(journal).await;
    ok(journal.commit(early.epoch, setting()).await);
    let late = claimed(journal).await;
    let batch = || items([record(late.next_entry, 1, noted(FOLDERS[0], "a"))]);
    // Would catch: an epoch that is looked at when opening only; the replaced owner would go on writing.
    refused(journal.commit(early.epoch, batch()).await, "a commit under an earlier epoch");
    let never = Epoch(late.epoch.0 + 1);
    refused(journal.commit(never, batch()).await, "a commit under an epoch nobody claimed");
    assert_eq!(ok(journal.entries(&[late.next_entry]).await), [None], "what an earlier owner tried to write");
    ok(journal.commit(late.epoch, batch()).await);
    let last = claimed(journal).await;
    // Would catch: keys given out twice, so that two items share an entry.
    assert!(last.next_entry > late.next_entry, "the next free entry key {:?}", last.next_entry);
    assert!(FOLDERS.iter().all(|key| last.next_folder > *key), "next folder {:?}", last.next_folder);
    assert!(
        TARGETS.iter().all(|key| last.next_dest_folder > *key),
        "next target {:?}",
        last.next_dest_folder
    );
}

async fn a_stop_is_seen_until_the_next_claim(journal: &dyn Journal) {
    claimed(journal).await;
    assert!(!ok(journal.stop_requested().await), "nobody asked to stop");
    ok(journal.request_stop().await);
    ok(journal.request_stop().await);
    assert!(ok(journal.stop_requested().await), "somebody asked to stop");
    claimed(journal).await;
    // Would catch: a migration that was stopped once and then stops at once for ever.
    assert!(!ok(journal.stop_requested().await), "a claim takes the request away");
}

async fn folders_keep_what_is_not_said(journal: &dyn Journal) {
    let epoch = claimed(journal).await.epoch;
    ok(journal.commit(epoch, setting()).await);
    let key = FOLDERS[0];
    let state = StoredState { token: StateToken("t1".into()), options: "o".into() };
    say(journal, epoch, key, 1, reached("c1")).await;
    say(journal, epoch, key, 1, FolderFact::Settled(state.clone())).await;

    let moved = FolderRow { path: FolderPath::new(["Moved"]), target: Some(TARGETS[1]), ..folder_row(key) };
    ok(journal.commit(epoch, runs([RunRecord::SourceFolder(moved.clone())])).await);
    let row = folder(journal, key).await;
    // Would catch: a rename at the source that forgets the cursor and lists the whole folder again.
    assert_eq!(row.position.map(|at| at.cursor), Some(Cursor::new("c1")), "the position after a rename");
    assert_eq!(row.state, Some(state.clone()), "the state after a rename");
    assert_eq!((&row.path, row.target, row.gone), (&moved.path, moved.target, None), "what a rename said");

    say(journal, epoch, key, 2, reached("c2")).await;
    say(journal, epoch, key, 2, FolderFact::Gone).await;
    let row = folder(journal, key).await;
    assert_eq!(row.gone, Some(SyncPoint(2)), "a folder found gone");
    // Would catch: a folder that comes back and is taken for unchanged, or followed from its old cursor; what
    // was noted as gone with it would stay gone.
    assert_eq!(
        (row.state, row.position),
        (None, None),
        "the state and the position of a folder that is gone"
    );
    ok(journal.commit(epoch, runs([RunRecord::SourceFolder(moved)])).await);
    let row = folder(journal, key).await;
    assert_eq!((row.gone, row.state, row.position), (None, None, None), "a folder that came back");

    say(journal, epoch, key, 1, FolderFact::Settled(state.clone())).await;
    say(journal, epoch, key, 1, FolderFact::Troubled("why".to_owned())).await;
    let row = folder(journal, key).await;
    assert_eq!((row.state, row.trouble.as_deref()), (None, Some("why")), "a folder in trouble");
    say(journal, epoch, key, 1, FolderFact::Settled(state.clone())).await;
    say(journal, epoch, key, 1, FolderFact::LeftOut).await;
    let row = folder(journal, key).await;
    // Would catch: a folder that is not carried any more and lowers the grade for ever.
    assert_eq!((row.state, row.trouble), (None, None), "a folder that is left out");
    say(journal, epoch, key, 1, FolderFact::Settled(state.clone())).await;
    say(journal, epoch, key, 1, FolderFact::Unsettled).await;
    assert_eq!(folder(journal, key).await.state, None, "an unsettled folder");
    ok(journal.commit(epoch, runs([RunRecord::DestFolderRemoved(TARGETS[1])])).await);
    let left: Vec<_> = ok(journal.dest_folders().await).iter().map(|row| row.key).collect();
    assert_eq!(left, [TARGETS[0]], "destination folders after a removal");
    // Would catch: the key of a removed folder given to another one, while old copies still name it.
    assert!(
        claimed(journal).await.next_dest_folder > TARGETS[1],
        "the key of a removed folder is used again"
    );
}

async fn undo_steps_back(journal: &dyn Journal) {
    let epoch = claimed(journal).await.epoch;
    ok(journal.commit(epoch, setting()).await);
    let state = StoredState { token: StateToken("t".into()), options: "o".into() };
    for point in 1..=3 {
        ok(journal.commit(epoch, runs([RunRecord::Started(SyncPoint(point))])).await);
        say(journal, epoch, FOLDERS[0], point, reached(&format!("early{point}"))).await;
        say(journal, epoch, FOLDERS[0], point, reached(&format!("late{point}"))).await;
        if point < 3 {
            ok(journal.commit(epoch, runs([RunRecord::Finished(SyncPoint(point))])).await);
        }
    }
    say(journal, epoch, FOLDERS[1], 3, reached("only3")).await;
    say(journal, epoch, FOLDERS[1], 3, FolderFact::Settled(state)).await;
    let position = async |key| folder(journal, key).await.position.map(|at| (at.point.0, at.cursor));
    assert_eq!(position(FOLDERS[0]).await, Some((3, Cursor::new("late3"))), "the newest position");
    let states = async || {
        let points = ok(journal.points().await).into_iter();
        points.map(|row| (row.point.0, row.state)).collect::<Vec<_>>()
    };
    use PointState::{Complete, Open, Undone};
    assert_eq!(states().await, [(1, Complete), (2, Complete), (3, Open)], "the points before an undo");

    ok(journal.commit(epoch, runs([RunRecord::Undone(SyncPoint(2))])).await);
    assert_eq!(states().await, [(1, Complete), (2, Undone), (3, Undone)], "the points after an undo");
    // Would catch: one cursor per folder, so that what was deleted by an undo is never offered again.
    assert_eq!(position(FOLDERS[0]).await, Some((1, Cursor::new("late1"))), "the position after an undo");
    assert_eq!(position(FOLDERS[1]).await, None, "a position of undone points only");
    // Would catch: a state token that outlives an undo; the next run would find nothing to do.
    assert_eq!(folder(journal, FOLDERS[1]).await.state, None, "the state after an undo");
}

async fn flag_history_is_kept_and_dropped(journal: &dyn Journal) {
    let claim = claimed(journal).await;
    let key = claim.next_entry;
    ok(journal.commit(claim.epoch, setting()).await);
    let copied = [
        record(key, 1, noted(FOLDERS[0], "a")),
        record(key, 1, sending(0)),
        record(key, 1, Fact::Copied { id: DestItemId::new("1") }),
    ];
    ok(journal.commit(claim.epoch, items(copied)).await);
    let delta = |name: &str| FlagDelta { add: Flags::none().with_keyword(name), remove: Flags::none() };
    for point in 1..=3 {
        let begun = Fact::Flagging { delta: delta(&point.to_string()), effective: delta(&point.to_string()) };
        ok(journal.commit(claim.epoch, items([record(key, point, begun)])).await);
        // Would catch: a row for every record while a change is under way, or one for a confirmation too many.
        ok(journal.commit(claim.epoch, items([record(key, point, Fact::Gone)])).await);
        // The run that began the change owns it, even if a later one confirms it.
        ok(journal.commit(claim.epoch, items([record(key, point + 1, Fact::Flagged)])).await);
        ok(journal.commit(claim.epoch, items([record(key, point + 1, Fact::Flagged)])).await);
    }
    let history = async |from, before, limit| {
        let rows = ok(journal.flag_changes(SyncPoint(from), before, limit).await);
        assert!(rows.iter().all(|row| row.key == key && row.delta == delta(&row.point.to_string())));
        assert!(rows.windows(2).all(|pair| pair[0].row > pair[1].row), "rows in another order: {rows:?}");
        rows.into_iter().map(|row| (row.row, row.point.0)).collect::<Vec<_>>()
    };
    let points = |rows: &[(u64, u32)]| rows.iter().map(|row| row.1).collect::<Vec<_>>();
    // Would catch: a history in the order of the changes; an undo would restore the wrong state last.
    let all = history(0, None, 9).await;
    assert_eq!(points(&all), [3, 2, 1], "the flag changes, newest first");
    assert_eq!(points(&history(2, None, 9).await), [3, 2], "the flag changes since point 2");
    assert_eq!(history(0, None, 1).await, all[..1], "a page of one");
    assert_eq!(history(0, Some(all[0].0), 9).await, all[1..], "the page after it");
    ok(journal.commit(claim.epoch, runs([RunRecord::Undone(SyncPoint(2))])).await);
    // Would catch: a second undo that takes the same change back again.
    assert_eq!(points(&history(0, None, 9).await), [1], "the flag changes after an undo");
}

/// The folders that everything below happens in.
fn setting() -> Batch {
    let sources = FOLDERS.map(|key| RunRecord::SourceFolder(folder_row(key)));
    let targets = TARGETS.map(|key| {
        let created = (key.0 == 2).then_some(SyncPoint(1));
        let id = DestFolderId::new(format!("target {}", key.0));
        RunRecord::DestFolder(DestFolderRow { key, id, path: FolderPath::new(["a/b", "c"]), created })
    });
    runs(targets.into_iter().chain(sources).chain([RunRecord::Started(SyncPoint(1))]))
}

fn folder_row(key: FolderKey) -> FolderRow {
    FolderRow {
        key,
        id: SourceFolderId::new(format!("folder {}", key.0)),
        path: FolderPath::new([format!("F{}", key.0)]),
        role: (key.0 == 1).then_some(Role::Inbox),
        kind: ItemKind::Mail,
        target: Some(TARGETS[0]),
        state: None,
        position: None,
        gone: None,
        trouble: None,
    }
}

fn body(number: u64) -> Content {
    let digest = |part: &str| Digest::of(format!("{part} {number}").as_bytes());
    let fingerprint =
        Fingerprint { body: digest("body"), header: digest("header"), bare_line_feeds: number % 3 };
    let native = number.is_multiple_of(2).then(|| NativeKey::new(format!("key {number}")));
    Content { fingerprint, size: 100 + number, stored_size: 100 + number + number % 3, native }
}

fn noted(folder: FolderKey, id: &str) -> Fact {
    Fact::Noted(Noted {
        folder,
        source: SourceItemId::new(id),
        lasting: None,
        kind: ItemKind::Mail,
        revision: None,
        listed_size: Some(9),
        received: None,
        flags: Flags::none(),
    })
}

fn sending(number: u64) -> Fact {
    Fact::Sending { folder: TARGETS[0], mark: Mark::new("1"), content: body(number), flags: Flags::none() }
}

fn reached(cursor: &str) -> FolderFact {
    FolderFact::Reached(Cursor::new(cursor))
}

fn record(key: EntryKey, point: u32, fact: Fact) -> Record {
    Record { key, point: SyncPoint(point), fact }
}

fn items(records: impl IntoIterator<Item = Record>) -> Batch {
    Batch { items: records.into_iter().collect(), ..Batch::default() }
}

fn runs(records: impl IntoIterator<Item = RunRecord>) -> Batch {
    Batch { runs: records.into_iter().collect(), ..Batch::default() }
}

fn query(folder: Option<FolderKey>, want: Want) -> Query {
    Query { folder, want }
}

fn folded(records: &[Record]) -> Entry {
    let fold = |entry, record| Entry::apply(entry, record).map(Some);
    records.iter().try_fold(None, fold).ok().flatten().expect("legal records")
}

async fn say(journal: &dyn Journal, epoch: Epoch, folder: FolderKey, point: u32, fact: FolderFact) {
    let record = FolderRecord { folder, point: SyncPoint(point), fact };
    ok(journal.commit(epoch, Batch { folders: vec![record], ..Batch::default() }).await);
}

async fn folder(journal: &dyn Journal, key: FolderKey) -> FolderRow {
    let row = ok(journal.folders().await).into_iter().find(|row| row.key == key);
    row.expect("a folder that was recorded")
}

async fn claimed(journal: &dyn Journal) -> Claim {
    ok(journal.claim().await)
}

#[track_caller]
fn ok<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("the journal failed: {error}"))
}

#[track_caller]
fn refused<T>(result: Result<T>, what: &str) {
    match result {
        Ok(_) => panic!("{what} was accepted"),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Journal, "{what}: {error}"),
    }
}
