//! A process that sends mail is killed (SIGKILL) at every step, and another one goes on: nobody gets a mail twice, and whoever
//! can get one for sure gets one.

use crate::{
    files::FileOutbox,
    notice,
    smtpd::{self, Mode, Smtpd},
    sockets::{self, Sockets},
};
use omm_core::{error::Side, seam::Tls};
use omm_net::Endpoint;
use omm_project::notify::{Event, Mailer, Notice, Notifier, Post, Turn, outbox::State};
use smol::block_on;
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};

const FOLDER: &str = "OMM_NOTIFY_FOLDER";
const PORT: &str = "OMM_NOTIFY_PORT";
const STEP: &str = "OMM_NOTIFY_STEP";
const TO: &str = "OMM_NOTIFY_TO";
const CHILD: &str = "killed::the_process_that_is_killed";

/// A row of the table: where it is killed, how many mails there are in the end, and what is noted.
type Cut = (&'static str, usize, State);

const CUTS: [Cut; 6] = [
    ("before claim", 1, State::Sent),
    ("after claim", 1, State::Sent),
    // The server has asked for the text by now, and got none.
    ("before begin", 1, State::Sent),
    // Nobody can know whether the text had left.
    ("after begin", 0, State::Unknown),
    ("before settle", 1, State::Unknown),
    ("after settle", 1, State::Sent),
];

fn started(to: &str) -> Notice {
    notice(Event::Started, 1, &[to])
}

/// Not a test: what the tests start and kill.
#[test]
fn the_process_that_is_killed() {
    let (Ok(folder), Ok(port), Ok(to)) = (std::env::var(FOLDER), std::env::var(PORT), std::env::var(TO))
    else {
        return;
    };
    let step = std::env::var(STEP).unwrap_or_default();
    let outbox = FileOutbox::new(PathBuf::from(folder).join("outbox.json"), move |at| {
        if at == step {
            println!("\nat {at}");
            loop {
                std::thread::park();
            }
        }
    });
    let endpoint = Endpoint::new("127.0.0.1", port.parse().unwrap(), Tls::Off, Side::Host);
    let runtime = Sockets::shared();
    let mailer = Mailer::new(&sockets::env(&runtime, ""), endpoint, &smtpd::sender()).unwrap();
    let post = Post::new(runtime, Arc::new(outbox), vec![Arc::new(mailer)]);
    block_on(post.notify(&started(&to))).unwrap();
    block_on(post.deliver()).unwrap();
}

fn start(folder: &Path, server: &Smtpd, step: &str, to: &str) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([CHILD, "--exact", "--nocapture"]);
    command.env(FOLDER, folder).env(PORT, server.port().to_string()).env(STEP, step).env(TO, to);
    command.stdout(Stdio::piped()).spawn().unwrap()
}

fn kill(mut child: Child) {
    // SIGKILL, where there is one.
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The next process: the event is told again, and everything that is due is sent, much later and later still.
fn go_on(folder: &Path, server: &Smtpd, to: &str) -> (Vec<State>, usize) {
    let path = folder.join("outbox.json");
    let outbox = Arc::new(FileOutbox::new(path, |_| {}));
    let runtime = Sockets::shared();
    let mailer = server.mailer(&sockets::env(&runtime, ""));
    let post = Post::new(runtime.clone(), outbox.clone(), vec![Arc::new(mailer)]);
    let mut unknown = 0;
    for _ in 0..3 {
        smtpd::much_later(&runtime);
        block_on(post.notify(&started(to))).unwrap();
        while let Turn::Tried(_) = block_on(post.deliver()).unwrap() {}
        unknown += block_on(post.unknown()).unwrap().len();
    }
    (outbox.read().rows().iter().map(|row| row.state).collect(), unknown)
}

#[test]
fn at_every_step_none_is_sent_twice() {
    let Some(first) = Smtpd::start(Mode::Plain, None) else { return };
    drop(first);
    for (step, mails, state) in CUTS {
        let folder = tempfile::tempdir().unwrap();
        let server = Smtpd::start(Mode::Plain, None).unwrap();
        let mut child = start(folder.path(), &server, step, "ann@example.org");
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(said.any(|line| line.unwrap() == format!("at {step}")), "it did not come to {step}");
        kill(child);
        let (states, unknown) = go_on(folder.path(), &server, "ann@example.org");
        assert_eq!(server.kept().len(), mails, "{step}");
        assert_eq!(states, [state], "{step}");
        assert_eq!(unknown, usize::from(state == State::Unknown), "{step}: told once");
    }
}

#[test]
fn while_the_server_thinks_about_the_last_dot() {
    let Some(mut server) = Smtpd::start(Mode::Plain, None) else { return };
    let folder = tempfile::tempdir().unwrap();
    let child = start(folder.path(), &server, "", "hold@example.org");
    server.hear("kept 1");
    kill(child);
    let (states, unknown) = go_on(folder.path(), &server, "hold@example.org");
    assert_eq!((server.kept().len(), states.as_slice(), unknown), (1, [State::Unknown].as_slice(), 1));
}
