//! A project from its creation to its end, as those who are told see it.

use crate::{
    good,
    hook::{Hook, SECRET},
    notices, project,
    smtpd::Smtpd,
    world::World,
};
use mail_parser::{Message, MessageParser};
use std::{fs, path::Path};

/// What no mail, no request, no output and no file of the state may hold.
const CANARY: &str = "canary-w0rd-Tq7";

fn parsed(mail: &[u8]) -> Message<'_> {
    MessageParser::default().parse(mail).unwrap()
}

fn holds_canary(path: &Path) -> bool {
    match path.is_dir() {
        true => fs::read_dir(path).unwrap().any(|entry| holds_canary(&entry.unwrap().path())),
        false => {
            let bytes = fs::read(path).unwrap();
            bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
        }
    }
}

#[test]
fn from_creation_to_the_end() {
    let Some(server) = Smtpd::start(Some(("omm", CANARY))) else { return };
    let (world, hook) = (World::new(), Hook::start());
    world.maildir(5);
    fs::write(world.path("word"), CANARY).unwrap();
    fs::write(world.path("secret"), SECRET).unwrap();
    good(&world.omm(&["project", "key", "key"]));
    let (url, authority) = (format!("smtps://omm@127.0.0.1:{}", server.port), server.authority());
    let id = project(
        &world,
        2,
        &[
            [
                "--mail-server",
                &url,
                "--mail-from",
                "noreply@bücher.example",
                "--mail-from-name",
                "Umzüge, Inc.",
            ],
            ["--mail-password-file", "word", "--webhook", &hook.url, "--webhook-secret-file", "secret"],
        ]
        .concat()
        .into_iter()
        .chain(["--seal", "--key-file", "key", "--notices-ca-file", authority.to_str().unwrap()])
        .chain(["--link", "https://panel.example.org/p/{project}"])
        .collect::<Vec<_>>(),
    );
    // Where the secrets came from is not needed any more.
    fs::remove_file(world.path("word")).unwrap();
    fs::remove_file(world.path("secret")).unwrap();

    let kept = server.kept();
    assert_eq!(kept.len(), 1, "at creation");
    let created = parsed(&kept[0]);
    assert_eq!(created.subject(), Some("Project Move it was created"));
    let from = created.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("Umzüge, Inc."), Some("noreply@xn--bcher-kva.example")));
    let text = created.body_text(0).unwrap();
    assert!(text.contains(&id) && text.contains(&format!("https://panel.example.org/p/{id}")), "{text}");

    // One that cannot be done: its folder is gone by now.
    fs::create_dir(world.path("gone")).unwrap();
    good(&world.omm(&["project", "add", &id, "gone", "dir:nowhere"]));
    fs::remove_dir(world.path("gone")).unwrap();
    good(&world.omm(&["project", "options", &id, "--language", "fr"]));
    world.omm(&["project", "run", &id]).refused(2, &["--key-file"]);
    let end = world.omm(&["project", "run", &id, "--key-file", "key"]);
    assert_eq!(end.code, 3, "{} {}", end.out, end.err);
    // The trouble at once, and what is left at the end: not one for each event.
    let kept = server.kept();
    assert!((2..=3).contains(&kept.len()), "{} mails", kept.len());
    let text: String = kept[1..].iter().map(|mail| parsed(mail).body_text(0).unwrap().into_owned()).collect();
    for at in 0..2 {
        assert_eq!(text.matches(&format!("copies{at} : terminé")).count(), 1, "{text}");
    }
    assert!(text.contains("nowhere"), "{text}");

    let told = hook.told();
    let of = |kind: &str| told.iter().filter(|(_, body)| body["type"] == kind).count();
    assert_eq!((of("project.created"), of("migration.started")), (1, 3), "{told:?}");
    assert_eq!(of("migration.ended") + of("migration.needs-person"), 3, "{told:?}");

    for row in notices(&world, &id) {
        assert_eq!(row["state"], "sent", "{row}");
    }
    for mail in &kept {
        assert!(!String::from_utf8_lossy(mail).contains(CANARY));
        assert!(mail.is_ascii() && parsed(mail).body_html(0).is_some());
    }
    assert!(!format!("{told:?}").contains(CANARY));
    assert!(!holds_canary(&world.path("state")));
    let shown =
        world.omm(&["project", "options", &id]).out + &world.omm(&["project", "options", &id, "--json"]).out;
    assert!(!shown.contains(CANARY) && !shown.contains(SECRET));

    good(&world.omm(&["project", "delete", &id, "--yes"]));
    let state = fs::read(world.path("state/notices.db")).unwrap();
    assert!(!state.windows(16).any(|window| window == b"anna@example.org"), "nothing is left of it");
}

#[test]
fn a_server_that_is_not_there_costs_the_migrations_nothing() {
    let world = World::new();
    world.maildir(3);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("smtp://127.0.0.1:{nobody}");
    let create = [
        "project",
        "create",
        "Move it",
        "--contact",
        "anna@example.org",
        "--no-password",
        "--mail-server",
        &url,
    ];
    let made = world.omm(&create);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.err.contains("nobody was told yet"), "{}", made.err);
    let id = made.out.split([' ', ':']).nth(1).unwrap();
    good(&world.omm(&["project", "add", id, "mail", "dir:copies"]));
    good(&world.omm(&["project", "run", id]));
    assert_eq!(world.bodies("copies"), world.bodies("mail"));
    let rows = notices(&world, id);
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(rows.iter().all(|row| row["state"] == "waiting" && row["attempts"] == 1), "{rows:?}");
}

#[test]
fn nonsense_is_told() {
    let world = World::new();
    let id = project(&world, 0, &[]);
    let refused = |words: &[&str], expected: &[&str]| {
        world.omm(&[&["project", "options", &id], words].concat()).refused(2, expected);
    };
    refused(&["--mail-server", "mail.example.org"], &["smtps://LOGIN@HOST"]);
    refused(&["--mail-server", "smtps://omm@mail.example.org"], &["notices.mail.password"]);
    let shown =
        world.omm(&["project", "options", &id, "--mail-server", "smtps://omm:geheim@mail.example.org"]);
    shown.refused(2, &["no password belongs into the address"]);
    assert!(!shown.err.contains("geheim"));
    refused(&["--webhook", "https://panel.example.org/"], &["notices.webhook.secret"]);
    refused(&["--webhook", "http://panel.example.org/", "--webhook-secret-env", "S"], &["https:"]);
    // What may be a token lies nowhere in the clear.
    let hook = ["--webhook", "https://panel.example.org/geheim", "--webhook-secret-env", "S"];
    let shown = world.omm(&[&["project", "options", &id], &hook[..]].concat());
    shown.refused(2, &["stored only sealed", "--webhook-env"]);
    assert!(!shown.err.contains("geheim"));
    fs::write(world.path("url"), "https://panel.example.org/geheim").unwrap();
    let hook = ["--webhook-file", "url", "--webhook-secret-env", "S"];
    let shown = world.omm(&[&["project", "options", &id], &hook[..]].concat());
    assert!(shown.out.contains("one at https://panel.example.org is told") && !shown.out.contains("geheim"));
    refused(&["--mail-from", "a@example.org"], &["--mail-server"]);
    refused(&["--link", "javascript:alert(1)"], &["notices.link"]);
    refused(&["--language", "e n"], &["notices.language"]);
}
