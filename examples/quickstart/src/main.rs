//! The smallest program that embeds OMM. Run it with
//! `cargo run -p omm-quickstart -- samples dir:./migrated`, then again: the second run copies nothing.

use omm::{Event, Known, Listener, Omm, Options, Stop, TokioRuntime, address};

#[tokio::main]
async fn main() -> omm::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let source = address::parse(&arguments.next().unwrap_or_else(|| "samples".to_owned()))?;
    let destination = address::parse(&arguments.next().unwrap_or_else(|| "dir:./migrated".to_owned()))?;

    // What was done is remembered here: a run that was cut off goes on, a later one copies what is new.
    let omm = Omm::builder(TokioRuntime::current()?).state_dir("omm-state").open().await?;

    let mut options = Options::default();
    options.exclude.push("Trash/**".to_owned());
    let session = omm.migrate(&source, &destination, options, Known::Continue).await?;
    println!("migration {}", session.id());

    let listener = Listener::new(|event| {
        if let Event::Progress { folder, copied, bytes, .. } = event {
            println!("{folder}: {copied} copied, {bytes} bytes");
        }
    });
    // Whoever holds a clone of this may end the run at a tidy place: `stop.request()`.
    let stop = Stop::new();

    let report = session.run(listener, stop).await?;
    println!("{report}");
    session.close().await
}
