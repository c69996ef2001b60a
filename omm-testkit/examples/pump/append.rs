//! Writing: a command for each batch, and so many of them before the first answer.

use crate::{
    Batch,
    wire::{Account, Connection, Input, ok},
};
use std::{
    io::{self, Write},
    sync::mpsc::{Receiver, sync_channel},
    thread,
};

/// Commands that wait for an answer.
const WINDOW: usize = 64;

/// Writes what arrives until nothing more comes; how many messages that were.
pub(crate) fn all(destination: &Account, arriving: Receiver<Batch>) -> io::Result<usize> {
    let Connection { input, mut output } = Connection::open(destination)?;
    let (permits, answered) = sync_channel(WINDOW);
    thread::scope(|scope| {
        let answers = scope.spawn(move || answers(input, &answered));
        let mut messages = 0;
        let mut written = Ok(());
        for batch in arriving {
            messages += batch.messages.len();
            // Nobody takes permits back any more: the answers say why.
            if permits.send(()).is_err() {
                break;
            }
            written = write(&mut output, &batch);
            if written.is_err() {
                break;
            }
        }
        let left = written.and_then(|()| output.write_all(b"z LOGOUT\r\n")).and_then(|()| output.flush());
        answers.join().map_err(|_| io::Error::other("the thread that reads answers panicked"))??;
        left.map(|()| messages)
    })
}

fn write(output: &mut impl Write, batch: &Batch) -> io::Result<()> {
    if batch.messages.is_empty() {
        output.write_all(b"c CREATE ")?;
        output.write_all(&batch.folder)?;
    } else {
        output.write_all(b"a APPEND ")?;
        output.write_all(&batch.folder)?;
    }
    for message in &batch.messages {
        output.write_all(b" (")?;
        output.write_all(&message.flags)?;
        output.write_all(b") \"")?;
        output.write_all(&message.date)?;
        write!(output, "\" {{{}+}}\r\n", message.body.len())?;
        output.write_all(&message.body)?;
    }
    output.write_all(b"\r\n")?;
    // The server shall not wait for the rest of a batch.
    output.flush()
}

/// Gives back a permit for each answer. A folder may be there already; an APPEND that is refused is an error.
fn answers(mut input: Input, permits: &Receiver<()>) -> io::Result<()> {
    loop {
        let line = input.line()?;
        match line.get(..2) {
            Some(b"z ") => return Ok(()),
            Some(b"a ") => ok(&line[2..])?,
            Some(b"c ") => {}
            _ => continue,
        }
        let _ = permits.recv();
    }
}
