//! Files with keys.

use crate::{
    args::{
        Global,
        project::{KeyFile, NewKey},
    },
    exit::{Exit, Failure},
    output,
};
use omm::project::{
    project::{Project, ProjectId},
    sealed::{Field, Key, KeyId, KeyRing, Place, open},
    store::{Page, State, Turns},
};
use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::Path,
};
use zeroize::Zeroizing;

/// What such a file begins with, so that no other is taken for one.
const FIRST_WORD: &str = "omm-key";

pub(super) fn make(global: &Global, args: &NewKey) -> Result<Exit, Failure> {
    // The day, for people, and something that no other key of that day has: a wrong file is told from the right one by it.
    let word = ProjectId::random()?.as_str().replace('-', "");
    let name = format!("{}-{word}", chrono::Utc::now().format("%Y-%m-%d"));
    let key = Key::random(KeyId::new(&name)?)?;
    let line = Zeroizing::new(format!("{FIRST_WORD} {name} {}\n", hex(key.expose()).as_str()));
    write(&args.file, line.as_bytes()).map_err(|error| {
        let why = match error.kind() {
            ErrorKind::AlreadyExists => {
                "it is there already; name another, or go on with that one".to_owned()
            }
            _ => error.to_string(),
        };
        Failure::Local(format!("cannot write {}: {why}", args.file.display()))
    })?;
    if !global.quiet && !global.json {
        output::line(format!(
            "{} has the key {name}; keep a copy elsewhere: without it all passwords have to be given anew",
            args.file.display()
        ))?;
    }
    Ok(Exit::Done)
}

/// The keys that were named, the first to seal with. Without one nothing is sealed, and so nothing is stored.
pub(super) fn read(args: &KeyFile) -> Result<KeyRing, Failure> {
    let Some((current, older)) = args.key_file.split_first() else {
        return Err(Failure::Usage(
            "passwords are stored under a key only; name its file with --key-file FILE, or make one with \
             `omm project key FILE`"
                .to_owned(),
        ));
    };
    let ring = KeyRing::new(one(current)?);
    older.iter().try_fold(ring, |ring, path| Ok(ring.with_older(one(path)?)))
}

fn one(path: &Path) -> Result<Key, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::Local(format!("cannot read the key in {}: {error}", path.display())))?;
    let text = Zeroizing::new(text);
    let no_key =
        || Failure::Local(format!("{} holds no key; `omm project key FILE` makes one", path.display()));
    let mut words = text.split_whitespace();
    let (Some(FIRST_WORD), Some(name), Some(bytes)) = (words.next(), words.next(), words.next()) else {
        return Err(no_key());
    };
    let id = KeyId::new(name).map_err(|_| no_key())?;
    Ok(Key::new(id, bytes_of(bytes).ok_or_else(no_key)?))
}

/// So many migrations of each state are looked at: they were sealed by one import, or by a few.
const LOOKED_AT: u32 = 50;

/// Whether anything of a project is sealed; each key that sealed any of it must be there, and be the right one.
pub(super) async fn opens(
    projects: &dyn Turns,
    project: &Project,
    keys: Option<&KeyRing>,
) -> Result<bool, Failure> {
    let mut seen = BTreeSet::new();
    for state in State::ALL {
        for row in projects.page(&project.id, Page::first(LOOKED_AT).in_state(state)).await? {
            let fields = [
                (Field::SourcePassword, &row.source_password),
                (Field::DestinationPassword, &row.destination_password),
            ];
            for (field, sealed) in fields {
                let Some(sealed) = sealed.as_ref().filter(|sealed| !seen.contains(sealed.key())) else {
                    continue;
                };
                seen.insert(sealed.key().clone());
                let Some(keys) = keys else { continue };
                let place = Place { project: &project.id, migration: row.key, field };
                if open(keys, place, sealed).await.is_err() {
                    return Err(Failure::Usage(format!(
                        "the password of migration {} is sealed with the key {}, which no --key-file holds; name \
                         its file too, or import the table again under the key that is there",
                        row.key,
                        sealed.key()
                    )));
                }
            }
        }
    }
    Ok(!seen.is_empty())
}

/// Whether everything that is still to be done needs a key. Reads no further than to the first that does not.
pub(super) async fn seals_all(projects: &dyn Turns, project: &Project) -> Result<bool, Failure> {
    const PAGE: u32 = 500;
    for state in State::ALL.into_iter().filter(|state| !state.is_final()) {
        let mut page = Page::first(PAGE).in_state(state);
        loop {
            let rows = projects.page(&project.id, page).await?;
            let Some(last) = rows.last() else { break };
            page = page.behind(last.key);
            if rows.iter().any(|row| row.source_password.is_none() && row.destination_password.is_none()) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn hex(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn bytes_of(hex: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    let digits: Vec<u32> = hex.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let digits = Zeroizing::new(digits);
    if digits.len() != 2 * bytes.len() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::try_from(pair.iter().fold(0, |sum, digit| 16 * sum + digit)).ok()?;
    }
    Some(bytes)
}

#[cfg(unix)]
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(not(unix))]
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn read_from(path: PathBuf) -> Result<KeyRing, Failure> {
        read(&KeyFile { key_file: vec![path] })
    }

    #[test]
    fn a_key_comes_back_and_nothing_else_is_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        let global =
            Global { state: None, database: None, database_connections: None, json: false, quiet: true };
        assert!(make(&global, &NewKey { file: path.clone() }).is_ok());
        assert!(read_from(path.clone()).is_ok());
        assert!(
            make(&global, &NewKey { file: path.clone() }).is_err(),
            "an old key is never lost to a new one"
        );
        let text = fs::read_to_string(&path).unwrap();
        for broken in
            ["", "omm-key", "omm-key a", "omm-key a 00", &text[1..], &text[..text.len() - 2], "omm-key A 00"]
        {
            fs::write(&path, broken).unwrap();
            assert!(read_from(path.clone()).is_err(), "{broken:?}");
        }
    }

    // Would catch: two keys of one day with one name, of which no ring can hold both.
    #[test]
    fn keys_of_one_day_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let global =
            Global { state: None, database: None, database_connections: None, json: false, quiet: true };
        let ids = ["old", "new"].map(|name| {
            let file = dir.path().join(name);
            assert!(make(&global, &NewKey { file: file.clone() }).is_ok());
            one(&file).unwrap().id().clone()
        });
        assert_ne!(ids[0], ids[1]);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_it() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        write(&path, b"x").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
