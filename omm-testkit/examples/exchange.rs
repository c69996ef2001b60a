//! A mock Exchange on the loopback, for trying things by hand: `cargo run -p omm-testkit --example exchange`.
//!
//! It prints its address and serves one mailbox, `ann@example.com` with the password `secret`, until its input ends.

use omm_testkit::ews::MockEws;
use std::io::Read;

fn main() -> std::io::Result<()> {
    let server = MockEws::new().user("ann@example.com", "secret").user("bob@example.com", "secret");
    let served = server.serve()?;
    println!("http://127.0.0.1:{}/EWS/Exchange.asmx", served.port());
    let mut input = [0];
    while std::io::stdin().read(&mut input)? > 0 {}
    for folder in server.mailbox("ann@example.com").folders() {
        println!("{:6} {}", folder.items, folder.path);
    }
    let loud = server.requests().iter().filter(|request| request.may_send()).count();
    println!("{} requests, {loud} of them could send", server.requests().len());
    Ok(())
}
