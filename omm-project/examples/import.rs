//! How long a large table takes, and how much memory: reading, sealing and storing it, and then a page and the counts.
//!
//! ```text
//! cargo run --release -p omm-project --example import -- 100000
//! ```

use chrono::{DateTime, Utc};
use futures::executor::block_on;
use omm_core::{
    Result,
    host::{BoxFuture, Connection, Runtime, Secret},
};
use omm_project::{
    import::{Importer, Rows, Settings},
    project::{PasswordHash, Project, ProjectId},
    sealed::{Key, KeyId, KeyRing},
    store::{By, MigrationKey, Page, Projects, SqliteProjects, State},
};
use omm_testkit::process;
use rust_xlsxwriter::Workbook;
use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

const HEADER: [&str; 8] = [
    "Source Type",
    "Source Server url",
    "Source Login",
    "Source Password",
    "Destination Type",
    "Destination Url",
    "Destination Mail",
    "Destination Password",
];

/// What a look at a project may take, and how much memory all of this, however many rows there are.
const LONGEST_LOOK: Duration = Duration::from_millis(50);
const MOST_KIB: u64 = 256 << 10;

fn main() -> Result<()> {
    let rows: u32 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (csv, xlsx) = (folder.path().join("table.csv"), folder.path().join("table.xlsx"));
    write_csv(&csv, rows).expect("the table is written");
    let wants_sheet = std::env::args().nth(2).as_deref() == Some("xlsx");
    println!("{rows} rows; {} before anything", peak());
    import(&csv, &folder.path().join("one"), rows)?;
    if wants_sheet {
        write_xlsx(&xlsx, rows).expect("the sheet is written");
        println!("{} after the sheet was written", peak());
        import(&xlsx, &folder.path().join("two"), rows)?;
    }
    Ok(())
}

fn import(table: &Path, state: &Path, expected: u32) -> Result<()> {
    block_on(async {
        let runtime: Arc<dyn Runtime> = Arc::new(Inline);
        let began = Instant::now();
        let mut settings = Settings::default();
        settings.limits.rows = u64::from(u32::MAX);
        let good = Rows::open(File::open(table).expect("the table is there"), settings.clone())?.count();
        println!("{}: read in {:.2?}, {}", table.display(), began.elapsed(), peak());
        assert_eq!(good, expected as usize);

        let projects = SqliteProjects::open(state, Arc::clone(&runtime)).await?;
        let password = PasswordHash::of(&Secret::new("correct horse".to_owned()))?;
        let id = ProjectId::random()?;
        let now = runtime.now();
        projects
            .create(&Project::new(id.clone(), "Move", "anna@example.org", password, now), &By::host(now))
            .await?;
        let keys = KeyRing::new(Key::random(KeyId::new("example")?)?);
        let began = Instant::now();
        let rows = Rows::open(File::open(table).expect("the table is there"), settings)?;
        let importer = Importer { projects: &projects, keys: &keys, runtime: &runtime };
        let tally = importer.import(&id, rows, &By::host(now), &mut |trouble| println!("{trouble}")).await?;
        let each = began.elapsed() / expected.max(1);
        println!(
            "read, sealed and stored in {:.2?}, {each:.2?} a row: {tally:?}, {}",
            began.elapsed(),
            peak()
        );

        let middle = MigrationKey(u64::from(expected) / 2);
        for (name, page) in [
            ("first page", Page::first(100)),
            ("a page in the middle", Page::first(100).behind(middle)),
            ("a page of those not started", Page::first(100).in_state(State::NotStarted).behind(middle)),
            ("a page of those that failed", Page::first(100).in_state(State::Failed)),
        ] {
            let began = Instant::now();
            let found = projects.page(&id, page).await?.len();
            let took = began.elapsed();
            println!("{name}: {found} in {took:.2?}");
            assert!(took < LONGEST_LOOK, "{name} took {took:?}");
        }
        let began = Instant::now();
        let counts = projects.counts(&id).await?;
        println!("counts: {} in {:.2?}, {}", counts.all(), began.elapsed(), peak());
        let kib = process::own_peak_kib().unwrap_or_default();
        assert!(kib < MOST_KIB, "{kib} KiB are more than {MOST_KIB}");
        let began = Instant::now();
        assert!(projects.erase(&id, &By::host(now)).await?);
        println!("erased in {:.2?}, {}", began.elapsed(), peak());
        Ok(())
    })
}

fn row(at: u32) -> [String; 8] {
    [
        "IMAP".to_owned(),
        format!("imap{}.old.example", at % 7),
        format!("user{at}@old.example"),
        format!("password of {at}"),
        "Exchange".to_owned(),
        String::new(),
        format!("user{at}@new.example"),
        format!("other password of {at}"),
    ]
}

fn write_csv(path: &Path, rows: u32) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "{}", HEADER.join(";"))?;
    for at in 0..rows {
        writeln!(file, "{}", row(at).join(";"))?;
    }
    file.flush()
}

fn write_xlsx(path: &Path, rows: u32) -> std::result::Result<(), rust_xlsxwriter::XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, HEADER)?;
    for at in 0..rows {
        sheet.write_row(at + 1, 0, row(at))?;
    }
    book.save(path)
}

/// The most memory so far, where the system tells.
fn peak() -> String {
    process::own_peak_kib().map_or_else(String::new, |kib| format!("peak {:.1} MiB", kib as f64 / 1024.0))
}

/// Does everything at once, on the thread that asks.
struct Inline;

impl Runtime for Inline {
    fn now(&self) -> DateTime<Utc> {
        SystemTime::now().into()
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }

    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        work();
    }

    fn dial(&self, _: &str, _: u16) -> BoxFuture<'static, io::Result<Box<dyn Connection>>> {
        Box::pin(async { Err(io::ErrorKind::Unsupported.into()) })
    }
}
