//! What is around every page.

use super::assets;
use crate::{
    guard::visit::Visit,
    house::{Base, Mark},
    words::Words,
};
use omm::project::project::Project;

/// What is around a page: its words, its links, the token of its forms.
pub(crate) struct Frame {
    pub(crate) words: &'static Words,
    pub(crate) base: Base,
    pub(crate) token: String,
    pub(crate) version: &'static str,
    pub(crate) tab: Tab,
    /// The project that one is logged in to, on its pages.
    pub(crate) project: Option<Head>,
    /// What was done just now.
    pub(crate) said: Option<&'static str>,
    /// Where one is, to come back to after the language was chosen.
    pub(crate) here: String,
}

/// Which part of the panel a page is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Home,
    Migration,
    Track,
    NewProject,
    NewFiles,
    Manage,
    Overview,
    Import,
    Files,
    Add,
    Options,
    History,
    Other,
}

/// What is told of a project on all of its pages.
pub(crate) struct Head {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) held: bool,
    /// What the number is called: of a single migration it is its ID.
    pub(crate) id_label: &'static str,
    /// Whether others can be added.
    pub(crate) is_single: bool,
    /// Whether its sources are files that are uploaded.
    pub(crate) has_files: bool,
}

impl Frame {
    /// Of a page that everybody sees.
    pub(crate) fn new(visit: &Visit, tab: Tab) -> Self {
        Self {
            words: visit.words,
            base: visit.house.base.clone(),
            token: visit.token(),
            version: assets::version(),
            tab,
            project: None,
            said: None,
            here: visit.path.clone(),
        }
    }

    /// Of a page of a project.
    pub(crate) fn inside(visit: &Visit, project: &Project, tab: Tab) -> Self {
        let mark = Mark::of(project);
        let head = Head {
            id: project.id.to_string(),
            name: project.name.clone(),
            held: project.held,
            id_label: if mark.is_some() { visit.words.migration_id } else { visit.words.project_number },
            is_single: mark.is_some(),
            has_files: matches!(mark, Some(Mark::Files { .. })),
        };
        Self { project: Some(head), ..Self::new(visit, tab) }
    }

    /// The same, saying what was done.
    pub(crate) fn saying(self, said: Option<&str>) -> Self {
        Self { said: said.and_then(|word| self.words.said(word)), ..self }
    }

    /// The mark of the link to the page one is on.
    pub(crate) fn current(&self, tab: Tab) -> &'static str {
        if self.tab == tab { "page" } else { "false" }
    }
}
