//! Tables into a project, and what lies on the disk afterwards.

use crate::world::{World, holds, key};
use futures::executor::block_on;
use omm_core::error::ErrorKind;
use omm_project::{
    import::{Importer, Rows, Settings, Trouble},
    project::ProjectId,
    sealed::{Field, KeyRing, Keys, NoKeys, Place, open},
    store::{Change, Changed, MigrationKey, Page, State, rotate},
};
use std::io::Cursor;

const TABLE: &str = "Source Type;Source Server url;Source Login;Source Password;Destination Type;Destination Url;Destination Mail;Destination Password\n";

fn table(rows: std::ops::Range<u32>) -> String {
    let row = |at| {
        format!(
            "IMAP;old.example;user{at}@old.example;canary-{at}-source;IMAP;new.example;user{at}@new.example;canary-{at}-destination\n"
        )
    };
    TABLE.to_owned() + &rows.map(row).collect::<String>()
}

impl World {
    fn import(
        &self,
        id: &ProjectId,
        keys: &dyn Keys,
        table: String,
    ) -> omm_core::Result<([u64; 3], Vec<Trouble>)> {
        let rows = Rows::open(Cursor::new(table.into_bytes()), Settings::default())?;
        let importer = Importer { projects: &*self.projects, keys, runtime: &self.runtime };
        let mut troubles = Vec::new();
        let tally = block_on(importer.import(id, rows, &self.host(), &mut |trouble| troubles.push(trouble)))?;
        Ok(([tally.good, tally.bad, tally.given_again], troubles))
    }

    fn opened(&self, id: &ProjectId, keys: &dyn Keys, key: MigrationKey) -> omm_core::Result<String> {
        let row = block_on(self.projects.migration(id, key))?.expect("the migration");
        let place = Place { project: id, migration: key, field: Field::SourcePassword };
        let secret = block_on(open(keys, place, row.source_password.as_ref().expect("a password")))?;
        Ok(secret.expose().to_owned())
    }
}

#[test]
fn an_import_is_sealed_from_its_first_row() {
    let world = World::new();
    let (id, keys) = (world.nobodys(), KeyRing::new(key("a")));
    let bad = "SMTP;x;y;canary-bad;IMAP;new.example;z;canary-bad\n";
    let (tally, troubles) = world.import(&id, &keys, table(0..1234) + bad).unwrap();
    assert_eq!((tally, troubles.len()), ([1234, 1, 0], 1));
    assert_eq!(troubles[0].line, 1236);
    assert_eq!(world.counts(&id), [(State::NotStarted, 1234)]);
    let rows = block_on(world.projects.page(&id, Page::first(2000))).unwrap();
    for (at, row) in rows.iter().enumerate() {
        assert_eq!(row.line, Some(at as u64 + 2));
        assert_eq!(world.opened(&id, &keys, row.key).unwrap(), format!("canary-{at}-source"));
    }
    assert!(
        holds(&world.dump(), "user77@old.example") && !holds(&world.dump(), "canary"),
        "sealed on the disk"
    );
    // No number is lost on the way: 500 rows are stored at once, 1234 are no multiple of it.
    assert_eq!(rows[1233].key, rows[0].key.plus(1233));
    assert_eq!(block_on(world.projects.reserve(1)).unwrap(), rows[0].key.plus(1234));
    // The same table again, with one row more.
    let (tally, troubles) = world.import(&id, &keys, table(0..1235)).unwrap();
    assert_eq!((tally, troubles.len()), ([1, 0, 1234], 0));
    assert_eq!(world.opened(&id, &keys, rows[7].key).unwrap(), "canary-7-source");
}

// Would catch: passwords that nobody can give again once they are erased; and those of somebody else in the place of the right ones.
#[test]
fn passwords_come_again_with_the_same_table() {
    let world = World::new();
    let (id, keys) = (world.nobodys(), KeyRing::new(key("a")));
    world.import(&id, &keys, table(0..3)).unwrap();
    let found = world.keys(&id, Page::first(3));
    let erase = found.iter().map(|key| (*key, Change::ErasePasswords)).collect();
    block_on(world.projects.change_migrations(&id, erase, &world.host())).unwrap();
    // The third logs in as an administrator now, with his password.
    let header = TABLE.trim_end().to_owned() + ";Source admin mail\n";
    let rows: Vec<_> = table(0..3).lines().skip(1).map(str::to_owned).collect();
    let form =
        format!("{header}{}\n{}\n{};root@old.example\n", rows[0], rows[1].replace("canary", "new"), rows[2]);
    let (tally, troubles) = world.import(&id, &keys, form).unwrap();
    assert_eq!(tally, [0, 1, 2]);
    assert!(troubles[0].to_string().starts_with("line 4: the same accounts as migration"), "{}", troubles[0]);
    assert_eq!(world.opened(&id, &keys, found[0]).unwrap(), "canary-0-source");
    assert_eq!(world.opened(&id, &keys, found[1]).unwrap(), "new-1-source");
    let row = |at: usize| block_on(world.projects.migration(&id, found[at])).unwrap().unwrap();
    let place = Place { project: &id, migration: found[1], field: Field::DestinationPassword };
    let sealed = row(1).destination_password.unwrap();
    assert_eq!(block_on(open(&keys, place, &sealed)).unwrap().expose(), "new-1-destination");
    assert_eq!((row(2).source_password, row(2).destination_password), (None, None));
    // A password that the host keeps stays the host's.
    let added = world.add(&id, 1)[0];
    let user = added.0;
    let form = format!("{TABLE}IMAP;old.example;user{user};x;IMAP;new.example;user{user};x\n");
    assert_eq!(world.import(&id, &keys, form).unwrap().0, [0, 1, 0]);
    assert_eq!(block_on(world.projects.migration(&id, added)).unwrap().unwrap().source_password, None);
}

#[test]
fn without_a_key_nothing_is_stored() {
    let world = World::new();
    let id = world.nobodys();
    let error = world.import(&id, &NoKeys, table(0..3)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(world.counts(&id), []);
    assert_eq!(world.audit(&id), ["host: project created"]);
}

#[test]
fn an_import_that_breaks_off_can_be_repeated() {
    let world = World::new();
    let (id, keys) = (world.nobodys(), KeyRing::new(key("a")));
    let rows = || {
        let mut settings = Settings::default();
        settings.limits.rows = 1_200;
        Rows::open(Cursor::new(table(0..1_500).into_bytes()), settings).unwrap()
    };
    let importer = Importer { projects: &*world.projects, keys: &keys, runtime: &world.runtime };
    let error = block_on(importer.import(&id, rows(), &world.host(), &mut |_| ())).unwrap_err();
    assert!(error.to_string().contains("more than 1200 rows"), "{error}");
    let ([good, bad, given_again], _) = world.import(&id, &keys, table(0..1_500)).unwrap();
    assert_eq!((good + given_again, bad), (1_500, 0));
    assert_eq!(world.counts(&id), [(State::NotStarted, 1_500)]);
}

// Would catch: rows whose passwords somebody has exchanged in the database.
#[test]
fn swapped_rows_do_not_open() {
    let world = World::new();
    let (id, keys) = (world.nobodys(), KeyRing::new(key("a")));
    world.import(&id, &keys, table(0..2)).unwrap();
    let rows = block_on(world.projects.page(&id, Page::first(2))).unwrap();
    let stolen = rows[0].source_password.clone().unwrap();
    let change = Change::Password { field: Field::SourcePassword, from: None, to: stolen };
    block_on(world.projects.change_migrations(&id, vec![(rows[1].key, change)], &world.host())).unwrap();
    assert_eq!(world.opened(&id, &keys, rows[0].key).unwrap(), "canary-0-source");
    assert_eq!(world.opened(&id, &keys, rows[1].key).unwrap_err().kind(), ErrorKind::Credentials);
}

#[test]
fn another_key_for_all() {
    let world = World::new();
    let (id, other) = (world.nobodys(), world.nobodys());
    let (old, new) = (key("old"), key("new"));
    world.import(&id, &KeyRing::new(old.clone()), table(0..700)).unwrap();
    world.import(&other, &KeyRing::new(key("lost")), table(0..1)).unwrap();
    world.add(&id, 1);
    let both = KeyRing::new(new.clone()).with_older(old);
    let told = |rotated: omm_project::store::Rotated| (rotated.resealed, rotated.current, rotated.lost);
    assert_eq!(told(block_on(rotate(&*world.projects, &both, &world.host())).unwrap()), (1400, 0, 2));
    assert_eq!(told(block_on(rotate(&*world.projects, &both, &world.host())).unwrap()), (0, 1400, 2));
    let first = world.keys(&id, Page::first(1))[0];
    assert_eq!(world.opened(&id, &KeyRing::new(new), first).unwrap(), "canary-0-source");
    // A password that was given anew while it was sealed anew stays.
    let row = block_on(world.projects.migration(&id, first)).unwrap().unwrap();
    let stale = row.destination_password.clone();
    let change =
        Change::Password { field: Field::SourcePassword, from: stale, to: row.destination_password.unwrap() };
    let answers =
        block_on(world.projects.change_migrations(&id, vec![(first, change)], &world.host())).unwrap();
    assert_eq!(answers, [Changed::Refused(State::NotStarted)]);
    block_on(world.projects.change_migrations(&id, vec![(first, Change::ErasePasswords)], &world.host()))
        .unwrap();
    let row = block_on(world.projects.migration(&id, first)).unwrap().unwrap();
    assert_eq!((row.source_password, row.destination_password), (None, None));
}
