//! What is counted when somebody asks: the queue, and what servers are asked.

use super::metrics::Label;
use crate::store::{Projects, State};
use omm_core::{
    Result,
    host::{LaneKey, Limiter},
};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
};
use std::{collections::BTreeMap, fmt};

/// How it is at this moment.
#[derive(Debug)]
pub(super) struct Now {
    states: BTreeMap<State, u64>,
    servers: BTreeMap<String, Asked>,
}

/// How much a server is asked.
#[derive(Debug, Default)]
struct Asked {
    granted: u64,
    open: u64,
    limit: u64,
}

impl Now {
    pub(super) async fn of(limiter: &Limiter, projects: &dyn Projects) -> Result<Self> {
        let counts = projects.totals().await?;
        let states = State::ALL.into_iter().map(|state| (state, counts.of(state))).collect();
        let mut servers: BTreeMap<String, Asked> = BTreeMap::new();
        for lane in limiter.lanes() {
            let asked = servers.entry(server(&lane.key).to_owned()).or_default();
            asked.granted += lane.granted;
            asked.open += lane.open as u64;
            asked.limit += lane.limit as u64;
        }
        Ok(Self { states, servers })
    }
}

impl Collector for Now {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let help = "Migrations of all projects, by what they do";
        let mut family = encoder.encode_descriptor("migrations", help, None, MetricType::Gauge)?;
        for (state, count) in &self.states {
            let label: Label = [("state", state.name())];
            ConstGauge::new(gauge(*count)).encode(family.encode_family(&label)?)?;
        }
        let help = "Requests that were let through to a server";
        let mut family = encoder.encode_descriptor("requests", help, None, MetricType::Counter)?;
        for (server, asked) in &self.servers {
            let label = [("server", server.as_str())];
            ConstCounter::new(asked.granted).encode(family.encode_family(&label)?)?;
        }
        self.gauges(&mut encoder, "requests_open", "Requests open at a server", |asked| asked.open)?;
        let help = "Requests that may be open at a server";
        self.gauges(&mut encoder, "requests_allowed", help, |asked| asked.limit)
    }
}

impl Now {
    fn gauges(
        &self,
        encoder: &mut DescriptorEncoder<'_>,
        name: &str,
        help: &str,
        of: impl Fn(&Asked) -> u64,
    ) -> Result<(), fmt::Error> {
        let mut family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
        for (server, asked) in &self.servers {
            let label = [("server", server.as_str())];
            ConstGauge::new(gauge(of(asked))).encode(family.encode_family(&label)?)?;
        }
        Ok(())
    }
}

/// Files are one server, whatever paths they have: a path may name whose they are, and there is one for each mailbox.
fn server(lane: &LaneKey) -> &str {
    match lane.0.split_once(':') {
        Some((kind @ ("dir" | "files"), _)) => kind,
        _ => &lane.0,
    }
}

fn gauge(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: a name in a metric, and a series for each mailbox.
    #[test]
    fn a_path_is_no_label() {
        for (lane, label) in [
            ("imap:mail.example.org:993", "imap:mail.example.org:993"),
            ("dir:/home/anna", "dir"),
            ("files:/tmp/anna.pst", "files"),
        ] {
            assert_eq!(server(&LaneKey(lane.into())), label);
        }
    }
}
