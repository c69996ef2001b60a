//! Writes a PST of a given size, or one with an item of every kind. `cargo xtask generate pst PATH SIZE` runs this; by
//! hand: `cargo run --release -p omm-testkit --example generate_pst -- PATH SIZE`, where SIZE is a number of megabytes,
//! or `everything`, or `MESSAGES+MEGABYTES`: so many short messages in one folder, and one with such an attachment.

use omm_testkit::pst::{Format, PstBuilder, filled};
use std::{error::Error, fs::File, io::BufWriter};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [path, size] = words.as_slice() else { return Err("wanted: PATH SIZE".into()) };
    let out = BufWriter::new(File::create(path)?);
    let mut pst = PstBuilder::new(Format::Unicode).start(out)?;
    if size == "everything" {
        let made = filled::everything(&mut pst, 3 << 20)?;
        println!("{} items", made.items.len());
    } else if let Some((messages, megabytes)) = size.split_once('+') {
        filled::extreme(&mut pst, messages.parse()?, megabytes.parse::<usize>()? << 20)?;
        println!("{messages} short messages, one of {megabytes} MB");
    } else {
        let megabytes: u64 = size.parse()?;
        println!("{} messages", filled::bulk(&mut pst, megabytes << 20)?);
    }
    pst.finish()?;
    Ok(())
}
