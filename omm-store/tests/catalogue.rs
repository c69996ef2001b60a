//! The catalogue: which migrations there are, and who works on them.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod support;

use futures::executor::block_on;
use omm_core::{
    error::ErrorKind, host::CredentialRef, journal::Batch, journal::Journal, options::Options,
    seam::AccountSpec,
};
use omm_store::Catalogue;
use std::path::{Path, PathBuf};
use support::runtime;

fn account(server: &str, login: &str) -> AccountSpec {
    let mut account = AccountSpec::new("imap", server);
    account.login = login.to_owned();
    account
}

async fn open(state: &Path) -> Catalogue {
    Catalogue::open(state, runtime()).await.unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn migrations_are_found_again() {
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let catalogue = open(folder.path()).await;
        let (anna, bert) = (account("a.example:993", "anna"), account("b.example:993", "bert"));
        let options = Options::default();
        let first = catalogue.create(&anna, &bert, &options).await.unwrap();
        let second = catalogue.create(&anna, &bert, &options).await.unwrap();
        let back = catalogue.create(&bert, &anna, &options).await.unwrap();
        drop(catalogue);

        let catalogue = open(folder.path()).await;
        let ids = |rows: &[omm_store::MigrationRow]| rows.iter().map(|r| r.id.clone()).collect::<Vec<_>>();
        let all = catalogue.list().await.unwrap();
        assert_eq!(ids(&all), [back.id.clone(), second.id.clone(), first.id.clone()]);
        assert_eq!(all[2], first);
        // Would catch: `migrate` on a known pair beginning anew, or continuing the wrong direction.
        assert_eq!(catalogue.find_pair(&anna, &bert).await.unwrap(), Some(second.clone()));
        assert_eq!(catalogue.find_pair(&bert, &anna).await.unwrap(), Some(back));
        let typed = first.id.replace('-', "").to_uppercase();
        assert_eq!(catalogue.get(&typed).await.unwrap(), Some(first));
        assert_eq!(catalogue.get("../../x").await.unwrap(), None);
    });
}

#[test]
fn a_pair_is_who_and_where_not_how() {
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let catalogue = open(folder.path()).await;
        let (anna, files) = (account("A.example", "anna"), AccountSpec::new("dir", "/Mail"));
        let row = catalogue.create(&anna, &files, &Options::default()).await.unwrap();
        let same = async |source: &AccountSpec, destination: &AccountSpec| {
            catalogue.find_pair(source, destination).await.unwrap().is_some()
        };
        let mut reached_otherwise = account("a.EXAMPLE", "anna");
        reached_otherwise.credentials = CredentialRef::Ask;
        reached_otherwise.server_type = "IMAP".to_owned();
        assert!(same(&reached_otherwise, &files).await, "host names compare without case");
        let mut for_another = anna.clone();
        for_another.delegate = Some("admin".to_owned());
        for (source, destination) in [
            (&account("a.example", "Anna"), &files),
            (&account("a.example", "bert"), &files),
            (&for_another, &files),
            (&anna, &AccountSpec::new("dir", "/mail")),
            (&anna, &AccountSpec::new("files", "/Mail")),
        ] {
            assert!(!same(source, destination).await, "{} {}", source.label(), destination.label());
        }

        let mut moved = row.clone();
        moved.destination = AccountSpec::new("dir", "/Other");
        catalogue.update(&moved).await.unwrap();
        assert!(!same(&anna, &files).await, "the old place after a re-point");
        assert_eq!(catalogue.find_pair(&anna, &moved.destination).await.unwrap(), Some(moved.clone()));
        catalogue.forget(&moved.id).await.unwrap();
        assert_eq!(catalogue.update(&moved).await.unwrap_err().kind(), ErrorKind::Config);
    });
}

#[test]
fn one_owner_and_any_number_of_observers() {
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let catalogue = open(folder.path()).await;
        let account = account("a", "anna");
        let id = catalogue.create(&account, &account, &Options::default()).await.unwrap().id;
        let owner = catalogue.journal(&id).await.unwrap();
        let claim = owner.claim().await.unwrap();

        let other = open(folder.path()).await;
        let error = other.journal(&id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Journal);
        let line = format!(
            "migration {id} is being worked on by another process; stop it with `omm stop {id}` or wait"
        );
        assert!(error.to_string().contains(&line), "{error}");
        assert_eq!(
            other.forget(&id).await.unwrap_err().kind(),
            ErrorKind::Journal,
            "forgotten under its owner"
        );

        let observer = other.observe(&id).await.unwrap();
        assert!(observer.points().await.unwrap().is_empty());
        // Would catch: an observer that fences the owner off.
        assert_eq!(observer.claim().await.unwrap_err().kind(), ErrorKind::Journal);
        let refused = observer.commit(claim.epoch, Batch::default()).await.unwrap_err();
        assert!(refused.to_string().contains("observes"), "{refused}");
        observer.request_stop().await.unwrap();
        assert!(owner.stop_requested().await.unwrap(), "the owner hears an observer");
        owner.commit(claim.epoch, Batch::default()).await.unwrap();

        let clone = owner.clone();
        drop(owner);
        assert!(other.journal(&id).await.is_err(), "a second owner while a handle lives");
        drop(clone);
        let owner = other.journal(&id).await.unwrap();
        assert!(owner.claim().await.unwrap().epoch > claim.epoch);
    });
}

#[test]
fn forgetting_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let catalogue = open(folder.path()).await;
        let account = account("a", "anna");
        let id = catalogue.create(&account, &account, &Options::default()).await.unwrap().id;
        let journal = catalogue.journal(&id).await.unwrap();
        journal.claim().await.unwrap();
        drop(journal);
        assert!(catalogue.forget(&id).await.unwrap());
        assert!(!catalogue.forget(&id).await.unwrap());
        assert_eq!(files(&folder.path().join("migrations")), Vec::<PathBuf>::new());
        assert_eq!(catalogue.get(&id).await.unwrap(), None);
        assert_eq!(catalogue.journal(&id).await.unwrap_err().kind(), ErrorKind::Config);
    });
}

// Would catch: a row that is gone from its table and still in the file, or in the log beside it.
#[test]
fn forgotten_accounts_are_in_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let held = |text: &str| {
        let holds = |path: PathBuf| {
            std::fs::read(path).unwrap().windows(text.len()).any(|bytes| bytes == text.as_bytes())
        };
        files(folder.path()).into_iter().any(holds)
    };
    block_on(async {
        let first = open(folder.path()).await;
        let (anna, bert) = (account("a.example", "anna-forgotten"), account("b.example", "bert-remembered"));
        let id = first.create(&anna, &anna, &Options::default()).await.unwrap().id;
        let other = first.create(&bert, &bert, &Options::default()).await.unwrap().id;
        // In the file itself, and no longer in its log.
        drop(first);
        assert!(held("anna-forgotten"));
        let catalogue = open(folder.path()).await;
        assert!(catalogue.forget(&id).await.unwrap());
        assert!(!held("anna-forgotten"), "while it is open");
        let id = catalogue.create(&anna, &bert, &Options::default()).await.unwrap().id;
        assert!(catalogue.forget(&id).await.unwrap());
        assert!(!held("anna-forgotten"), "never more than in the log");
        assert!(held("bert-remembered") && catalogue.get(&other).await.unwrap().is_some());
    });
}

#[test]
fn a_lost_journal_is_not_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let catalogue = open(folder.path()).await;
        let account = account("a", "anna");
        let id = catalogue.create(&account, &account, &Options::default()).await.unwrap().id;
        std::fs::remove_file(folder.path().join(format!("migrations/{id}.db"))).unwrap();
        // Would catch: an empty journal in the place of a lost one, and everything copied again.
        for error in [catalogue.journal(&id).await.unwrap_err(), catalogue.observe(&id).await.unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::Journal);
            assert!(error.to_string().contains("no such file"), "{error}");
        }
        assert!(catalogue.forget(&id).await.unwrap(), "forgetting is the way out");
    });
}

// Would catch: a password resolved too early and stored with its account.
#[test]
fn no_secret_reaches_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let secret_file = folder.path().join("password");
    std::fs::write(&secret_file, "hunter2-hunter2").unwrap();
    let state = folder.path().join("state");
    block_on(async {
        let catalogue = open(&state).await;
        for credentials in [
            CredentialRef::File(secret_file.clone()),
            CredentialRef::Variable("OMM_TEST_PASSWORD".to_owned()),
            CredentialRef::Ask,
            CredentialRef::Named("vault".to_owned()),
        ] {
            let mut source = account("a", "anna");
            source.credentials = credentials;
            let row = catalogue.create(&source, &source, &Options::default()).await.unwrap();
            let stored = catalogue.get(&row.id).await.unwrap().unwrap();
            assert_eq!(stored.source.credentials, source.credentials, "the reference is kept");
            catalogue.journal(&row.id).await.unwrap().claim().await.unwrap();
        }
        let holds = |path: &PathBuf, text: &str| {
            std::fs::read(path).unwrap().windows(text.len()).any(|bytes| bytes == text.as_bytes())
        };
        let files = files(&state);
        assert!(files.iter().any(|path| holds(path, "OMM_TEST_PASSWORD")), "the search finds what is there");
        assert!(!files.iter().any(|path| holds(path, "hunter2")), "the secret itself is stored");
    });
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_state() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("deep/state");
    block_on(async {
        let catalogue = open(&state).await;
        let account = account("a", "anna");
        let id = catalogue.create(&account, &account, &Options::default()).await.unwrap().id;
        let journal = catalogue.journal(&id).await.unwrap();
        journal.claim().await.unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let all = files(&state);
        // The database, its log and index, the lock, for the migration and for the catalogue.
        assert!(all.len() >= 8, "{all:?}");
        for path in all {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
        for path in [&state, &state.join("migrations"), &folder.path().join("deep")] {
            assert_eq!(mode(path), 0o700, "{}", path.display());
        }
    });
}

// Would catch: two programs started at the same moment, of which one fails because the other is still making the
// file, or two migrations with one id.
#[test]
fn many_begin_at_the_same_moment() {
    let folder = tempfile::tempdir().unwrap();
    let begin = |number: usize| {
        block_on(async {
            let account = account(&number.to_string(), "anna");
            let catalogue = open(folder.path()).await;
            let row = catalogue.create(&account, &account, &Options::default()).await.unwrap();
            catalogue.journal(&row.id).await.unwrap().claim().await.unwrap();
        });
    };
    std::thread::scope(|scope| (0..8).for_each(|number| drop(scope.spawn(move || begin(number)))));
    assert_eq!(block_on(async { open(folder.path()).await.list().await.unwrap() }).len(), 8);
}
