//! SCRAM, PLAIN and LOGIN against a server written here, from the RFC and on another library.

use omm_core::{
    error::{ErrorKind, Side},
    host::Secret,
    seam::Tls,
};
use omm_net::{
    Endpoint,
    sasl::{Identity, Mechanism, Sasl, from_base64, to_base64},
};
use ring::{hmac, pbkdf2};
use std::num::NonZeroU32;

pub(crate) fn identity(whose: Option<&str>) -> Identity {
    let endpoint = Endpoint::new("imap.example.com", 993, Tls::Required, Side::Source);
    let mut identity = Identity::new("user", &endpoint);
    identity.on_behalf_of = whose.map(str::to_owned);
    identity
}

pub(crate) fn begin(mechanism: Mechanism, whose: Option<&str>, secret: &str) -> Sasl {
    Sasl::begin(mechanism, &identity(whose), &Secret::new(secret.to_owned())).expect("a good login")
}

/// A server's side: what it answers to a client's first and last message.
struct Server<'a> {
    mechanism: Mechanism,
    password: &'a str,
    nonce: &'a str,
    salt: &'a str,
    iterations: u32,
}

impl Server<'_> {
    fn first(&self, client_first: &str) -> String {
        let (_, bare) =
            client_first.split_once(",,").or_else(|| client_first.split_once(",n=")).expect("GS2");
        let nonce = bare.split(',').find_map(|part| part.strip_prefix("r=")).expect("a nonce");
        format!("r={nonce}{},s={},i={}", self.nonce, self.salt, self.iterations)
    }

    /// The proof it expects, and its own signature (RFC 5802 §3).
    fn proofs(&self, bare: &str, first: &str, without_proof: &str) -> (String, String) {
        let (mac, kdf, size) = match self.mechanism {
            Mechanism::ScramSha1 => (hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, pbkdf2::PBKDF2_HMAC_SHA1, 20),
            _ => (hmac::HMAC_SHA256, pbkdf2::PBKDF2_HMAC_SHA256, 32),
        };
        let sign = |key: &[u8], text: &[u8]| hmac::sign(&hmac::Key::new(mac, key), text).as_ref().to_vec();
        let mut salted = vec![0; size];
        let salt = from_base64(self.salt.as_bytes()).expect("base64");
        let rounds = NonZeroU32::new(self.iterations).expect("rounds");
        pbkdf2::derive(kdf, rounds, &salt, self.password.as_bytes(), &mut salted);
        let client_key = sign(&salted, b"Client Key");
        let hash = if size == 20 { &ring::digest::SHA1_FOR_LEGACY_USE_ONLY } else { &ring::digest::SHA256 };
        let stored = ring::digest::digest(hash, &client_key);
        let message = format!("{bare},{first},{without_proof}");
        let signature = sign(stored.as_ref(), message.as_bytes());
        let proof: Vec<u8> = client_key.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
        let server_key = sign(&salted, b"Server Key");
        (to_base64(&proof), to_base64(&sign(&server_key, message.as_bytes())))
    }
}

const SERVER: Server<'_> = Server {
    mechanism: Mechanism::ScramSha256,
    password: "pencil",
    nonce: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
    salt: "W22ZaJ0SNY7soEsUEjb6gQ==",
    iterations: 4096,
};

/// The server of this test is right, by RFC 7677 §3.
#[test]
fn the_server_agrees_with_the_standard() {
    let bare = "n=user,r=rOprNGfwEbeRWgbNEkqO";
    let first = SERVER.first(&format!("n,,{bare}"));
    assert_eq!(
        first,
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    );
    let last = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    let (proof, signature) = SERVER.proofs(bare, &first, last);
    assert_eq!(proof, "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    assert_eq!(signature, "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

/// Plays to the server's last word, which `tweak` may change.
fn play(
    mut sasl: Sasl,
    server: &Server<'_>,
    tweak: impl Fn(String) -> String,
) -> (Sasl, omm_core::Result<Vec<u8>>) {
    let first = sasl.initial().expect("a first word").expect("the client begins");
    let client_first = String::from_utf8(first).expect("text");
    let server_first = server.first(&client_first);
    let last = sasl.step(server_first.as_bytes()).expect("an answer");
    let last = String::from_utf8(last).expect("text");
    let (without_proof, proof) = last.rsplit_once(",p=").expect("a proof");
    let bare = &client_first[client_first.find("n=").expect("a name")..];
    let (expected, signature) = server.proofs(bare, &server_first, without_proof);
    assert_eq!(proof, expected, "the proof of the password");
    assert!(!sasl.finished() && sasl.accepted().is_err(), "nothing is proven yet");
    let outcome = sasl.step(tweak(format!("v={signature}")).as_bytes());
    (sasl, outcome)
}

#[test]
fn both_sides_prove_that_they_know_the_password() {
    for (mechanism, whose) in [
        (Mechanism::ScramSha256, None),
        (Mechanism::ScramSha1, None),
        (Mechanism::ScramSha256, Some("some,body=else")),
    ] {
        let sasl = begin(mechanism, whose, "pencil");
        let (sasl, outcome) = play(sasl, &Server { mechanism, ..SERVER }, |last| last);
        assert_eq!(outcome.expect("a server that knows the password"), b"");
        assert!(sasl.finished());
        sasl.accepted().expect("proven");
    }
}

/// Kills: "y", which servers with channel binding take for a downgrade (RFC 5802 §6); names without escapes.
#[test]
fn the_first_word_says_that_we_bind_no_channel_and_who_is_meant() {
    for (whose, start) in [(None, "n,,n=user,r="), (Some("a,b=c"), "n,a=a=2Cb=3Dc,n=user,r=")] {
        let first = begin(Mechanism::ScramSha256, whose, "pencil").initial().expect("good").expect("first");
        let first = String::from_utf8(first).expect("text");
        assert!(first.starts_with(start), "{first}");
    }
}

/// Kills: a login at a server that only claims to be ours.
#[test]
fn a_server_that_does_not_know_the_password_is_not_believed() {
    let forged = |_: String| "v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned();
    let (sasl, outcome) = play(begin(Mechanism::ScramSha256, None, "pencil"), &SERVER, forged);
    assert_eq!(outcome.expect_err("forged").kind(), ErrorKind::Protocol);
    sasl.accepted().expect_err("not even if it says yes");
    let (_, outcome) =
        play(begin(Mechanism::ScramSha256, None, "pencil"), &SERVER, |_| "e=invalid-proof".to_owned());
    let error = outcome.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(error.to_string().contains("invalid-proof"), "{error}");
}

/// Kills: RFC 5802's passwords beside ASCII that are hashed as typed (here: NFKC of U+2168, a soft hyphen).
#[test]
fn passwords_are_prepared_before_they_are_hashed() {
    let sasl = begin(Mechanism::ScramSha256, None, "I\u{ad}X \u{2168}");
    let (sasl, outcome) = play(sasl, &Server { password: "IX IX", ..SERVER }, |last| last);
    outcome.expect("the same password");
    sasl.accepted().expect("proven");
}

/// Kills: a server that makes us hash for ever, panics on what follows an error, or goes on after the end.
#[test]
fn a_server_that_breaks_the_rules_is_an_error_and_nothing_worse() {
    for challenge in [
        "",
        "nonsense",
        "r=other,s=AAAA,i=4096",
        "r=,s=AAAA,i=4294967295",
        "i=99999999999999999999",
        "m=x,r=y",
    ] {
        let mut sasl = begin(Mechanism::ScramSha256, None, "pencil");
        sasl.initial().expect("a first word");
        for _ in 0..3 {
            let error = sasl.step(challenge.as_bytes()).expect_err(challenge);
            assert_eq!(error.kind(), ErrorKind::Protocol, "{challenge}");
        }
    }
    let (mut sasl, outcome) = play(begin(Mechanism::ScramSha256, None, "pencil"), &SERVER, |last| last);
    outcome.expect("good so far");
    sasl.step(b"more").expect_err("nothing is left to be said");
    sasl.initial().expect_err("it began long ago");
}

#[test]
fn plain_and_login_say_the_password_as_it_is() {
    let mut plain = begin(Mechanism::Plain, Some("other"), "pa ss\u{2168}");
    let said = plain.initial().expect("good").expect("the client begins");
    assert_eq!(said, "other\0user\0pa ss\u{2168}".as_bytes());
    plain.accepted().expect("that was all");
    plain.step(b"again?").expect_err("that was all");

    let mut login = begin(Mechanism::Login, None, "pencil");
    assert_eq!(login.initial().expect("good"), None, "the server begins");
    assert_eq!(login.step(b"Username:").expect("good"), b"user");
    login.accepted().expect_err("the password has not been said");
    assert_eq!(login.step(b"Password:").expect("good"), b"pencil");
    login.accepted().expect("that was all");
}

#[test]
fn base64_is_read_with_and_without_padding() {
    for (text, expected) in
        [("dXNlcg==", Some(&b"user"[..])), ("dXNlcg", Some(b"user")), (" \r\n", Some(b"")), ("d*", None)]
    {
        assert_eq!(from_base64(text.as_bytes()).as_deref(), expected, "{text}");
    }
    assert_eq!(to_base64(b"user"), "dXNlcg==");
}
