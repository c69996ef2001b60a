//! What is shown while a migration runs: bars on a terminal, JSON lines for programs, else only what went wrong.

use crate::{args::Global, output};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use omm::{Event, Listener, core::model::FolderPath};
use std::{
    collections::HashMap,
    io::{self, IsTerminal},
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

/// Shows events until it is ended.
pub(crate) struct Progress {
    show: Show,
}

#[derive(Clone)]
enum Show {
    Bars(Arc<Mutex<Bars>>),
    Json,
    Problems,
    Quiet,
}

impl Progress {
    pub(crate) fn new(global: &Global) -> Self {
        let show = match (global.json, global.quiet) {
            (true, _) => Show::Json,
            (false, true) => Show::Quiet,
            // Bars are for eyes: a pipe or a log gets lines.
            (false, false) if io::stderr().is_terminal() => Show::Bars(Arc::new(Mutex::new(Bars::new()))),
            (false, false) => Show::Problems,
        };
        Self { show }
    }

    pub(crate) fn listener(&self) -> Listener {
        let show = self.show.clone();
        Listener::new(move |event| show.event(event))
    }

    /// Takes the bars away.
    pub(crate) fn end(&self) {
        if let Show::Bars(bars) = &self.show {
            bars.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }
}

impl Show {
    fn event(&self, event: &Event) {
        match self {
            Self::Bars(bars) => bars.lock().unwrap_or_else(PoisonError::into_inner).show(event),
            // A reader who has left does not end a migration.
            Self::Json => drop(output::json(event)),
            Self::Problems => {
                problem(event).or_else(|| waiting(event)).iter().for_each(|line| output::note(line));
            }
            Self::Quiet => {}
        }
    }
}

/// A bar for each folder under way, and one for all.
pub(crate) struct Bars {
    screen: MultiProgress,
    all: Bar,
    folders: HashMap<FolderPath, Bar>,
}

impl Bars {
    fn new() -> Self {
        let screen = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let all = Bar::new(&screen, "in all");
        Self { screen, all, folders: HashMap::new() }
    }

    fn show(&mut self, event: &Event) {
        match event {
            Event::FolderStarted { folder, items, .. } => {
                let bar = Bar::new(&self.screen, &output::one_line(&folder.to_string()));
                bar.expect(items.unwrap_or(0));
                self.all.expect(items.unwrap_or(0));
                self.folders.insert(folder.clone(), bar);
            }
            Event::Progress { folder, found, copied, adopted, already_there, skipped, failed, bytes } => {
                let done = copied + adopted + already_there + skipped + failed;
                for bar in self.folders.get_mut(folder).into_iter().chain([&mut self.all]) {
                    bar.advance(*found, done, *bytes);
                }
            }
            Event::FolderFinished { folder } | Event::FolderFailed { folder, .. } => {
                if let Some(bar) = self.folders.remove(folder) {
                    bar.bar.finish_and_clear();
                    self.screen.remove(&bar.bar);
                }
            }
            _ => {}
        }
        if let Some(line) = waiting(event) {
            self.all.bar.set_message(output::one_line(&line));
        }
        if let Some(line) = problem(event) {
            // Above the bars; a terminal that went away is no reason to stop.
            let _ = self.screen.println(output::one_line(&line));
        }
    }

    fn clear(&mut self) {
        self.folders.clear();
        let _ = self.screen.clear();
    }
}

/// One bar and its numbers.
struct Bar {
    bar: ProgressBar,
    begun: Instant,
    listed: u64,
    bytes: u64,
}

const TEMPLATE: &str = "{prefix:24!} {bar:20} {pos}/{len} {msg} {eta} left";

impl Bar {
    fn new(screen: &MultiProgress, name: &str) -> Self {
        let bar = screen.insert(0, ProgressBar::new(0));
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style);
        }
        bar.set_prefix(name.to_owned());
        Self { bar, begun: Instant::now(), listed: 0, bytes: 0 }
    }

    fn expect(&self, items: u64) {
        self.bar.inc_length(items);
    }

    /// What a listing finds beyond what a server announced makes the way longer.
    fn advance(&mut self, found: u64, done: u64, bytes: u64) {
        self.listed += found;
        self.bytes += bytes;
        self.bar.inc(done);
        let length = self.bar.length().unwrap_or(0).max(self.listed).max(self.bar.position());
        self.bar.set_length(length);
        let seconds = self.begun.elapsed().as_secs_f64().max(0.001);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let rate = (self.bytes as f64 / seconds) as u64;
        self.bar.set_message(format!("{}, {}/s", output::bytes(self.bytes), output::bytes(rate)));
    }
}

/// Why nothing moves. On a terminal the bar shows it; a log would otherwise be silent for minutes.
fn waiting(event: &Event) -> Option<String> {
    match event {
        Event::Waiting { reason, pause } => Some(format!("waiting {} s: {reason}", pause.as_secs())),
        _ => None,
    }
}

/// The line for an event that somebody should read.
fn problem(event: &Event) -> Option<String> {
    match event {
        Event::ItemFailed { folder, item, failure } => {
            Some(format!("failed: {item} in {folder}: {}", failure.message))
        }
        Event::ItemLeft { folder, item, reason } => {
            Some(format!("left: {item} in {folder}: {}", reason.sentence()))
        }
        Event::FolderFailed { folder, message } => Some(format!("folder {folder} not finished: {message}")),
        Event::Warning { message } => Some(format!("warning: {message}")),
        Event::Recovered { unknowable, .. } if *unknowable > 0 => Some(format!(
            "warning: {unknowable} writes of an interrupted run cannot be looked for; these items may be there twice"
        )),
        _ => None,
    }
}
