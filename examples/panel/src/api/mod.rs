//! The same operations for programs: JSON, with a bearer token in the place of the cookie, and a document (OpenAPI) that is made
//! of this code.
//!
//! No cookie opens anything here, so that no other site can ask in a visitor's name.

mod accounts;
mod document;
mod door;
mod given;
mod import;
mod migrations;
mod page;
mod projects;
mod undo;

use crate::house::House;
use axum::{
    Router,
    routing::{get, post, put},
};
use document::Everywhere;
use utoipa::OpenApi;

/// The document.
#[derive(OpenApi)]
#[openapi(
    info(title = "Mail Migrator", description = "Projects of migrations of mailboxes. Every answer that is an error is an object with a word in `error`."),
    modifiers(&Everywhere),
    security(("bearer" = [])),
    paths(
        projects::make, projects::log_in, projects::log_out, projects::show, projects::hold, projects::go, projects::options,
        projects::change, projects::erase, migrations::list, migrations::add, migrations::show, migrations::act,
        migrations::passwords, migrations::report, migrations::erase, undo::preview, undo::begin, import::import,
    )
)]
struct Document;

/// All places of it.
pub(crate) fn routes() -> Router<House> {
    let v1 = Router::new()
        .route("/openapi.json", get(page::document))
        .route("/projects", post(projects::make))
        .route("/sessions", post(projects::log_in))
        .route("/session", axum::routing::delete(projects::log_out))
        .route("/project", get(projects::show).delete(projects::erase))
        .route("/project/pause", post(projects::hold))
        .route("/project/start", post(projects::go))
        .route("/project/options", get(projects::options).put(projects::change))
        .route("/migrations", get(migrations::list).post(migrations::add))
        .route("/migrations/import", post(import::import))
        .route("/migrations/{number}", get(migrations::show).delete(migrations::erase))
        .route("/migrations/{number}/passwords", put(migrations::passwords))
        .route("/migrations/{number}/report", get(migrations::report))
        .route("/migrations/{number}/undo", get(undo::preview).post(undo::begin))
        .route("/migrations/{number}/do/{act}", post(migrations::act));
    Router::new().route("/api", get(page::show)).nest("/api/v1", v1)
}
