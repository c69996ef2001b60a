//! The connectors of this build.

use omm_core::seam::Registry;

/// Every connector that this build has; add your own with [`Registry::with`].
///
/// ```
/// let known: Vec<_> = omm::registry().server_types().collect();
/// assert_eq!(known, ["dir", "ews", "exchange", "files", "imap", "pop3"]);
/// ```
pub fn registry() -> Registry {
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
    let registry = registry.with(std::sync::Arc::new(exchange()));
    registry
}

#[cfg(feature = "ews")]
fn exchange() -> omm_ews::EwsConnector {
    let connector = omm_ews::EwsConnector::new();
    #[cfg(feature = "discover")]
    let connector = connector.names(std::sync::Arc::new(crate::discovery::NamesOfNow));
    connector
}
