//! Acting for somebody else.

use crate::{
    dialogue::base64,
    talk::{greeted, say, server},
};
use omm_testkit::pop::{Delegation, MockPop};

const NOT_ALLOWED: &str = "-ERR [AUTH] not allowed to act for somebody else\r\n";
const WRONG: &str = "-ERR [AUTH] wrong name or password\r\n";

fn pass(server: &MockPop, name: &str, password: &str) -> String {
    let mut session = greeted(server);
    say(&mut session, &format!("USER {name}\r\n"));
    say(&mut session, &format!("PASS {password}\r\n"))
}

#[test]
fn login_names_that_name_two() {
    let forms = |server: MockPop| {
        server.delegation(Delegation::Separated('*')).delegation(Delegation::Domain("CORP".to_owned()))
    };
    let ours = forms(server()).administrator("root");
    let in_it = "+OK 3 messages\r\n";
    for (name, password, answer) in [
        ("ann*root", "toor", in_it),
        ("ann*root", "secret", WRONG),
        ("corp\\root\\ann", "toor", in_it),
        ("other\\root\\ann", "toor", WRONG),
        ("root*ann", "secret", NOT_ALLOWED),
        ("nobody*root", "toor", NOT_ALLOWED),
        ("root", "toor", "+OK 0 messages\r\n"),
    ] {
        assert_eq!(pass(&ours, name, password), answer, "{name}");
    }
    assert_eq!(pass(&server().administrator("root"), "ann*root", "toor"), WRONG, "a form nobody knows");
    assert_eq!(pass(&forms(server()), "ann*root", "toor"), NOT_ALLOWED, "nobody's administrator");
}

#[test]
fn authorisation_identities() {
    let ours = server().administrator("root").token("root", "t1");
    for (mechanism, answer) in [
        ("PLAIN", "ann\0root\0toor"),
        ("OAUTHBEARER", "n,a=ann,\x01auth=Bearer t1\x01\x01"),
        ("XOAUTH2", "user=ann\x01auth=Bearer t1\x01\x01"),
    ] {
        let login = format!("AUTH {mechanism} {}\r\n", base64(answer));
        assert_eq!(say(&mut greeted(&ours), &login), "+OK 3 messages\r\n", "{mechanism}");
        let nobody = server().token("root", "t1");
        assert_eq!(say(&mut greeted(&nobody), &login), NOT_ALLOWED, "{mechanism}");
    }
}
