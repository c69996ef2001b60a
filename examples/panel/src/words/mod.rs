//! What the panel says, a file for each language. Another language is another file, and a line in [`ALL`].
//!
//! What the SDK says itself is English in every language so far (why an item failed, what the doctor found), but for what is
//! wrong with a row of a table.

mod en;
mod fr;
mod list;

pub(crate) use list::Words;

use crate::guard::cookies;
use axum::http::{HeaderMap, header};
use chrono::{DateTime, Utc};
use omm::{core::model::ItemKind, project::store::State};

/// All languages; the first is spoken with whoever asks for none of them.
pub(crate) static ALL: [&Words; 2] = [&en::WORDS, &fr::WORDS];

/// The language of that code.
pub(crate) fn of(code: &str) -> Option<&'static Words> {
    ALL.into_iter().find(|words| words.code == code)
}

/// Where a language stands in [`ALL`].
pub(crate) fn place(words: &Words) -> usize {
    ALL.iter().position(|known| known.code == words.code).unwrap_or_default()
}

/// The language that was chosen, or the first one that the browser asks for and we have.
pub(crate) fn chosen(headers: &HeaderMap) -> &'static Words {
    let cookie = cookies::read(headers, cookies::LANGUAGE);
    if let Some(words) = cookie.and_then(|code| of(&code)) {
        return words;
    }
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|line| line.to_str().ok()).unwrap_or_default();
    let code = |part: &str| part.split([';', '-']).next().unwrap_or_default().trim().to_ascii_lowercase();
    // Browsers write them in the order of what they like.
    asked.split(',').take(10).find_map(|part| of(&code(part))).unwrap_or(ALL[0])
}

impl Words {
    pub(crate) fn state(&self, state: State) -> &'static str {
        match state {
            State::NotStarted => self.state_not_started,
            State::Waiting => self.state_waiting,
            State::Scheduled => self.state_scheduled,
            State::Running => self.state_running,
            State::Paused => self.state_paused,
            State::Stopping => self.state_stopping,
            State::Stopped => self.state_stopped,
            State::Done => self.state_done,
            State::DoneWithFailures => self.state_failures,
            State::Failed => self.state_failed,
        }
    }

    /// What was done, by the word in an address: nothing else of an address is ever shown.
    pub(crate) fn said(&self, word: &str) -> Option<&'static str> {
        Some(match word {
            "project-made" => self.said_project_made,
            "migration-made" => self.said_migration_made,
            "logged-out" => self.said_logged_out,
            "left" => self.said_left,
            "held" => self.said_held,
            "released" => self.said_released,
            "asked" => self.said_asked,
            "asked-held" => self.said_asked_held,
            "too-late" => self.said_too_late,
            "passwords-given" => self.said_passwords_given,
            "passwords-missing" => self.said_passwords_missing,
            "not-sure" => self.said_not_sure,
            "row-erased" => self.said_row_erased,
            "project-erased" => self.said_project_erased,
            "undoing" => self.said_undoing,
            "added" => self.said_added,
            "files-made" => self.said_files_made,
            "files-begun" => self.said_files_begun,
            "file-kept" => self.said_file_kept,
            "file-kind" => self.said_file_kind,
            "file-missing" => self.said_file_missing,
            "file-no-room" => self.said_file_no_room,
            "file-cut" => self.said_file_cut,
            "file-removed" => self.said_file_removed,
            "options-kept" => self.said_options_kept,
            _ => return None,
        })
    }

    pub(crate) fn kind(&self, kind: ItemKind) -> &'static str {
        match kind {
            ItemKind::Mail => self.kind_mail,
            ItemKind::Contact => self.kind_contacts,
            ItemKind::Event => self.kind_calendars,
            ItemKind::Task => self.kind_tasks,
            ItemKind::Note => self.kind_notes,
            other => other.plural(),
        }
    }

    pub(crate) fn moment(&self, at: DateTime<Utc>) -> String {
        at.format("%Y-%m-%d %H:%M UTC").to_string()
    }

    pub(crate) fn day(&self, at: DateTime<Utc>) -> String {
        at.format("%Y-%m-%d").to_string()
    }

    pub(crate) fn duration(&self, seconds: u64) -> String {
        match seconds {
            0..60 => format!("{seconds} s"),
            60..3600 => format!("{} min", seconds / 60),
            _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn the_language_that_is_asked_for() {
        for (cookie, asked, code) in [
            ("", "fr-FR,fr;q=0.9,en;q=0.8", "fr"),
            ("", "de,fr;q=0.5", "fr"),
            ("", "de", "en"),
            ("", "", "en"),
            ("omm-language=fr", "en", "fr"),
            ("omm-language=xx", "fr", "fr"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(asked));
            assert_eq!(chosen(&headers).code, code, "{cookie} {asked}");
        }
    }
}
