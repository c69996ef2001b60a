//! The limit of a pair of IMAP servers: what is read at one is written at the other, and nothing is remembered, looked at
//! or made good. It is what the bench measures everybody against (`cargo xtask bench peers`); no mail should be trusted
//! to it. By hand: `pump --src HOST:PORT:LOGIN:PASSWORD --dst HOST:PORT:LOGIN:PASSWORD [--conns N] [--batch MESSAGES]`.
//!
//! Each lane is a connection to either side and takes one folder after another, the fullest first: one FETCH of all of a
//! folder, sent two folders ahead, and MULTIAPPEND (RFC 3502) with literals nobody waits for (RFC 7888). It wants a
//! server that has both.

mod append;
mod fetch;
mod folders;
mod wire;

use std::{
    collections::VecDeque,
    error::Error,
    sync::{Mutex, mpsc::sync_channel},
    thread,
    time::Instant,
};
use wire::Account;

/// Batches that lie between reading and writing in each lane.
const BETWEEN: usize = 2;
/// Bytes in one batch: then it goes, however few messages it has.
const BATCH_BYTES: usize = 4 << 20;

/// A message as one server gave it.
pub(crate) struct Message {
    pub(crate) flags: Vec<u8>,
    pub(crate) date: Vec<u8>,
    pub(crate) body: Vec<u8>,
}

/// Messages of one folder, or none for one that is only to be made.
pub(crate) struct Batch {
    /// As the source writes its name, quotes and all.
    pub(crate) folder: Vec<u8>,
    pub(crate) messages: Vec<Message>,
}

/// The folders that no lane has taken yet.
pub(crate) type Folders = Mutex<VecDeque<Vec<u8>>>;

struct Options {
    source: Account,
    destination: Account,
    lanes: usize,
    batch: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    let began = Instant::now();
    let folders = Mutex::new(folders::all(&options.source)?);
    let messages = thread::scope(|scope| {
        let lanes: Vec<_> = (0..options.lanes).map(|_| scope.spawn(|| lane(&options, &folders))).collect();
        lanes.into_iter().try_fold(0, |sum, lane| Ok::<usize, Box<dyn Error>>(sum + joined(lane)?))
    })?;
    println!("{messages} messages in {:.3} s", began.elapsed().as_secs_f64());
    Ok(())
}

/// How many messages went through it.
fn lane(options: &Options, folders: &Folders) -> Result<usize, String> {
    let (batches, arriving) = sync_channel(BETWEEN);
    thread::scope(|scope| {
        let reader = scope.spawn(move || {
            fetch::all(&options.source, folders, options.batch, &batches)
                .map_err(|error| format!("source: {error}"))
        });
        let written =
            append::all(&options.destination, arriving).map_err(|error| format!("destination: {error}"));
        let read = joined(reader);
        // Who writes and fails is the reason that who reads cannot go on.
        let written = written?;
        read.map(|()| written)
    })
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, Result<T, String>>) -> Result<T, String> {
    thread.join().map_err(|_| "a thread of the pump panicked".to_owned())?
}

fn options() -> Result<Options, Box<dyn Error>> {
    let (mut source, mut destination, mut lanes, mut batch) = (None, None, 1, 64);
    let mut words = std::env::args().skip(1);
    while let Some(name) = words.next() {
        let value = words.next().ok_or_else(|| format!("{name} wants a value"))?;
        match name.as_str() {
            "--src" => source = Some(Account::parse(&value)?),
            "--dst" => destination = Some(Account::parse(&value)?),
            "--conns" => lanes = value.parse()?,
            "--batch" => batch = value.parse()?,
            _ => return Err(format!("unknown option {name}").into()),
        }
    }
    let source = source.ok_or("--src names no account")?;
    let destination = destination.ok_or("--dst names no account")?;
    Ok(Options { source, destination, lanes, batch })
}
