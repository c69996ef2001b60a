//! Certificates for tests, good ones and bad ones.

use chrono::{DateTime, Datelike, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};
use std::{io, sync::Arc};

/// An authority that only tests trust.
pub struct TestCa {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate with its key and what is needed to show it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TestCertificate {
    /// The certificate in PEM.
    pub certificate_pem: String,
    /// Its key in PEM.
    pub key_pem: String,
    /// For [`super::MockImap::serve_tls`] and [`super::MockImap::tls`].
    pub server_config: Arc<ServerConfig>,
}

impl TestCa {
    /// A new authority.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new() -> io::Result<Self> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(DnType::CommonName, "omm-testkit test authority");
        let key = KeyPair::generate().map_err(io::Error::other)?;
        Ok(Self { issuer: CertifiedIssuer::self_signed(params, key).map_err(io::Error::other)? })
    }

    /// The authority's certificate in PEM, for the client to trust.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// The same in DER.
    pub fn der(&self) -> Vec<u8> {
        self.issuer.der().to_vec()
    }

    /// A certificate for these names or addresses, valid from 2000 to 2100.
    ///
    /// # Errors
    /// When a name cannot be in a certificate.
    pub fn issue(&self, hosts: &[&str]) -> io::Result<TestCertificate> {
        let day =
            |year| DateTime::parse_from_rfc3339(&format!("{year}-01-01T00:00:00Z")).map(|day| day.to_utc());
        let (from, to) = (day(2000).map_err(io::Error::other)?, day(2100).map_err(io::Error::other)?);
        self.issue_for(hosts, from, to)
    }

    /// A certificate that is valid between two days.
    ///
    /// # Errors
    /// When a name cannot be in a certificate.
    pub fn issue_for(
        &self,
        hosts: &[&str],
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> io::Result<TestCertificate> {
        let names: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
        let mut params = CertificateParams::new(names).map_err(io::Error::other)?;
        let day = |date: DateTime<Utc>| date_time_ymd(date.year(), date.month() as u8, date.day() as u8);
        (params.not_before, params.not_after) = (day(from), day(to));
        params.distinguished_name.push(DnType::CommonName, hosts.first().copied().unwrap_or("nobody"));
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(io::Error::other)?;
        let server_config = config(certificate.der().clone(), &key)?;
        Ok(TestCertificate {
            certificate_pem: certificate.pem(),
            key_pem: key.serialize_pem(),
            server_config,
        })
    }
}

impl std::fmt::Debug for TestCa {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TestCa")
    }
}

fn config(certificate: CertificateDer<'static>, key: &KeyPair) -> io::Result<Arc<ServerConfig>> {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    // Named, so that it does not matter what else in the process chooses a provider.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(io::Error::other)?.with_no_client_auth();
    Ok(Arc::new(config.with_single_cert(vec![certificate], key).map_err(io::Error::other)?))
}
