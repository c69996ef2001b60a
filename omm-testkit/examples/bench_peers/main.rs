//! IMAP accounts copied by `omm` and by every other program that is installed, two by two on the same work.
//! `cargo xtask bench peers` builds what is needed, runs this and makes a table and a plot of what it writes; by hand it
//! writes lines of JSON: who takes part and who is missing, then one for each run.
//!
//! It judges nothing.

#[cfg(unix)]
mod changes;
#[cfg(unix)]
mod duel;
#[cfg(unix)]
mod field;
#[cfg(unix)]
mod measured;
#[cfg(unix)]
mod peers;
#[cfg(unix)]
mod plan;
#[cfg(unix)]
#[cfg(unix)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    bench::bench()
}

#[cfg(not(unix))]
fn main() {
    println!("{{\"missing\":\"everything\",\"why\":\"these servers run on Unix only\"}}");
}

#[cfg(unix)]
mod bench {
    use crate::{
        duel::Duel,
        field::World,
        peers::{self, Peer},
        plan::Plan,
    };
    use serde_json::{Value, json};
    use std::error::Error;

    pub(crate) fn bench() -> Result<(), Box<dyn Error>> {
        let plan = Plan::from_words(std::env::args().skip(1))?;
        let own = peers::own(&plan);
        let mut racers = Vec::new();
        for peer in peers::others(&plan)? {
            match peer.version() {
                Ok(version) => {
                    say(&json!({"program": peer.name, "version": version, "how": peer.how}));
                    racers.push(peer);
                }
                Err(why) => say(&json!({"missing": peer.name, "why": why})),
            }
        }
        say(&json!({"program": own.name, "version": own.version()?, "how": own.how}));
        for between in &plan.servers {
            match World::start(between, &plan) {
                Ok(world) => {
                    say(&json!({"servers": between.to_string(), "version": world.versions(),
                        "messages": world.messages(), "folders": world.folders(), "bytes": world.bytes()}));
                    rounds(&plan, &world, &own, &racers)?;
                }
                Err(why) => say(&json!({"missing": between.to_string(), "why": why.to_string()})),
            }
        }
        Ok(())
    }

    /// Everybody meets `omm` once in each round.
    fn rounds(plan: &Plan, world: &World, own: &Peer, racers: &[Peer]) -> Result<(), Box<dyn Error>> {
        for rtt in &plan.rtts {
            for round in 1..=plan.rounds {
                for peer in racers {
                    match peer.unfit(world) {
                        None => Duel { plan, world, rtt: *rtt, round, own, peer }.fight(&mut say)?,
                        Some(why) if round == 1 => {
                            say(&json!({"missing": peer.name, "why": format!("{}: {why}", world.between())}));
                        }
                        Some(_) => {}
                    }
                }
            }
        }
        Ok(())
    }

    fn say(line: &Value) {
        println!("{line}");
    }
}
