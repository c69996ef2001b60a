//! Mails to whoever made a project.

use crate::world::World;
use omm::project::project::MailServer;
use omm_panel::HostMail;
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::mpsc::{Receiver, channel},
    thread,
};

/// A mail server on the loopback that takes one mail and hands it over.
fn server() -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, mails) = channel();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        stream.write_all(b"220 here\r\n").unwrap();
        let mut mail = None::<String>;
        while let Some(Ok(line)) = lines.next() {
            let answer = match (&mut mail, line.as_str()) {
                (Some(text), ".") => {
                    sender.send(std::mem::take(text)).unwrap();
                    mail = None;
                    "250 taken\r\n"
                }
                (Some(text), line) => {
                    text.push_str(line);
                    text.push('\n');
                    ""
                }
                (None, "DATA") => {
                    mail = Some(String::new());
                    "354 go on\r\n"
                }
                (None, "QUIT") => "221 bye\r\n",
                (None, _) => "250 ok\r\n",
            };
            if stream.write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    });
    (port, mails)
}

// Would catch: a host's own mail server that is kept out with the visitors', and a link that leads nowhere.
#[tokio::test]
async fn whoever_makes_a_project_is_sent_its_number() {
    let (port, mails) = server();
    let world = World::with(|settings| {
        let server = MailServer::parse(&format!("smtp://127.0.0.1:{port}"), "panel@example.org").unwrap();
        settings.mail = Some(HostMail { server, password_file: None });
        settings.public = Some("https://panel.example/".to_owned());
    })
    .await;
    let running = world.begin().await;
    let (_, number) = world.project().await;
    let mail = tokio::task::spawn_blocking(move || mails.recv().unwrap()).await.unwrap();
    assert!(mail.contains("To: host@example.org"), "{mail}");
    // Nobody has said that he wants this mail: no text of a visitor's is in it.
    assert!(!mail.contains("Move"), "{mail}");
    // Quoted-printable breaks lines and writes an equals sign as =3D.
    let text = mail.replace("=\n", "").replace("=3D", "=");
    let link = format!("https://panel.example/project/manage?number={number}");
    assert!(text.contains(&link), "{text}");
    let mut browser = world.browser();
    browser
        .get(link.trim_start_matches("https://panel.example"))
        .await
        .holds(&[&format!("value=\"{number}\"")]);
    running.drain().await.unwrap();
}
