//! Conversations with a mock as text, and what a client of one computes: written for tests, so that the server's own
//! code is checked.

mod base64;

pub(crate) use base64::base64;

use ring::{digest, hmac, pbkdf2};

/// Lines of `C:` are said together, then the lines of `S:` must be the whole answer; one that ends with `…` is compared
/// up to there.
pub(crate) fn play(mut say: impl FnMut(&str) -> String, conversation: &str) {
    let mut lines = conversation.lines().map(str::trim_start).filter(|line| !line.is_empty()).peekable();
    while lines.peek().is_some() {
        let mut said = String::new();
        while let Some(line) = lines.next_if(|line| line.starts_with("C:")) {
            said.push_str(line[2..].trim_start());
            said.push_str("\r\n");
        }
        let mut expected = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with("S:")) {
            let text = &line[2..];
            expected.push(text.strip_prefix(' ').unwrap_or(text));
        }
        assert!(!said.is_empty() || !expected.is_empty(), "neither C: nor S: {:?}", lines.peek());
        let answer = say(&said);
        let answers: Vec<&str> = answer.lines().collect();
        let fits = |(expected, answer): (&&str, &&str)| match expected.strip_suffix('…') {
            Some(beginning) => answer.starts_with(beginning),
            None => expected == answer,
        };
        let same = answers.len() == expected.len() && expected.iter().zip(&answers).all(fits);
        assert!(same, "to {said:?}\nexpected {expected:#?}\ngot {answers:#?}");
    }
}

/// The client's proof and the server's signature (RFC 5802 §3) over a message, with the salt and the rounds of the
/// mocks.
pub(crate) fn scram_proofs(password: &str, message: &str) -> (String, String) {
    let mac = |key: &[u8], text: &str| {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
    };
    let mut salted = [0; 32];
    let rounds = std::num::NonZeroU32::new(4096).expect("not nought");
    let salt = b"a salt for tests";
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, salt, password.as_bytes(), &mut salted);
    let client_key = mac(&salted, "Client Key");
    let stored = digest::digest(&digest::SHA256, &client_key);
    let signature = mac(stored.as_ref(), message);
    let proof: Vec<u8> = client_key.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
    (base64(proof), base64(mac(&mac(&salted, "Server Key"), message)))
}
