//! One migration: where it stands, its report, what failed and why, and what can be asked of it.

use super::{
    Answer, Frame, Tab,
    field::Field,
    line::{Line, bytes},
    manage::Said,
    page,
};
use crate::{
    guard::{
        failure::Failure,
        visit::{Inside, Visit},
    },
    house::House,
    words::Words,
};
use askama::Template;
use axum::extract::{Path, Query};
use omm::{
    CredentialRef, Report,
    core::journal::PointState,
    project::{
        project::Project,
        sealed,
        store::{MigrationKey, MigrationRow, Projects, State},
        work::Task,
    },
};

/// So many folders and failed items are shown; the report as a file has them all.
const FOLDERS: usize = 300;
const PROBLEMS: usize = 200;

#[derive(Template)]
#[template(path = "row.html")]
struct RowPage {
    frame: Frame,
    line: Line,
    may: May,
    created: String,
    task: Option<&'static str>,
    in_work: Vec<(String, String)>,
    sums: Vec<(&'static str, String)>,
    points: Vec<(u32, &'static str)>,
    folders: Vec<FolderLine>,
    problems: Vec<Problem>,
    notes: Vec<String>,
    is_cut: bool,
    has_report: bool,
    passwords: Vec<Field>,
}

/// What can be asked of a migration as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct May {
    pub(crate) pause: bool,
    pub(crate) stop: bool,
    pub(crate) resume: bool,
    pub(crate) start_now: bool,
    pub(crate) sync: bool,
    pub(crate) retry: bool,
    pub(crate) verify: bool,
    pub(crate) undo: bool,
    pub(crate) erase: bool,
    /// Its passwords can be given again, or changed.
    pub(crate) passwords: bool,
    /// They are erased, and have to be given before anything else.
    pub(crate) needs_passwords: bool,
}

struct FolderLine {
    folder: String,
    target: String,
    found: u64,
    there: u64,
    skipped: u64,
    failed: u64,
    trouble: String,
}

struct Problem {
    folder: String,
    item: String,
    fate: &'static str,
    reason: String,
}

impl May {
    /// The table of what makes sense when.
    pub(crate) fn of(row: &MigrationRow) -> Self {
        use State::*;
        let needs_passwords = sides(row).any(|(_, is_there)| !is_there);
        let at_work = matches!(row.state, Running | Stopping);
        let can = !needs_passwords && row.journal.is_some();
        Self {
            pause: matches!(row.state, Running | NotStarted | Waiting | Scheduled)
                || (row.state == Paused && row.start.is_some()),
            stop: matches!(row.state, Running | NotStarted | Waiting | Scheduled | Paused),
            resume: !needs_passwords && matches!(row.state, Paused | Stopped | Failed),
            start_now: row.state == Scheduled,
            // A file is erased when all of it has been copied, and does not change before.
            sync: can
                && row.source.server_type != "files"
                && matches!(row.state, Done | DoneWithFailures | Stopped),
            retry: can && matches!(row.state, DoneWithFailures | Failed),
            verify: can && row.state.is_final(),
            undo: can && (row.state.is_final() || row.state == Paused),
            erase: !at_work,
            passwords: !at_work && sides(row).next().is_some(),
            needs_passwords: needs_passwords && !at_work,
        }
    }
}

impl May {
    /// What can be asked, by the words of the forms and of the API.
    pub(crate) fn names(self) -> Vec<&'static str> {
        let all = [
            (self.pause, "pause"),
            (self.stop, "stop"),
            (self.resume, "resume"),
            (self.start_now, "start-now"),
            (self.sync, "sync"),
            (self.retry, "retry"),
            (self.verify, "verify"),
            (self.verify, "read-back"),
            (self.undo, "undo"),
            (self.erase, "erase"),
            (self.passwords, "passwords"),
        ];
        all.into_iter().filter(|(may, _)| *may).map(|(_, name)| name).collect()
    }
}

/// The passwords that a migration needs, and whether each is there. A file needs none.
pub(crate) fn sides(row: &MigrationRow) -> impl Iterator<Item = (sealed::Field, bool)> {
    let sides = [
        (sealed::Field::SourcePassword, &row.source, row.source_password.is_some()),
        (sealed::Field::DestinationPassword, &row.destination, row.destination_password.is_some()),
    ];
    sides
        .into_iter()
        .filter(|(_, account, is_there)| *is_there || account.credentials != CredentialRef::None)
        .map(|(field, _, is_there)| (field, is_there))
}

/// What the field of a password is called.
pub(crate) fn field_name(field: sealed::Field) -> &'static str {
    match field {
        sealed::Field::SourcePassword => "source-password",
        _ => "destination-password",
    }
}

pub(crate) async fn show(
    Inside { visit, project }: Inside,
    Path(number): Path<u64>,
    Query(said): Query<Said>,
) -> Answer {
    let row = find(&visit.house, &project, number).await?;
    let words = visit.words;
    let mut template = RowPage::of(&visit, &project, &row);
    template.frame = template.frame.saying(said.said.as_deref());
    // A journal that cannot be read now (it was erased a moment ago, say) costs the page its report and no more.
    if let Some(journal) = &row.journal
        && let Ok(status) = visit.house.stores.omm.status(journal).await
    {
        let state = |state| match state {
            PointState::Open => words.point_open,
            PointState::Complete => words.point_complete,
            PointState::Undone => words.point_undone,
        };
        template.points = status.points.iter().map(|point| (point.point.0, state(point.state))).collect();
        template.report(&status.report, words);
    }
    page(&visit, &template)
}

/// A migration of this project; of no other.
pub(crate) async fn find(house: &House, project: &Project, number: u64) -> Result<MigrationRow, Failure> {
    let row = house.stores.projects.migration(&project.id, MigrationKey(number)).await?;
    row.ok_or(Failure::Missing)
}

impl RowPage {
    /// Without its report.
    fn of(visit: &Visit, project: &Project, row: &MigrationRow) -> Self {
        let words = visit.words;
        Self {
            frame: Frame::inside(visit, project, Tab::Other),
            line: Line::of(row, words),
            may: May::of(row),
            created: words.moment(row.created),
            task: task(row.task, words),
            in_work: in_work(row),
            sums: Vec::new(),
            points: Vec::new(),
            folders: Vec::new(),
            problems: Vec::new(),
            notes: Vec::new(),
            is_cut: false,
            has_report: false,
            passwords: sides(row).map(|(field, is_there)| password(words, field, is_there)).collect(),
        }
    }

    fn here(&self) -> String {
        self.frame.base.at(&format!("/project/rows/{}", self.line.number))
    }

    fn report(&mut self, report: &Report, words: &Words) {
        let totals = &report.totals;
        let number = |count: u64| count.to_string();
        self.sums = vec![
            (words.sum_found, number(totals.found)),
            (words.sum_copied, format!("{} ({})", totals.copied, bytes(totals.copied_bytes, words))),
            (words.sum_adopted, number(totals.adopted)),
            (words.sum_there, number(totals.already_there)),
            (words.sum_skipped, number(totals.skipped_in_all())),
            (words.sum_failed, number(totals.failed)),
            (words.sum_unsettled, number(totals.unsettled)),
            (words.sum_missing, number(totals.missing)),
        ];
        self.folders = report.folders.iter().take(FOLDERS).map(FolderLine::of).collect();
        self.problems = report.problems.iter().take(PROBLEMS).map(Problem::of).collect();
        self.is_cut =
            report.problems_cut || report.folders.len() > FOLDERS || report.problems.len() > PROBLEMS;
        self.notes.clone_from(&report.notes);
        self.has_report = true;
    }
}

impl FolderLine {
    fn of(line: &omm::core::report::FolderReport) -> Self {
        Self {
            folder: line.folder.to_string(),
            target: line.target.as_ref().map(ToString::to_string).unwrap_or_default(),
            found: line.counts.found,
            there: line.counts.copied + line.counts.adopted + line.counts.already_there,
            skipped: line.counts.skipped_in_all(),
            failed: line.counts.failed,
            trouble: line.trouble.clone().unwrap_or_default(),
        }
    }
}

impl Problem {
    fn of(item: &omm::ItemLine) -> Self {
        Self {
            folder: item.folder.to_string(),
            item: item.item.clone(),
            fate: item.fate,
            reason: item.reason.clone().unwrap_or_default(),
        }
    }
}

/// One that is there may be left as it is.
fn password(words: &Words, field: sealed::Field, is_there: bool) -> Field {
    let label = match field {
        sealed::Field::SourcePassword => words.source_password,
        _ => words.destination_password,
    };
    let typed = Field::password(field_name(field), label, "off");
    if is_there { Field { required: false, ..typed }.hint(words.password_kept) } else { typed }
}

fn in_work(row: &MigrationRow) -> Vec<(String, String)> {
    let folders =
        row.progress.iter().filter(|_| row.state == State::Running).flat_map(|progress| &progress.in_work);
    let told = folders.map(|(folder, progress)| {
        let of = progress.items.map(|items| format!(" / {items}")).unwrap_or_default();
        (folder.clone(), format!("{}{of}", progress.done))
    });
    told.collect()
}

/// What it does at its next turn, unless it copies.
fn task(task: Task, words: &'static Words) -> Option<&'static str> {
    match task {
        Task::Copy => None,
        Task::Retry => Some(words.do_retry),
        Task::Verify { .. } => Some(words.do_verify),
        Task::Undo { .. } => Some(words.do_undo),
        _ => None,
    }
}
