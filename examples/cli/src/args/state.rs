//! Where the state is.

use super::Global;
use crate::exit::Failure;
use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

impl Global {
    /// The folder that was named, else the one that every run of this user finds again.
    pub(crate) fn state_dir(&self) -> Result<PathBuf, Failure> {
        self.state.clone().or_else(|| data_folder(&|name| env::var_os(name))).ok_or_else(|| {
            Failure::Usage(
                "this user has no data folder; name a folder for the state with --state DIR".to_owned(),
            )
        })
    }
}

#[cfg(windows)]
fn data_folder(variable: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    below(variable("LOCALAPPDATA"), "omm")
}

#[cfg(target_os = "macos")]
fn data_folder(variable: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    below(variable("HOME"), "Library/Application Support/omm")
}

/// The XDG Base Directory Specification: a relative `XDG_DATA_HOME` does not count.
#[cfg(not(any(windows, target_os = "macos")))]
fn data_folder(variable: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    below(variable("XDG_DATA_HOME"), "omm").or_else(|| below(variable("HOME"), ".local/share/omm"))
}

fn below(folder: Option<OsString>, name: &str) -> Option<PathBuf> {
    folder.as_deref().map(Path::new).filter(|folder| folder.is_absolute()).map(|folder| folder.join(name))
}

#[cfg(all(test, not(any(windows, target_os = "macos"))))]
mod tests {
    use super::*;

    #[test]
    fn the_data_folder_is_the_users() {
        let found = |data: Option<&str>, home: Option<&str>| {
            data_folder(&|name| match name {
                "XDG_DATA_HOME" => data.map(Into::into),
                "HOME" => home.map(Into::into),
                _ => None,
            })
        };
        assert_eq!(found(Some("/data"), Some("/home/a")), Some("/data/omm".into()));
        assert_eq!(found(Some("data"), Some("/home/a")), Some("/home/a/.local/share/omm".into()));
        assert_eq!(found(None, None), None);
    }
}
