//! What the person who starts a migration may choose.

use crate::{
    error::{Error, ErrorKind, Result, Side},
    model::{FolderPath, ItemKind, Received},
};
use globset::{GlobBuilder, GlobMatcher};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The choices. All have defaults; the default carries everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Options {
    /// Which kinds to carry; empty: all.
    pub kinds: Vec<ItemKind>,
    /// Globs of folders to carry, on the path with `/` between segments; empty: all.
    pub include: Vec<String>,
    /// Globs of folders to leave out; wins over `include`.
    pub exclude: Vec<String>,
    /// Folder paths to rename: from source path to destination path, both with `/`. Applies to what lies below.
    pub rename: BTreeMap<String, String>,
    /// Only items received at this time or later.
    pub since: Option<Received>,
    /// Only items received before this time.
    pub before: Option<Received>,
    /// Only items up to this size in bytes.
    pub max_size: Option<u64>,
    /// Copy again what the user deleted at the destination.
    pub restore_missing: bool,
    /// Take equal items that are already at the destination as copies.
    pub adopt: bool,
    /// Read every new copy back and hash it, instead of only looking at it.
    pub read_back: bool,
    /// Hand items over in a native form where both sides know the same one.
    pub native: bool,
    /// How many folders are worked on at once.
    pub folders_at_once: usize,
    /// Go on although every folder of the source has emptied.
    pub allow_emptied_source: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            kinds: Vec::new(),
            include: Vec::new(),
            exclude: Vec::new(),
            rename: BTreeMap::new(),
            since: None,
            before: None,
            max_size: None,
            restore_missing: false,
            adopt: true,
            read_back: false,
            native: true,
            folders_at_once: 8,
            allow_emptied_source: false,
        }
    }
}

impl Options {
    /// Whether a kind is asked for.
    pub fn wants_kind(&self, kind: ItemKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// A digest of everything in them that decides which items are carried, and where to.
    pub fn digest(&self) -> Box<str> {
        let carried = Self {
            folders_at_once: 0,
            read_back: false,
            native: true,
            allow_emptied_source: false,
            ..self.clone()
        };
        // Serialising plain data to a string cannot fail; an empty text would only cost a listing.
        let text = serde_json::to_string(&carried).unwrap_or_default();
        blake3::hash(text.as_bytes()).to_hex()[..16].into()
    }

    /// The folder filter.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] naming the glob that is not one.
    pub fn folder_filter(&self) -> Result<FolderFilter> {
        Ok(FolderFilter { include: matchers(&self.include)?, exclude: matchers(&self.exclude)? })
    }
}

/// Which folders are carried, compiled from the globs of [`Options`].
#[derive(Clone, Debug)]
pub struct FolderFilter {
    include: Vec<GlobMatcher>,
    exclude: Vec<GlobMatcher>,
}

impl FolderFilter {
    /// Whether a folder is carried. `Projects` names one folder, `Projects/**` what lies below, `**/Old` any `Old`.
    pub fn carries(&self, path: &FolderPath) -> bool {
        let path = path.to_string();
        let any = |globs: &[GlobMatcher]| globs.iter().any(|glob| glob.is_match(&path));
        (self.include.is_empty() || any(&self.include)) && !any(&self.exclude)
    }
}

fn matchers(globs: &[String]) -> Result<Vec<GlobMatcher>> {
    globs
        .iter()
        .map(|glob| match GlobBuilder::new(glob).literal_separator(true).build() {
            Ok(built) => Ok(built.compile_matcher()),
            Err(cause) => Err(Error::new(
                ErrorKind::Config,
                Side::Host,
                "read the options",
                format!("{glob:?} is not a folder pattern; write for example Projects/**"),
            )
            .caused_by(cause)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_choose_folders() {
        let carries = |include: &[&str], exclude: &[&str], path: &str| {
            let texts = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
            let options = Options { include: texts(include), exclude: texts(exclude), ..Options::default() };
            let filter = options.folder_filter().expect("globs are good");
            filter.carries(&FolderPath::new(path.split('/')))
        };
        assert!(carries(&[], &[], "INBOX"));
        assert!(carries(&["Projects/**"], &[], "Projects/a/b"));
        assert!(!carries(&["Projects/*"], &[], "Projects/a/b"));
        assert!(!carries(&["Projects/**"], &["**/old"], "Projects/a/old"));
        assert!(!carries(&[], &["Trash"], "Trash"));
    }

    #[test]
    fn a_bad_glob_is_named() {
        let options = Options { include: vec!["a[".to_owned()], ..Options::default() };
        let error = options.folder_filter().expect_err("not a glob");
        assert!(error.to_string().contains("\"a[\""), "{error}");
    }

    #[test]
    fn the_digest_follows_what_is_carried() {
        let plain = Options::default();
        assert_eq!(plain.digest(), Options { folders_at_once: 9, ..plain.clone() }.digest());
        assert_eq!(plain.digest(), Options { native: false, ..plain.clone() }.digest());
        assert_ne!(plain.digest(), Options { max_size: Some(9), ..plain.clone() }.digest());
    }
}
