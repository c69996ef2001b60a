//! Multiple Import: a table of accounts. Everything that is wrong with it is shown before anything is queued.
//!
//! The table is full of passwords. It lies in a file without a name while it is read, and nowhere afterwards: whoever mends
//! a row sends the table again.

mod upload;

use super::{Answer, Frame, Tab, by, page, refused};
use crate::{
    guard::{
        failure::Failure,
        pace::Costly,
        visit::{Inside, Visit},
    },
    house::House,
    words::Words,
};
use askama::Template;
use axum::{
    extract::{Multipart, multipart::MultipartRejection},
    http::{HeaderMap, header},
    response::IntoResponse,
};
use omm::{
    ErrorKind, Result,
    core::host::blocking,
    project::{
        import::{Found, Importer, Rows, Settings, SharedDestination, Tally, Trouble, template as form},
        project::Project,
    },
};
use std::{
    fs::File,
    io::Seek,
    time::{Duration, Instant},
};
pub(crate) use upload::Upload;

/// The largest table that is taken.
pub(crate) const TABLE_BYTES: usize = 32 << 20;
/// So many bad rows are shown; whoever has more has made the same mistake in all of them.
const SHOWN: usize = 500;
/// So long may a table be on its way.
const PATIENCE: Duration = Duration::from_secs(300);
const MOST_ROWS: u64 = 200_000;
const UNPACKED_BYTES: u64 = 256 << 20;

#[derive(Template)]
#[template(path = "import.html")]
struct Import {
    frame: Frame,
    trouble: Option<String>,
    outcome: Option<Outcome>,
    shared: bool,
}

/// What came of a table.
pub(crate) struct Outcome {
    pub(crate) is_taken: bool,
    pub(crate) good: u64,
    pub(crate) bad: u64,
    pub(crate) given_again: u64,
    pub(crate) troubles: Vec<(u64, String)>,
    is_cut: bool,
}

/// What is wrong with the rows of a table, as much as is shown.
struct Troubles {
    words: &'static Words,
    shown: Vec<(u64, String)>,
    is_cut: bool,
}

impl Troubles {
    fn new(words: &'static Words) -> Self {
        Self { words, shown: Vec::new(), is_cut: false }
    }

    fn add(&mut self, trouble: &Trouble) {
        if self.shown.len() < SHOWN {
            self.shown.push((trouble.line, (self.words.row)(trouble)));
        } else {
            self.is_cut = true;
        }
    }

    fn into_outcome(self, is_taken: bool, tally: Tally) -> Outcome {
        Outcome {
            is_taken,
            good: tally.good,
            bad: tally.bad,
            given_again: tally.given_again,
            troubles: self.shown,
            is_cut: self.is_cut,
        }
    }
}

fn template(visit: &Visit, project: &Project) -> Import {
    Import { frame: Frame::inside(visit, project, Tab::Import), trouble: None, outcome: None, shared: false }
}

pub(crate) async fn show(Inside { visit, project }: Inside) -> Answer {
    page(&visit, &template(&visit, &project))
}

/// Reads a table, and takes it if nothing is wrong with it or the good rows alone are wanted.
pub(crate) async fn take(
    visit: Visit,
    headers: HeaderMap,
    multipart: std::result::Result<Multipart, MultipartRejection>,
) -> Answer {
    // Before anything of it is read: whoever is not logged in sends nothing.
    let Inside { visit, project } = visit.inside().await?;
    visit.house.pace.spend(Costly::Uploading, &visit.address, Instant::now()).map_err(Failure::TooOften)?;
    let _room = visit.house.pace.enter(Costly::Uploading, &visit.address).await?;
    let receiving = Upload::receive(&visit, &headers, multipart.map_err(|_| Failure::Forged)?);
    let upload = in_time(receiving).await?;
    let mut template = template(&visit, &project);
    template.shared = upload.shared;
    let Some(file) = &upload.file else {
        template.trouble = Some(visit.words.no_file.to_owned());
        return refused(&visit, &template);
    };
    match read(&visit, &project, &upload, file).await {
        Ok(outcome) => template.outcome = Some(outcome),
        // What is wrong with the table as a whole, with the remedy.
        Err(error) if matches!(error.kind(), ErrorKind::Malformed | ErrorKind::Config) => {
            template.trouble = Some(error.message().to_owned());
        }
        Err(error) => return Err(error.into()),
    }
    match &template.outcome {
        Some(outcome) if outcome.is_taken => page(&visit, &template),
        _ => refused(&visit, &template),
    }
}

/// Whoever sends a byte now and then must not keep the others out.
async fn in_time(
    receiving: impl Future<Output = std::result::Result<Upload, Failure>>,
) -> std::result::Result<Upload, Failure> {
    tokio::time::timeout(PATIENCE, receiving).await.map_err(|_| Failure::TooLarge)?
}

/// Looks at every row first.
pub(crate) async fn read(visit: &Visit, project: &Project, upload: &Upload, file: &File) -> Result<Outcome> {
    let (house, words) = (&visit.house, visit.words);
    let settings = settings(house, project, upload);
    let (looked_at, asked) = (again(file)?, settings.clone());
    let (found, tally) = blocking(&house.stores.runtime(), move || look(looked_at, asked, words)).await?;
    if tally.bad > 0 && !upload.good_alone {
        return Ok(found.into_outcome(false, tally));
    }
    let table = again(file)?;
    let rows = blocking(&house.stores.runtime(), move || Rows::open(table, settings)).await?;
    let stores = &house.stores;
    let (runtime, mut troubles) = (stores.runtime(), Troubles::new(words));
    let importer = Importer { projects: &stores.projects, keys: stores.keys.as_ref(), runtime: &runtime };
    let tally = importer.import(&project.id, rows, &by(house), &mut |trouble| troubles.add(&trouble)).await?;
    Ok(troubles.into_outcome(true, tally))
}

fn settings(house: &House, project: &Project, upload: &Upload) -> Settings {
    let mut settings = Settings::default();
    settings.now = Some(house.stores.runtime().now());
    settings.source.clone_from(&project.source);
    settings.destination.clone_from(&project.destination);
    if upload.shared {
        settings.shared_destination = SharedDestination::Allowed;
    }
    settings.limits.rows = MOST_ROWS;
    settings.limits.unpacked_bytes = UNPACKED_BYTES;
    settings
}

/// The same file from its beginning.
fn again(file: &File) -> Result<File> {
    let lost = |cause| upload::unreadable(cause);
    let mut file = file.try_clone().map_err(lost)?;
    file.rewind().map_err(lost)?;
    Ok(file)
}

/// Every row, and what is wrong with each. Blocks.
fn look(file: File, settings: Settings, words: &'static Words) -> Result<(Troubles, Tally)> {
    let (mut rows, mut troubles) = (Rows::open(file, settings)?, Troubles::new(words));
    for found in &mut rows {
        if let Found::Trouble(trouble) = found? {
            troubles.add(&trouble);
        }
    }
    Ok((troubles, rows.tally()))
}

/// The form to be filled in, as text.
pub(crate) async fn template_csv(_: Inside) -> Answer {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"migrations.csv\""),
    ];
    Ok((headers, form::csv()).into_response())
}

/// The same for Excel.
pub(crate) async fn template_xlsx(_: Inside) -> Answer {
    let headers = [
        (header::CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"migrations.xlsx\""),
    ];
    Ok((headers, form::xlsx()?).into_response())
}
