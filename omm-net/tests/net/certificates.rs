//! An authority of our own, and certificates with every fault.

use crate::pipe::End;
use futures::io::AsyncWriteExt;
use futures_rustls::{TlsAcceptor, server::TlsStream};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{ServerConfig, crypto::ring};
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use std::{io, path::PathBuf, sync::Arc};

/// The virtual clock starts in 2026.
pub(crate) const VALID: (i32, i32) = (2025, 2027);
pub(crate) const EXPIRED: (i32, i32) = (2020, 2025);
pub(crate) const FUTURE: (i32, i32) = (2027, 2028);

pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = params(&[], VALID);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // Two of one name would be told apart by their signatures only.
        params.distinguished_name.push(DnType::CommonName, format!("authority {:?}", key.public_key_raw()));
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A file to trust, which lives as long as the folder.
    pub(crate) fn file(&self) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("authority.pem");
        std::fs::write(&path, &self.pem).expect("a file");
        (folder, path)
    }

    pub(crate) fn server(&self, names: &[&str], years: (i32, i32)) -> TlsAcceptor {
        let key = KeyPair::generate().expect("a key");
        let signed = params(names, years).signed_by(&key, &self.issuer).expect("a certificate");
        acceptor(signed.der().clone(), &key)
    }

    /// A server that signs itself, as an issuer if wanted: so `openssl req -x509` does it. With its file's text.
    pub(crate) fn own(names: &[&str], years: (i32, i32), is_issuer: bool) -> (TlsAcceptor, String) {
        let key = KeyPair::generate().expect("a key");
        let mut params = params(names, years);
        if is_issuer {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        let own = params.self_signed(&key).expect("a certificate");
        (acceptor(own.der().clone(), &key), own.pem())
    }
}

fn params(names: &[&str], (from, until): (i32, i32)) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("names");
    (params.not_before, params.not_after) = (date_time_ymd(from, 6, 1), date_time_ymd(until, 6, 1));
    params
}

fn acceptor(certificate: CertificateDer<'static>, key: &KeyPair) -> TlsAcceptor {
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key.into())
        .expect("a pair");
    TlsAcceptor::from(Arc::new(config))
}

/// The server's side of a handshake, with its line's end if that failed.
pub(crate) async fn accept(acceptor: TlsAcceptor, end: End) -> io::Result<TlsStream<End>> {
    let mut stream = acceptor.accept(end).await?;
    stream.flush().await?;
    Ok(stream)
}
