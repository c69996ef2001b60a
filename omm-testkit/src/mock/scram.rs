//! SCRAM-SHA-256, the server's side (RFC 5802, RFC 7677), without channel binding.

use super::{base64_decoded, base64_encoded};
use ring::{digest, hmac, pbkdf2};
use std::num::NonZeroU32;

const SALT: &[u8] = b"a salt for tests";
/// The least that RFC 7677 §4 wants.
const ROUNDS: NonZeroU32 = match NonZeroU32::new(4096) {
    Some(rounds) => rounds,
    None => NonZeroU32::MIN,
};

#[derive(Clone, Debug, Default)]
pub(crate) struct Scram {
    pub(crate) user: String,
    /// The authorisation identity, if one was given.
    pub(crate) wanted: Option<String>,
    nonce: String,
    /// RFC 5802 §7: the beginning of the client's first words, which the last ones repeat.
    header: String,
    client_first: String,
    server_first: String,
    is_proven: bool,
}

impl Scram {
    /// The next challenge; `Some(None)` when the client is in; `None` when it is not. `password` knows the users.
    pub(crate) fn step<'a>(
        &mut self,
        password: impl FnOnce(&str) -> Option<&'a str>,
        answer: &[u8],
    ) -> Option<Option<Vec<u8>>> {
        let text = std::str::from_utf8(answer).ok()?;
        if self.is_proven {
            return text.is_empty().then_some(None);
        }
        if text.is_empty() && self.nonce.is_empty() {
            return Some(Some(Vec::new()));
        }
        if self.nonce.is_empty() { self.first(text).map(Some) } else { self.last(password, text).map(Some) }
    }

    /// `n,,n=user,r=nonce`, or `n,a=whose,n=user,r=nonce`.
    fn first(&mut self, text: &str) -> Option<Vec<u8>> {
        let (wanted, bare) = text.strip_prefix("n,").or_else(|| text.strip_prefix("y,"))?.split_once(',')?;
        let plain = |name: &str| name.replace("=2C", ",").replace("=3D", "=");
        self.wanted = wanted.strip_prefix("a=").map(plain);
        self.header = base64_encoded(&text.as_bytes()[..text.len() - bare.len()]);
        self.user = plain(attribute(bare, "n")?);
        // Tests want the same bytes every time; secrecy is not what a mock is for.
        self.nonce = format!("{}omm-testkit", attribute(bare, "r")?);
        self.client_first = bare.to_owned();
        self.server_first = format!("r={},s={},i={ROUNDS}", self.nonce, base64_encoded(SALT));
        Some(self.server_first.clone().into_bytes())
    }

    /// `c=biws,r=nonce,p=proof`.
    fn last<'a>(&mut self, password: impl FnOnce(&str) -> Option<&'a str>, text: &str) -> Option<Vec<u8>> {
        let (without_proof, proof) = text.rsplit_once(",p=")?;
        if attribute(without_proof, "r")? != self.nonce || attribute(without_proof, "c")? != self.header {
            return None;
        }
        let proof = base64_decoded(proof.as_bytes())?;
        let password = password(&self.user)?;
        let mut salted = [0; 32];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, SALT, password.as_bytes(), &mut salted);
        let message = format!("{},{},{without_proof}", self.client_first, self.server_first);
        let client_key = mac(&salted, b"Client Key");
        let stored = digest::digest(&digest::SHA256, &client_key);
        let signature = mac(stored.as_ref(), message.as_bytes());
        let expected: Vec<u8> = client_key.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
        if proof != expected {
            return None;
        }
        self.is_proven = true;
        let server_key = mac(&salted, b"Server Key");
        Some(format!("v={}", base64_encoded(&mac(&server_key, message.as_bytes()))).into_bytes())
    }
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec()
}

fn attribute<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split(',').find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
}
