//! Tokens, and what no mechanism can carry.

use crate::scram::{begin, identity};
use omm_core::{error::ErrorKind, host::Secret};
use omm_net::sasl::{Mechanism, Sasl};

/// The forms of RFC 7628 §3.1 and of Google's and Microsoft's documents.
#[test]
fn tokens_are_said_in_the_form_of_their_mechanism() {
    for (mechanism, whose, expected) in [
        (
            Mechanism::OAuthBearer,
            None,
            "n,a=user,\u{1}host=imap.example.com\u{1}port=993\u{1}auth=Bearer t.o-k\u{1}\u{1}",
        ),
        (
            Mechanism::OAuthBearer,
            Some("a,b"),
            "n,a=a=2Cb,\u{1}host=imap.example.com\u{1}port=993\u{1}auth=Bearer t.o-k\u{1}\u{1}",
        ),
        (Mechanism::XOAuth2, None, "user=user\u{1}auth=Bearer t.o-k\u{1}\u{1}"),
        (Mechanism::XOAuth2, Some("other"), "user=other\u{1}auth=Bearer t.o-k\u{1}\u{1}"),
    ] {
        let mut sasl = begin(mechanism, whose, "t.o-k");
        let said = sasl.initial().expect("good").expect("the client begins");
        assert_eq!(String::from_utf8(said).expect("text"), expected);
        sasl.accepted().expect("yes or no is all that follows");
    }
}

/// Kills: waiting for ever for a no that the server only says after our answer to its reasons.
#[test]
fn a_refused_token_is_answered_as_the_server_wants_it() {
    let reasons = br#"{"status":"401","scope":"https://mail.example.com/","token":"t.o-k"}"#;
    for (mechanism, answer) in [(Mechanism::OAuthBearer, &b"\x01"[..]), (Mechanism::XOAuth2, b"")] {
        let mut sasl = begin(mechanism, None, "t.o-k");
        sasl.initial().expect("good");
        assert_eq!(sasl.refusal(), None);
        assert_eq!(sasl.step(reasons).expect("an answer"), answer);
        let refusal = sasl.refusal().expect("a reason").to_owned();
        assert!(refusal.contains("(401)") && refusal.contains("https://mail.example.com/"), "{refusal}");
        assert!(!refusal.contains("t.o-k"), "the server may quote the token: {refusal}");
        sasl.accepted().expect_err("refused");
        sasl.step(b"").expect_err("it is over");
    }
}

#[test]
fn what_cannot_be_said_is_refused_before_anything_is_said() {
    use Mechanism::{Login, OAuthBearer, Plain, ScramSha256, XOAuth2};
    let rows = [
        (Plain, "", None, "x", "there is no login name"),
        (Plain, "user", None, "", "empty"),
        (Plain, "us\0er", None, "x", "control character"),
        (ScramSha256, "user", Some("oth\rer"), "x", "control character"),
        (Plain, "user", None, "x\0y", "zero byte"),
        (XOAuth2, "user", None, "token\n", "line end"),
        (OAuthBearer, "user", None, "to\u{1}ken", "line end"),
        (Login, "user", Some("other"), "x", "on whose behalf"),
    ];
    for (mechanism, login, whose, secret, message) in rows {
        let mut who = identity(whose);
        who.login = login.to_owned();
        let error = Sasl::begin(mechanism, &who, &Secret::new(secret.to_owned())).expect_err(message);
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(message), "{message}: {error}");
    }
}
