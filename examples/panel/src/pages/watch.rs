//! What whoever runs the panel looks at: whether it lives, whether it can work, and its counters.

use super::Answer;
use crate::{guard::failure::Failure, house::House};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use omm::project::store::Projects;

/// It answers.
pub(crate) async fn health() -> &'static str {
    "ok\n"
}

/// The store can be read, and the worker works.
pub(crate) async fn ready(State(house): State<House>) -> (StatusCode, &'static str) {
    match house.stores.projects.totals().await {
        Ok(_) if !house.live.is_over() => (StatusCode::OK, "ready\n"),
        Ok(_) => (StatusCode::SERVICE_UNAVAILABLE, "the worker has ended\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store cannot be read\n"),
    }
}

/// The counters of the worker, for Prometheus.
pub(crate) async fn metrics(State(house): State<House>) -> Answer {
    let stores = &house.stores;
    let text = stores.metrics.text(&stores.omm.env().limiter, &stores.projects).await;
    let text = text.map_err(|_| Failure::Broken)?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
