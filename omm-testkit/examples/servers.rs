//! Two Dovecots and a Cyrus to try things on by hand, until standard input ends:
//! `cargo run -p omm-testkit --example servers`.

#[cfg(unix)]
fn main() {
    use omm_testkit::servers::{Account, Cyrus, CyrusSettings, Dovecot, Settings, Storage};

    fn show(name: &str, account: &Account, ca: &std::path::Path, more: &str) {
        let Account { host, port, tls_port, pop3_port, pop3s_port, login, password } = account;
        println!("{name}: {host} imap {port} imaps {tls_port} pop3 {pop3_port} pop3s {pop3s_port}");
        println!("  {login} / {password}; {more}; CA {}", ca.display());
    }
    let sdbox = Dovecot::start(Settings::default());
    let maildir = Dovecot::start(Settings { storage: Storage::Maildir, ..Settings::default() });
    for (name, server) in [("Dovecot sdbox", &sdbox), ("Dovecot maildir", &maildir)] {
        match server {
            Ok(server) => {
                let (master, password) = server.master();
                let more = format!("any other login too; master u1*{master} / {password}");
                show(name, &server.fresh_user(), &server.ca_pem_path(), &more);
            }
            Err(reason) => println!("skipped: {reason}"),
        }
    }
    let cyrus = Cyrus::start(CyrusSettings::default());
    match cyrus.as_ref().map(|server| (server, server.fresh_user())) {
        Ok((server, Ok(account))) => {
            let (proxy, password) = server.proxy();
            let more = format!("u2 to u40 too; proxy {proxy} / {password}");
            show("Cyrus", &account, &server.ca_pem_path(), &more);
        }
        Ok((_, Err(reason))) => println!("skipped: Cyrus has no user: {reason}"),
        Err(reason) => println!("skipped: {reason}"),
    }
    println!("They end with standard input (Ctrl-D).");
    // Whatever is typed is of no interest.
    let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
}

#[cfg(not(unix))]
fn main() {
    println!("skipped: these servers run on Unix only");
}
