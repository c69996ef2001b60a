//! The options of an account of files.

use crate::mbox::Variant;
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
    seam::AccountSpec,
};

/// How files are read, as the account's options say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// `mbox`: how the files are quoted.
    pub(crate) variant: Variant,
    /// `vcard` (4.0 or 3.0) and `notes` (journal or mail): what items of Outlook become.
    pub(crate) mapi: omm_mapi::Options,
    /// `code-page`: the Windows code page of 8-bit text in files of Outlook (PST, OST, `.msg`, TNEF) that do not say theirs.
    pub(crate) code_page: Option<u32>,
}

impl Options {
    /// The options of an account.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], naming the option and what it may be.
    pub(crate) fn of(spec: &AccountSpec) -> Result<Self> {
        let text = |name: &str| spec.options.get(name).map(String::as_str);
        let mut options = Self { variant: Variant::parse(text("mbox"))?, ..Self::default() };
        options.mapi.vcard_3 = choice("vcard", text("vcard"), ["4.0", "3.0"])?;
        options.mapi.notes_as_mail = choice("notes", text("notes"), ["journal", "mail"])?;
        options.code_page = match text("code-page") {
            None => None,
            Some(number) => {
                let page = number.parse().ok().filter(|page| omm_mapi::text::is_code_page(*page));
                Some(page.ok_or_else(|| {
                    refused("the option code-page is the number of a Windows code page, such as 1252, 1251 or 932")
                        .with("code-page", number)
                })?)
            }
        };
        Ok(options)
    }

    /// A word that changes with everything that changes what is read.
    pub(crate) fn word(&self) -> String {
        let mut word = self.variant.name().to_owned();
        for (is, name) in [(self.mapi.vcard_3, ",vcard3"), (self.mapi.notes_as_mail, ",notes-as-mail")] {
            word.push_str(if is { name } else { "" });
        }
        if let Some(page) = self.code_page {
            word.push_str(&format!(",{page}"));
        }
        word
    }
}

/// Whether the second of two words was chosen; the first is the default.
fn choice(name: &'static str, chosen: Option<&str>, words: [&str; 2]) -> Result<bool> {
    match chosen {
        None => Ok(false),
        Some(word) if word == words[0] => Ok(false),
        Some(word) if word == words[1] => Ok(true),
        Some(word) => {
            Err(refused(format!("the option {name} is {} or {}", words[0], words[1])).with(name, word))
        }
    }
}

fn refused(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, Side::Source, "open files", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_or_refused() {
        let of = |options: &[(&str, &str)]| {
            let mut spec = AccountSpec::new("files", "x");
            spec.options = options.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            Options::of(&spec).map(|options| options.word())
        };
        let plain = of(&[]).unwrap();
        assert_eq!(of(&[("vcard", "4.0"), ("notes", "journal")]).unwrap(), plain);
        let all = of(&[("vcard", "3.0"), ("notes", "mail"), ("code-page", "932"), ("mbox", "rd")]).unwrap();
        assert!(all != plain && all.ends_with(",vcard3,notes-as-mail,932"), "{all}");
        for bad in [
            ("vcard", "2.1"),
            ("notes", "x"),
            ("code-page", "latin1"),
            ("code-page", "99999"),
            ("code-page", "-1"),
            ("mbox", "x"),
        ] {
            let error = of(&[bad]).unwrap_err().to_string();
            assert!(error.contains(bad.0) && error.contains(bad.1), "{error}");
        }
    }
}
