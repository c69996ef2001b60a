//! A secret that sings: it must be in nothing that can be printed.

use crate::{
    pipe::{Script, pipe},
    scram::{begin, identity},
    world::{World, endpoint},
};
use bytes::Bytes;
use omm_core::{host::Secret, seam::Tls};
use omm_net::{
    Wire,
    sasl::{Mechanism, Sasl, choose},
};

const CANARY: &str = "c4n4ry-0f-th3-m1n3";

fn silent(what: &str, printed: String) {
    let inside =
        [CANARY, &omm_net::sasl::to_base64(CANARY.as_bytes())].iter().any(|song| printed.contains(*song));
    // As a list of bytes, too.
    let bytes = format!("{:?}", CANARY.as_bytes());
    assert!(!inside && !printed.contains(bytes.trim_matches(['[', ']'])), "{what} sings");
}

#[test]
fn nothing_that_is_printed_holds_the_secret() {
    let secret = Secret::new(CANARY.to_owned());
    let mechanisms: Vec<String> =
        ["SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN"].map(str::to_owned).into();
    let mut all = choose(&mechanisms, false, false);
    all.extend(choose(&["OAUTHBEARER".to_owned(), "XOAUTH2".to_owned()], true, false));
    assert_eq!(all.len(), 6);
    silent("an identity", format!("{:?}", identity(Some("other"))));
    for mechanism in all {
        let mut sasl = Sasl::begin(mechanism, &identity(None), &secret).expect("a good login");
        silent("a beginning", format!("{sasl:?} {mechanism} {mechanism:?}"));
        // What is said holds it, of course; it goes to the line and nowhere else.
        sasl.initial().expect("a first word");
        silent("a first word", format!("{sasl:?}"));
        for challenge in
            [format!("e={CANARY}x"), format!("{{\"status\":\"no\",\"x\":\"{CANARY}\"}}"), String::new()]
        {
            let answered = sasl.step(challenge.as_bytes());
            silent("an exchange", format!("{sasl:?} {:?}", sasl.refusal()));
            if let (Err(error), false) = (&answered, challenge.starts_with("e=")) {
                silent("an error", format!("{error} {error:?}"));
            }
        }
    }
    let own = Sasl::begin(Mechanism::XOAuth2, &identity(None), &Secret::new(format!("{CANARY}\n")));
    let error = own.expect_err("a line end");
    silent("a refused token", format!("{error} {error:?}"));
    let error = begin(Mechanism::Plain, None, CANARY).step(b"?").expect_err("nothing was said yet");
    silent("an error out of turn", format!("{error} {error:?}"));
}

#[test]
fn a_wire_prints_no_byte_of_what_goes_through_it() {
    let says = [CANARY.as_bytes().to_vec()].into();
    let mut wire = Wire::from_connection(Box::new(Script { says, heard: Default::default() }));
    wire.queue(Bytes::from_static(CANARY.as_bytes()));
    wire.unread(Bytes::from_static(CANARY.as_bytes()));
    silent("a wire", format!("{wire:?}"));
    let world = World::new([]);
    let turn = world.run(wire.turn(0));
    assert!(turn.is_ok());
    silent("a used wire", format!("{wire:?} {:?}", wire.traffic()));
    silent("an endpoint", format!("{:?}", endpoint(Tls::Required)));
    drop(pipe(1));
}
