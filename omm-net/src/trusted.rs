//! A server's own certificate in `ca_file`: trusted for the names it has, even when it claims to be an issuer's.

use rustls::{
    CertificateError, DigitallySignedStruct, Error, SignatureScheme,
    client::{
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    server::ParsedCertificate,
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use rustls_platform_verifier::Verifier;

/// The system's verifier, and the certificates that the host trusts by file.
///
/// `openssl req -x509` makes certificates that sign themselves and may sign others; many a small server has one.
/// webpki refuses an issuer's certificate as a server's, so that naming it in `ca_file` would be of no use.
#[derive(Debug)]
pub(crate) struct Trusted {
    system: Verifier,
    by_file: Vec<CertificateDer<'static>>,
}

impl Trusted {
    pub(crate) fn new(system: Verifier, by_file: Vec<CertificateDer<'static>>) -> Self {
        Self { system, by_file }
    }
}

/// webpki looks at the dates first, so a certificate about which it says this is valid today.
pub(crate) fn is_issuer_as_server(error: &CertificateError) -> bool {
    matches!(error, CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity"))
}

impl ServerCertVerifier for Trusted {
    fn verify_server_cert(
        &self,
        server: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.system.verify_server_cert(server, intermediates, name, ocsp_response, now) {
            Err(Error::InvalidCertificate(complaint))
                if is_issuer_as_server(&complaint) && self.by_file.iter().any(|own| own == server) =>
            {
                verify_server_name(&ParsedCertificate::try_from(server)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        server: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.system.verify_tls12_signature(message, server, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        server: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.system.verify_tls13_signature(message, server, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.system.supported_verify_schemes()
    }
}
