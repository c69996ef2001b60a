//! The house: what every page needs, and how one gets to each.

mod base;
mod change;
mod key;
mod lent;
mod mark;
mod post;
mod presets;
mod routes;
mod serve;
mod stores;

pub use base::Base;
pub use post::HostMail;
pub use presets::Preset;
pub use serve::Running;

pub(crate) use lent::Lent;
pub(crate) use mark::Mark;
pub(crate) use presets::{find as preset, value as preset_value};
pub(crate) use stores::Stores;

use crate::{
    guard::{Servers, csrf::Csrf, pace::Pace},
    live::Live,
    upload::{Shelf, Uploads},
};
use omm::{Error, ErrorKind, Result, Side, project::project::Logins};
use std::{ops::Deref, path::PathBuf, sync::Arc};

/// How the panel is to be run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the state lies.
    pub state_dir: PathBuf,
    /// The file with the key that seals passwords; made if it is not there.
    pub key_file: PathBuf,
    /// The path under which a proxy shows the panel.
    pub base: Base,
    /// Whether visitors come by https: then cookies go no other way.
    pub is_https: bool,
    /// Whether all visitors come by a proxy, which says where from.
    pub is_behind_proxy: bool,
    /// Which servers visitors may name.
    pub servers: Servers,
    /// Servers that are offered by name.
    pub presets: Vec<Preset>,
    /// How many migrations run at once.
    pub at_once: usize,
    /// The server by which projects' contacts are written to.
    pub mail: Option<HostMail>,
    /// The panel's address as visitors know it, for links in mails: `https://panel.example.org`, without the base.
    pub public: Option<String>,
    /// How much may be uploaded.
    pub uploads: Uploads,
}

impl Settings {
    /// The usual ones, for a state folder.
    pub fn new(state_dir: impl Into<PathBuf>) -> Self {
        let state_dir = state_dir.into();
        Self {
            key_file: state_dir.with_extension("key"),
            state_dir,
            base: Base::default(),
            is_https: false,
            is_behind_proxy: false,
            servers: Servers::default(),
            presets: Vec::new(),
            at_once: 20,
            mail: None,
            public: None,
            uploads: Uploads::default(),
        }
    }
}

/// What every page needs. Cloning gives another handle to the same.
#[derive(Clone)]
pub struct House(Arc<Rooms>);

/// What is in it.
pub struct Rooms {
    pub(crate) base: Base,
    pub(crate) is_https: bool,
    pub(crate) is_behind_proxy: bool,
    pub(crate) presets: Vec<Preset>,
    /// The panel as visitors know it, for links in mails.
    public: Option<String>,
    pub(crate) stores: Stores,
    pub(crate) logins: Logins,
    pub(crate) csrf: Csrf,
    pub(crate) pace: Pace,
    pub(crate) live: Live,
    pub(crate) uploads: Shelf,
}

impl Deref for House {
    type Target = Rooms;

    fn deref(&self) -> &Rooms {
        &self.0
    }
}

impl House {
    /// Opens the state.
    ///
    /// # Errors
    /// When the state or the key cannot be read or made, or the public address is none.
    pub async fn open(settings: &Settings) -> Result<Self> {
        // A migration names the file it reads by its path.
        let uploads = std::path::absolute(settings.state_dir.with_extension("uploads"));
        let uploads = uploads.map_err(|cause| {
            Error::new(ErrorKind::Local, Side::Host, "open the panel", "there is no place for uploads")
                .caused_by(cause)
        })?;
        let public = settings.public.as_deref().map(public).transpose()?;
        let (stores, key) = Stores::open(settings).await?;
        let csrf = Csrf::new(&key);
        let logins = Logins::new(stores.shared(), stores.runtime());
        Ok(Self(Arc::new(Rooms {
            base: settings.base.clone(),
            is_https: settings.is_https,
            is_behind_proxy: settings.is_behind_proxy,
            presets: settings.presets.clone(),
            public,
            logins,
            csrf,
            pace: Pace::new(),
            uploads: Shelf::new(uploads, settings.uploads),
            live: Live::default(),
            stores,
        })))
    }

    /// Where the API is, for whoever generates a client: paths of its document begin here.
    pub(crate) fn server(&self) -> String {
        let place = format!("{}{}", self.public.as_deref().unwrap_or_default(), self.base);
        if place.is_empty() { "/".to_owned() } else { place }
    }

    /// Where a project of this mark can be seen; `{project}` in it stands for its number.
    fn link(&self, mark: Option<&Mark>) -> Option<String> {
        let page = if mark.is_some() { "/migration/track" } else { "/project/manage" };
        Some(format!("{}{}?number={{project}}", self.public.as_ref()?, self.base.at(page)))
    }
}

/// An address that can stand before a path.
fn public(text: &str) -> Result<String> {
    let plain = text.trim_end_matches('/');
    let is_one = url::Url::parse(plain).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
    });
    if is_one {
        return Ok(plain.to_owned());
    }
    let message = "the public address is none; write one like https://panel.example.org";
    Err(Error::new(ErrorKind::Config, Side::Host, "open the panel", message).with("address", text))
}
