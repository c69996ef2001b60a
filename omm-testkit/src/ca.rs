//! Certificates that only a test trusts: good ones, expired ones, ones for another name.
//!
//! The keys are made anew for every authority, so nothing secret lies in the tree and nothing expires by itself.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};
use std::{fmt, sync::Arc};

/// An authority with a fresh key. A client that is given [`TestCa::pem`] as its root trusts what it issued.
pub struct TestCa {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// When a certificate is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// From long ago to far ahead.
    Current,
    /// It ended years ago.
    Expired,
    /// It begins decades from now.
    NotYet,
}

/// A certificate for a server, with its key.
pub struct Issued {
    /// The certificate and then its authority's, as PEM: what a server sends.
    pub chain_pem: String,
    /// The private key as PEM (PKCS #8).
    pub key_pem: String,
    /// The same chain as DER.
    pub chain_der: Vec<Vec<u8>>,
    /// The same key as DER (PKCS #8).
    pub key_der: Vec<u8>,
}

impl TestCa {
    /// A new authority.
    ///
    /// # Panics
    /// When the system has no randomness for a key.
    #[must_use]
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name = called("OMM test authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        (params.not_before, params.not_after) = (date_time_ymd(2000, 1, 1), date_time_ymd(2090, 1, 1));
        let issuer = CertifiedIssuer::self_signed(params, fresh_key()).expect("an authority signs itself");
        Self { issuer }
    }

    /// The authority's own certificate as PEM: the root a client must be given.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// The same as DER.
    pub fn der(&self) -> Vec<u8> {
        self.issuer.der().to_vec()
    }

    /// A certificate for a server with these names. A name may be an IP address.
    ///
    /// # Panics
    /// When a name is neither a host name nor an address.
    #[must_use]
    pub fn issue(&self, names: &[&str], validity: Validity) -> Issued {
        let names: Vec<String> = names.iter().copied().map(str::to_owned).collect();
        let mut params = CertificateParams::new(names).expect("host names or addresses");
        params.distinguished_name = called("OMM test server");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        (params.not_before, params.not_after) = match validity {
            Validity::Current => (date_time_ymd(2000, 1, 1), date_time_ymd(2090, 1, 1)),
            Validity::Expired => (date_time_ymd(2000, 1, 1), date_time_ymd(2001, 1, 1)),
            Validity::NotYet => (date_time_ymd(2080, 1, 1), date_time_ymd(2090, 1, 1)),
        };
        let key = fresh_key();
        let certificate = params.signed_by(&key, &self.issuer).expect("the authority signs");
        Issued {
            chain_pem: certificate.pem() + &self.issuer.pem(),
            key_pem: key.serialize_pem(),
            chain_der: vec![certificate.der().to_vec(), self.der()],
            key_der: key.serialize_der(),
        }
    }

    /// A certificate for `localhost`, `127.0.0.1` and `::1`: what a server on loopback needs.
    #[must_use]
    pub fn issue_for_loopback(&self) -> Issued {
        self.issue(&["localhost", "127.0.0.1", "::1"], Validity::Current)
    }
}

impl Issued {
    /// What a server made with rustls shows: for [`crate::imap::MockImap::tls`] and its like.
    ///
    /// # Panics
    /// Never: a chain that was issued here fits its key.
    #[must_use]
    pub fn server_config(&self) -> Arc<ServerConfig> {
        let chain = self.chain_der.iter().cloned().map(CertificateDer::from).collect();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key_der.clone()));
        // Named, so that it does not matter what else in the process chooses a provider.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.expect("versions that the provider knows").with_no_client_auth();
        Arc::new(config.with_single_cert(chain, key).expect("a chain that fits its key"))
    }
}

impl Default for TestCa {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TestCa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestCa(..)")
    }
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued").field("chain_pem", &self.chain_pem).finish_non_exhaustive()
    }
}

fn fresh_key() -> KeyPair {
    KeyPair::generate().expect("the system has randomness")
}

fn called(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_never_prints_and_the_chain_leads_to_the_root() {
        let ca = TestCa::new();
        let issued = ca.issue(&["other.example"], Validity::Expired);
        assert!(issued.chain_pem.ends_with(&ca.pem()));
        assert_eq!(issued.chain_der.last(), Some(&ca.der()));
        assert!(!format!("{issued:?}{ca:?}").contains("PRIVATE"));
    }
}
