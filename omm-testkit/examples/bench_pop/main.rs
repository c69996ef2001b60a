//! POP3 beside other programs: a maildrop of Dovecot's, far away, fetched by `fetchmail`, `getmail` and `omm` by turns.
//! `cargo xtask bench pop` builds `omm` and runs this; by hand:
//! `cargo run --release -p omm-testkit --example bench_pop -- OMM [MESSAGES] [ROUND TRIP IN MS] [ROUNDS]`.
//!
//! It prints figures and judges nothing.

#[cfg(unix)]
mod programs;

#[cfg(unix)]
fn main() {
    if let Err(reason) = bench::bench() {
        println!("skipped: {reason}");
    }
}

#[cfg(not(unix))]
fn main() {
    println!("skipped: these servers run on Unix only");
}

#[cfg(unix)]
mod bench {
    use crate::programs::{self, Program, Ran};
    use omm_core::model::ItemKind;
    use omm_testkit::{
        mailbox::{MailboxItem, Random, message},
        servers::{Account, DelayProxy, Dovecot, Settings, witness::Witness},
    };
    use std::{error::Error, time::Duration};

    /// Of a message, on the average: half of all mail is smaller.
    const USUAL_BYTES: u64 = 4_000;

    pub(crate) fn bench() -> Result<(), Box<dyn Error>> {
        let mut words = std::env::args().skip(1);
        let omm = words.next().ok_or("no program named")?;
        let mut number = |otherwise: u64| words.next().map_or(Ok(otherwise), |word| word.parse());
        let (messages, away, rounds) = (number(2_000)?, Duration::from_millis(number(20)?), number(3)?);
        let dovecot = Dovecot::start(Settings::default())?;
        let account = dovecot.fresh_user();
        let items: Vec<MailboxItem> = (0..messages).map(item).collect();
        let bytes: usize = items.iter().map(|item| item.bytes.len()).sum();
        Witness::load_inbox(&account, items)?;
        let megabytes = bytes as f64 / 1e6;
        println!("{messages} messages ({megabytes:.1} MB), {} ms away, {rounds} rounds", away.as_millis());
        let racers = programs::all(&omm);
        let mut times = vec![Vec::new(); racers.len()];
        let mut again = Vec::new();
        for round in 1..=rounds {
            for (program, times) in racers.iter().zip(&mut times) {
                match timed(program, &account, away, messages) {
                    Ok(ran) => {
                        times.push(ran.seconds);
                        again.extend(ran.again);
                    }
                    Err(reason) if round == 1 => println!("skipped: {}: {reason}", program.name),
                    Err(_) => {}
                }
            }
        }
        show(&racers, &times, messages);
        show_again(&again, away);
        Ok(())
    }

    /// Seconds, over a line of its own, into a place of its own.
    fn timed(program: &Program, account: &Account, away: Duration, messages: u64) -> Result<Ran, String> {
        let proxy = DelayProxy::start(account.pop3_port, away).map_err(|error| error.to_string())?;
        let ran = program.run(&account.clone().through_pop3(proxy.port()))?;
        match ran.fetched == messages {
            true => Ok(ran),
            false => Err(format!("it brought {} of {messages} messages", ran.fetched)),
        }
    }

    /// The median of each, and how much longer the others take than the last.
    fn show(racers: &[Program], times: &[Vec<f64>], messages: u64) {
        let medians: Vec<Option<f64>> = times.iter().map(|times| median(times)).collect();
        let own = medians.last().copied().flatten();
        for (program, median) in racers.iter().zip(&medians) {
            let Some(seconds) = median else { continue };
            let rate = messages as f64 / seconds;
            let ratio = own.map_or_else(String::new, |own| format!("  {:6.1} times as long", seconds / own));
            println!("{:10} {seconds:8.2} s {rate:8.0} messages/s{ratio}", program.name);
        }
    }

    /// The same command when there is nothing to do: in round trips, all that it does counted as waiting.
    fn show_again(again: &[f64], away: Duration) {
        let Some(seconds) = median(again) else { return };
        let trips = if away.is_zero() { 0.0 } else { seconds / away.as_secs_f64() };
        println!("omm again  {seconds:8.2} s: {trips:.1} round trips, from the connection to the goodbye");
    }

    fn median(times: &[f64]) -> Option<f64> {
        let mut times = times.to_vec();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied()
    }

    /// An ordinary message, filled up.
    fn item(index: u64) -> MailboxItem {
        let mut text = message(11, index).bytes.to_vec();
        let wanted = Random::nth(12, index).below(2 * USUAL_BYTES);
        while (text.len() as u64) < wanted {
            text.extend_from_slice(b"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\r\n");
        }
        MailboxItem::new(ItemKind::Mail, text)
    }
}
