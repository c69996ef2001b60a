//! A connector of your own. Run it with `cargo run -p omm-custom-connector`: it migrates `export.jsonl` beside this
//! example into `./migrated-export`. `connector.rs` opens such files, `source.rs` is the
//! source, `line.rs` the format; this file only adds them to the registry.

mod connector;
mod line;
mod source;
#[cfg(test)]
mod tests;

use connector::JsonLines;
use omm::{AccountSpec, Known, Listener, Omm, Options, Stop, TokioRuntime, address};
use std::sync::Arc;

#[tokio::main]
async fn main() -> omm::Result<()> {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/export.jsonl").to_owned();
    let source = AccountSpec::new("json-lines", std::env::args().nth(1).unwrap_or(sample));
    let destination = address::parse("dir:./migrated-export")?;

    let registry = omm::registry().with(Arc::new(JsonLines));
    let builder = Omm::builder(TokioRuntime::current()?).registry(registry).state_dir("omm-state");
    let omm = builder.open().await?;
    let session = omm.migrate(&source, &destination, Options::default(), Known::Continue).await?;
    println!("{}", session.run(Listener::none(), Stop::new()).await?);
    session.close().await
}
