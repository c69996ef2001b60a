//! `omm` and one other program on the same work, phase by phase, one right after the other.

use crate::{
    field::{Field, World},
    measured::{measure, wait_for_quiet},
    peers::Peer,
    plan::Plan,
};
use serde_json::{Value, json};
use std::{error::Error, time::Duration};

/// One round of two programs.
pub(crate) struct Duel<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) world: &'a World,
    pub(crate) rtt: Duration,
    pub(crate) round: usize,
    pub(crate) own: &'a Peer,
    pub(crate) peer: &'a Peer,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Everything.
    Initial,
    /// Nothing.
    NoChange,
    /// What is new and what was changed.
    Incremental,
}

impl Duel<'_> {
    /// Each in turn begins; each has accounts of its own.
    pub(crate) fn fight(&self, say: &mut impl FnMut(&Value)) -> Result<(), Box<dyn Error>> {
        let fields = [self.world.field(self.rtt)?, self.world.field(self.rtt)?];
        let mut turns = [(self.own, &fields[0]), (self.peer, &fields[1])];
        if self.round.is_multiple_of(2) {
            turns.reverse();
        }
        for phase in self.peer.phases {
            if *phase == Phase::Incremental {
                fields.iter().try_for_each(Field::change)?;
            }
            for (peer, field) in turns {
                say(&self.turn(*phase, peer, field)?);
            }
        }
        fields.into_iter().try_for_each(Field::clear)?;
        Ok(())
    }

    fn turn(&self, phase: Phase, peer: &Peer, field: &Field<'_>) -> Result<Value, Box<dyn Error>> {
        wait_for_quiet(self.plan.patience);
        let ran = measure(peer.command(field)?, &self.world.processes())?;
        // To look at hundreds of megabytes takes longer than to copy them; the first round tells.
        let is_looked_at = phase != Phase::NoChange && (self.round == 1 || !self.plan.is_large);
        let verdict = is_looked_at.then(|| field.verdict()).transpose()?;
        Ok(json!({
            "between": self.world.between().to_string(),
            "corpus": self.plan.corpus_name(),
            "rtt": u64::try_from(self.rtt.as_millis())?,
            "round": self.round,
            "against": self.peer.name,
            "peer": peer.name,
            "phase": phase.name(),
            "seconds": ran.seconds,
            "processor": ran.processor,
            "peak_kib": ran.peak_kib,
            "servers": ran.servers,
            "others": ran.others,
            "complaint": ran.complaint,
            "brought": verdict.as_ref().map(|verdict| verdict.brought),
            "result": verdict.map(|verdict| verdict.told),
        }))
    }
}

impl Phase {
    fn name(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::NoChange => "no change",
            Self::Incremental => "incremental",
        }
    }
}
