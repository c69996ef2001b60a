//! The certificate that a server shows: a good one, or one that must be refused.

use crate::ca::{TestCa, Validity};
use std::{fs, io, os::unix::fs::PermissionsExt, path::Path};

/// The certificate to show.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Its names.
    pub names: Vec<String>,
    /// When it is good.
    pub validity: Validity,
}

impl Default for Certificate {
    /// A good one for loopback.
    fn default() -> Self {
        let names = ["localhost", "127.0.0.1", "127.0.0.2", "::1"].map(str::to_owned).into();
        Self { names, validity: Validity::Current }
    }
}

impl Certificate {
    /// One that ended years ago.
    #[must_use]
    pub fn expired() -> Self {
        Self { validity: Validity::Expired, ..Self::default() }
    }

    /// One for another server.
    #[must_use]
    pub fn for_another_name() -> Self {
        Self { names: vec!["elsewhere.example".to_owned()], ..Self::default() }
    }

    /// Writes `ca.pem`, `cert.pem` and `key.pem`, from an authority of its own.
    pub(super) fn write(&self, directory: &Path) -> io::Result<()> {
        let ca = TestCa::new();
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let issued = ca.issue(&names, self.validity);
        fs::write(directory.join("ca.pem"), ca.pem())?;
        fs::write(directory.join("cert.pem"), &issued.chain_pem)?;
        fs::write(directory.join("key.pem"), &issued.key_pem)?;
        fs::set_permissions(directory.join("key.pem"), fs::Permissions::from_mode(0o600))
    }
}
