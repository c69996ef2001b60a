//! A field of a form: label, input, hint and what is wrong with it, tied together for whoever does not see them.

use crate::words::Words;
use askama::Template;

/// A field.
#[derive(Template)]
#[template(path = "field.html")]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) value: String,
    pub(crate) hint: Option<String>,
    pub(crate) wrong: Option<String>,
    pub(crate) required: bool,
    pub(crate) autocomplete: &'static str,
}

/// What is wrong with a form, by field.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wrong(Vec<(String, String)>);

impl Field {
    /// A line of text.
    pub(crate) fn text(name: &'static str, label: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        let (kind, autocomplete) = ("text", "off");
        Self { name, label, kind, value, hint: None, wrong: None, required: false, autocomplete }
    }

    /// A password. It is never filled in: what was typed does not come back.
    pub(crate) fn password(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self { kind: "password", autocomplete, required: true, ..Self::text(name, label, "") }
    }

    /// The address of whoever is told, as a visitor gives it for the first time.
    pub(crate) fn contact(words: &Words, value: &str) -> Self {
        let field = Self::text("contact", words.contact, value).kind("email").completed("email");
        field.needed().hint(words.contact_hint)
    }

    pub(crate) fn kind(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    pub(crate) fn completed(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    pub(crate) fn needed(self) -> Self {
        Self { required: true, ..self }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(crate) fn wrong(self, wrong: &Wrong) -> Self {
        Self { wrong: wrong.of(self.name), ..self }
    }

    /// What describes it, by the ids in the template.
    fn described(&self) -> String {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.name));
        let wrong = self.wrong.as_ref().map(|_| format!("{}-wrong", self.name));
        [hint, wrong].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

impl Wrong {
    pub(crate) fn add(&mut self, field: &str, what: impl Into<String>) {
        self.0.push((field.to_owned(), what.into()));
    }

    /// What a project says is wrong with it, whose fields are called a little otherwise.
    pub(crate) fn invalid(&mut self, found: Vec<omm::project::project::Invalid>) {
        for invalid in found {
            self.add(invalid.field, invalid.remedy);
        }
    }

    /// All of them: the field, and what is wrong with it.
    pub(crate) fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first of them, wherever it is.
    pub(crate) fn first(&self) -> Option<String> {
        self.0.first().map(|(_, what)| what.clone())
    }

    pub(crate) fn of(&self, field: &str) -> Option<String> {
        let found: Vec<_> =
            self.0.iter().filter(|(name, _)| name == field).map(|(_, what)| what.as_str()).collect();
        (!found.is_empty()).then(|| found.join("; "))
    }

    /// The number of things that are wrong, for the head of the form.
    pub(crate) fn summary(&self, words: &Words) -> Option<String> {
        (!self.0.is_empty()).then(|| words.wrong_fields.to_owned())
    }
}
