//! The house: what every page needs, and how one gets to each.

mod base;
mod key;
mod lent;
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
pub(crate) use presets::{find as preset, value as preset_value};
pub(crate) use stores::Stores;

use key::read_or_make;

use crate::{
    guard::{Servers, csrf::Csrf, pace::Pace},
    live::Live,
};
use omm::{Result, project::project::Logins};
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
    /// Where a project can be seen, for mails.
    pub(crate) link: Option<String>,
    pub(crate) stores: Stores,
    pub(crate) logins: Logins,
    pub(crate) csrf: Csrf,
    pub(crate) pace: Pace,
    pub(crate) live: Live,
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
    /// When the state or the key cannot be read or made.
    pub async fn open(settings: &Settings) -> Result<Self> {
        let key = read_or_make(&settings.key_file)?;
        let csrf = Csrf::new(&key);
        let stores = Stores::open(settings, key).await?;
        let logins = Logins::new(stores.shared(), stores.runtime());
        Ok(Self(Arc::new(Rooms {
            base: settings.base.clone(),
            is_https: settings.is_https,
            is_behind_proxy: settings.is_behind_proxy,
            presets: settings.presets.clone(),
            link: settings.public.as_ref().map(|public| {
                let public = public.trim_end_matches('/');
                format!("{public}{}", settings.base.at("/project/manage?number={project}"))
            }),
            logins,
            csrf,
            pace: Pace::new(),
            live: Live::default(),
            stores,
        })))
    }
}
