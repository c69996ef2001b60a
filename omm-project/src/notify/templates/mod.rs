//! What letters say: templates that the host can replace, in any language.
//!
//! The engine is `minijinja`: kept (its author's Jinja2 in Rust, a release this month), Apache-2.0, templates read at run
//! time, HTML escaped by itself, and a limit on what a template may compute. `askama` compiles its templates into the
//! program, so that no host can replace one; `tinytemplate` is not kept any more; `handlebars` brings a grammar compiler and
//! escapes HTML in plain text too unless told otherwise.
//!
//! A template is called `LOCALE/EVENT.txt` or `LOCALE/EVENT.html`, the events being those of
//! [`Event::name`](super::Event::name); a text begins with a line `Subject: …` and an empty one. `LOCALE/line.txt` is one
//! event in a digest. In what ends in `.html` every value is escaped; a text that such a
//! template includes is taken as it is, so it should say no value.
//!
//! Values: `name`, `id`, `project`, `is_project`, `link`, `at`, `event`; `summary` (the fields of
//! [`Summary`](super::Summary)), `trouble`, `reason` and `side`, `totals`, each where the event has it; in a digest `lines`,
//! `count`, `more` and `is_urgent`. Each is one line and not long, whatever people called their migration. Filters:
//! `size` of bytes (`size("fr")`), `clock` of seconds.

mod builtin;
mod page;
mod payload;

use super::{
    Key, Letter, Totals,
    outbox::{Row, is_urgent},
};
use minijinja::{Environment, UndefinedBehavior, Value, value::Serde};
use omm_core::error::{Error, ErrorKind, Result, Side};
use page::Page;
use serde::Serialize;
use std::{fmt, path::Path};

/// A template may compute so much: a few times what the longest digest needs.
const FUEL: u64 = 200_000;
/// So many events of a digest have a line.
const MOST_LINES: usize = 100;
/// A template is no longer than this.
const LARGEST: u64 = 256 << 10;
/// A folder of templates has no more than these.
const MOST_FILES: usize = 2000;
const LONGEST_SUBJECT: usize = 250;
/// Where nothing else is there.
const LAST_RESORT: &str = "en";

/// The templates in force.
#[derive(Clone)]
pub struct Templates {
    host: Environment<'static>,
    own: Environment<'static>,
}

impl Templates {
    /// The built-in ones: English and French.
    pub fn new() -> Self {
        let mut own = Environment::new();
        own.set_fuel(Some(FUEL));
        own.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        own.add_filter("size", size);
        own.add_filter("clock", clock);
        for (name, source) in builtin::BUILT_IN {
            // A test reads every one of them.
            let _ = own.add_template(name, source);
        }
        Self { host: own.clone(), own }
    }

    /// Adds or replaces a template: `de/ended.html`. A new language needs no more than the texts that are to differ; the rest
    /// is English.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], with the line, when it cannot be read as a template or is too long.
    pub fn add(&mut self, name: impl Into<String>, source: impl Into<String>) -> Result<()> {
        let (name, source) = (name.into(), source.into());
        if source.len() as u64 > LARGEST {
            return Err(unusable(&name, &format!("it is longer than {LARGEST} bytes")));
        }
        self.host
            .add_template_owned(name.clone(), source)
            .map_err(|error| unusable(&name, &error.to_string()))
    }

    /// Adds all templates of a folder: `FOLDER/de/ended.html`, `FOLDER/layout.html`. It reads files, so it blocks.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the folder cannot be read, or for the first file that is no template.
    pub fn add_folder(&mut self, folder: &Path) -> Result<()> {
        let mut files = Vec::new();
        for (name, path) in children(folder)? {
            if path.is_dir() {
                let inner = children(&path)?;
                files.extend(inner.into_iter().map(|(file, path)| (format!("{name}/{file}"), path)));
            } else {
                files.push((name, path));
            }
        }
        files.retain(|(name, path)| (name.ends_with(".txt") || name.ends_with(".html")) && path.is_file());
        for (name, path) in files {
            let failed = |error: std::io::Error| unusable(&path.display().to_string(), &error.to_string());
            if std::fs::metadata(&path).map_err(failed)?.len() > LARGEST {
                return Err(unusable(&name, &format!("it is longer than {LARGEST} bytes")));
            }
            self.add(name, std::fs::read_to_string(&path).map_err(failed)?)?;
        }
        Ok(())
    }

    /// The letter for rows that go together, all to one recipient. Where the host's template fails the built-in one is used:
    /// a notice that looks plain is better than none.
    ///
    /// There is one row at least; of none nothing could be told.
    pub fn write(&self, rows: &[Row]) -> Option<Letter> {
        self.write_digest(rows, None)
    }

    /// The same; a digest says how the project stands.
    pub fn write_digest(&self, rows: &[Row], standing: Option<Totals>) -> Option<Letter> {
        let first = rows.first()?;
        let (page, event) = match rows {
            [only] => (Page::of(only), only.event.name()),
            rows => (self.digest(first, rows, standing), "digest"),
        };
        let (subject, text) = split(&self.render(&first.locale, &format!("{event}.txt"), &page));
        let keys: Vec<Key> = rows.iter().map(|row| row.key.clone()).collect();
        Some(Letter {
            key: Key::of_all(&keys),
            address: first.address.clone(),
            project: first.about.project.clone(),
            subject,
            text,
            html: self.render(&first.locale, &format!("{event}.html"), &page),
            json: payload::of(rows),
            at: rows.iter().map(|row| row.at).max().unwrap_or(first.at),
        })
    }

    fn digest(&self, first: &Row, rows: &[Row], standing: Option<Totals>) -> Page {
        let mut page = Page::of(first);
        let told: Vec<&Row> = rows.iter().filter(|row| row.event.name() != "digest").collect();
        let filed = rows.iter().filter(|row| row.event.name() == "digest").max_by_key(|row| row.at);
        let write = |row: &&Row| {
            let line = self.render(&row.locale, "line.txt", &Page::of(row));
            page::line(line.trim(), LONGEST_SUBJECT * 4)
        };
        page.totals = standing.or_else(|| filed.and_then(|row| Page::of(row).totals));
        page.lines = told.iter().take(MOST_LINES).map(write).collect();
        page.count = told.len();
        page.more = told.len().saturating_sub(MOST_LINES);
        page.is_urgent = is_urgent(rows);
        page
    }

    fn render(&self, locale: &str, name: &str, page: &Page) -> String {
        let written = [&self.host, &self.own].into_iter().find_map(|templates| {
            let (template, locale) = find(templates, locale, name)?;
            let shown = Value::from(Serde(&Shown { locale: &locale, page }));
            templates.get_template(&template).and_then(|template| template.render(shown)).ok()
        });
        written.unwrap_or_default()
    }
}

impl Default for Templates {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.host.templates().map(|(name, _)| name)).finish()
    }
}

/// A page in the language of the template that was found.
#[derive(Serialize)]
struct Shown<'a> {
    locale: &'a str,
    #[serde(flatten)]
    page: &'a Page,
}

/// What somebody is called, as one line.
#[cfg(feature = "smtp")]
pub(super) fn one_line(name: &str) -> String {
    page::line(name, LONGEST_SUBJECT)
}

/// The template for a locale, its language, or English; and for which of these it is.
fn find(templates: &Environment<'_>, locale: &str, name: &str) -> Option<(String, String)> {
    let language = locale.split(['-', '_']).next().unwrap_or_default();
    let candidates = [locale, language, LAST_RESORT].map(str::to_owned);
    candidates.into_iter().find_map(|locale| {
        let full = format!("{locale}/{name}");
        templates.get_template(&full).is_ok().then_some((full, locale))
    })
}

/// The subject, and what comes after it.
fn split(written: &str) -> (String, String) {
    let (first, rest) = written.split_once('\n').unwrap_or((written, ""));
    match first.strip_prefix("Subject:") {
        Some(subject) => {
            (page::line(subject.trim(), LONGEST_SUBJECT), rest.trim_start_matches(['\r', '\n']).to_owned())
        }
        None => (page::line(first.trim(), LONGEST_SUBJECT), written.to_owned()),
    }
}

fn children(folder: &Path) -> Result<Vec<(String, std::path::PathBuf)>> {
    let failed = |error: std::io::Error| unusable(&folder.display().to_string(), &error.to_string());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)?.take(MOST_FILES) {
        let entry = entry.map_err(failed)?;
        found.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    found.sort();
    Ok(found)
}

fn unusable(name: &str, why: &str) -> Error {
    Error::new(
        ErrorKind::Config,
        Side::Host,
        "read templates",
        format!("the template {name} cannot be used: {why}"),
    )
}

/// `1.5 MiB`; in French `1,5 Mio`.
fn size(bytes: u64, locale: Option<&str>) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    let french = locale == Some("fr");
    if bytes < 1024 {
        return if french { format!("{bytes} o") } else { format!("{bytes} B") };
    }
    let mut tenths = u128::from(bytes) * 10 / 1024;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    let (point, name) = if french { (',', name.replace('B', "o")) } else { ('.', name.to_owned()) };
    format!("{}{point}{} {name}", tenths / 10, tenths % 10)
}

/// `1:02:03`.
fn clock(seconds: u64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests;
