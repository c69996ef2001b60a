//! What is counted when somebody asks: the queue, and what servers are asked.

use super::metrics::Label;
use crate::store::{Projects, State};
use omm_core::{
    Result,
    host::{LaneNow, Limiter},
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
    lanes: Vec<LaneNow>,
}

impl Now {
    pub(super) async fn of(limiter: &Limiter, projects: &dyn Projects) -> Result<Self> {
        let counts = projects.totals().await?;
        let states = State::ALL.into_iter().map(|state| (state, counts.of(state))).collect();
        Ok(Self { states, lanes: limiter.lanes() })
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
        for lane in &self.lanes {
            ConstCounter::new(lane.granted).encode(family.encode_family(&server(lane))?)?;
        }
        let open = |lane: &LaneNow| lane.open;
        lanes(&mut encoder, &self.lanes, "requests_open", "Requests open at a server", open)?;
        let limit = |lane: &LaneNow| lane.limit;
        lanes(&mut encoder, &self.lanes, "requests_allowed", "Requests that may be open at a server", limit)
    }
}

fn lanes(
    encoder: &mut DescriptorEncoder<'_>,
    lanes: &[LaneNow],
    name: &str,
    help: &str,
    of: impl Fn(&LaneNow) -> usize,
) -> Result<(), fmt::Error> {
    let mut family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
    for lane in lanes {
        ConstGauge::new(gauge(of(lane) as u64)).encode(family.encode_family(&server(lane))?)?;
    }
    Ok(())
}

fn server(lane: &LaneNow) -> [(&'static str, &str); 1] {
    [("server", &lane.key.0)]
}

fn gauge(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
