//! The connectors of this build.

use omm_core::seam::Registry;

/// Every connector that this build has; add your own with [`Registry::with`].
///
/// ```
/// let known: Vec<_> = omm::registry().server_types().collect();
/// assert_eq!(known, ["dir", "ews", "exchange", "files", "imap", "pop3"]);
/// ```
pub fn registry() -> Registry {
    let registry = without_names();
    #[cfg(all(feature = "ews", feature = "discover"))]
    let registry = asking(registry, std::sync::Arc::new(crate::discovery::NamesOfNow));
    registry
}

/// The same, whose connectors look names up with these.
#[cfg(all(feature = "discover", feature = "sqlite"))]
pub(crate) fn registry_asking(names: std::sync::Arc<dyn crate::discovery::Names>) -> Registry {
    asking(without_names(), names)
}

#[cfg(all(feature = "ews", feature = "discover"))]
fn asking(registry: Registry, names: std::sync::Arc<dyn crate::discovery::Names>) -> Registry {
    registry.with(std::sync::Arc::new(omm_ews::EwsConnector::new().names(names)))
}

#[cfg(all(not(feature = "ews"), feature = "discover"))]
fn asking(registry: Registry, _: std::sync::Arc<dyn crate::discovery::Names>) -> Registry {
    registry
}

fn without_names() -> Registry {
    let registry = Registry::new();
    #[cfg(feature = "files")]
    let registry = registry
        .with(std::sync::Arc::new(omm_files::FilesConnector))
        .with(std::sync::Arc::new(omm_files::DirConnector));
    #[cfg(feature = "imap")]
    let registry = registry.with(std::sync::Arc::new(omm_imap::ImapConnector));
    #[cfg(feature = "pop")]
    let registry = registry.with(std::sync::Arc::new(omm_pop::PopConnector));
    #[cfg(feature = "ews")]
    let registry = registry.with(std::sync::Arc::new(omm_ews::EwsConnector::new()));
    registry
}
