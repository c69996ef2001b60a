//! `omm project run` is killed (SIGKILL), again and again: nobody is told anything twice.

use crate::{good, notices, project, smtpd::Smtpd, world::World};
use mail_parser::MessageParser;
use std::{
    collections::{BTreeMap, HashSet},
    process::{Child, Stdio},
    thread,
    time::Duration,
};

fn run(world: &World, id: &str) -> Child {
    let mut command = world.command(&["project", "run", id, "--quiet"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn kill(mut child: Child) {
    // SIGKILL, where there is one.
    child.kill().unwrap();
    child.wait().unwrap();
}

/// How often each line of what happened stands in all mails.
fn lines(kept: &[Vec<u8>]) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for mail in kept {
        let message = MessageParser::default().parse(mail).unwrap();
        let text = message.body_text(0).unwrap().into_owned();
        let told: Vec<_> = text.lines().filter(|line| line.starts_with("- ")).map(str::to_owned).collect();
        let alone = told.is_empty().then(|| message.subject().unwrap_or_default().to_owned());
        for line in told.into_iter().chain(alone) {
            // What was told, without how much was copied in which turn.
            let line = line.split(';').next().unwrap_or_default().trim_start_matches("- ").to_owned();
            *found.entry(line).or_default() += 1;
        }
    }
    found
}

#[test]
fn at_random_moments() {
    let Some(server) = Smtpd::start(None) else { return };
    let world = World::new();
    world.maildir(60);
    let migrations = 8;
    let url = format!("smtp://127.0.0.1:{}", server.port);
    let id = project(&world, migrations, &["--mail-server", &url]);
    good(&world.omm(&["project", "options", &id, "--at-once", "2"]));
    let (mut killed, mut dice, mut patience) = (0, 0x2545_f491_4f6c_dd1d_u64, 150);
    while killed < 8 {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        let mut child = run(&world, &id);
        // A random moment is what is tried here, not a state that one could wait for.
        thread::sleep(Duration::from_millis(30 + dice % patience));
        if child.try_wait().unwrap().is_some() {
            break;
        }
        kill(child);
        (killed, patience) = (killed + 1, patience + 40);
    }
    assert!(killed > 0, "it was never in the middle");
    good(&world.omm(&["project", "run", &id, "--quiet"]));
    for at in 0..migrations {
        assert_eq!(world.bodies(&format!("copies{at}")), world.bodies("mail"));
    }

    let kept = server.kept();
    let ids: HashSet<_> = kept
        .iter()
        .map(|mail| MessageParser::default().parse(mail).unwrap().message_id().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), kept.len(), "no mail came twice");
    let lines = lines(&kept);
    assert!(lines.values().all(|times| *times == 1), "{lines:?}");
    // Each event was filed once, and each is sent, unless nobody can know.
    let rows = notices(&world, &id);
    let of = |told: &str| rows.iter().filter(|row| row["told"] == told).count();
    assert_eq!((of("created"), of("started"), of("ended")), (1, migrations, migrations));
    assert!(rows.iter().all(|row| row["state"] == "sent" || row["state"] == "unknown"), "{rows:?}");
    let sent = rows.iter().filter(|row| row["state"] == "sent").count();
    assert!(lines.len() >= sent, "{sent} are said to be sent: {lines:?}");
    println!("{killed} kills, {} mails, {sent} of {} events sent for sure", kept.len(), rows.len());
}

#[test]
fn while_the_server_thinks_about_the_last_dot() {
    let Some(mut server) = Smtpd::start(None) else { return };
    let world = World::new();
    world.maildir(2);
    let url = format!("smtp://127.0.0.1:{}", server.port);
    let id = project(&world, 2, &["--mail-server", &url]);
    server.hear("kept 1");
    // This one's mails are kept, and never answered.
    good(&world.omm(&["project", "options", &id, "--contact", "hold@example.org"]));
    let child = run(&world, &id);
    server.hear("kept 2");
    kill(child);
    good(&world.omm(&["project", "run", &id, "--quiet"]));
    assert_eq!(server.kept().len(), 2, "nobody knows that it has arrived, and it is not sent again");
    let unknown = notices(&world, &id).into_iter().filter(|row| row["state"] == "unknown").count();
    assert_eq!(unknown, 4, "two starts and two ends");
}
