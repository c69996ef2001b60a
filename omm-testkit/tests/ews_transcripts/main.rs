//! What the mock EWS server answers, request by request.

mod calendar;
mod faults;
mod items;
mod login;
mod quirks;
mod recorded;
mod schema;
mod simulation;
mod streams;
mod sync;
mod talk;
mod throttling;
