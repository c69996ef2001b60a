//! How one gets to each page.

use super::House;
use crate::{
    api,
    guard::{failure, headers},
    live,
    pages::{
        account, assets, audit, failed, files, home, import, manage, migration, new_project, options,
        overview, report, row, row_act, undo, watch,
    },
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::from_fn_with_state,
    routing::{get, patch, post},
};

impl House {
    /// All pages, below the base.
    pub fn router(&self) -> Router {
        let pages = Router::new()
            .route("/", get(home::show))
            .route("/language", get(home::language))
            .route("/assets/{name}", get(assets::serve))
            .route("/migration/new", get(migration::show).post(migration::make))
            .route("/migration/track", get(migration::track).post(migration::tracked))
            .route("/project/new", get(new_project::show).post(new_project::make))
            .route("/project/manage", get(manage::show).post(manage::enter))
            .route("/project/leave", post(manage::leave))
            .route("/files/new", get(files::new::show).post(files::new::make))
            .route("/health", get(watch::health))
            .route("/ready", get(watch::ready))
            .merge(project())
            .merge(api::routes());
        let base = self.base.as_str();
        let whole = match base {
            "" => pages,
            // The base itself, with and without a slash behind it.
            base => Router::new().route(&format!("{base}/"), get(home::show)).nest(base, pages),
        };
        whole
            .fallback(failed::missing)
            .method_not_allowed_fallback(failed::missing)
            .layer(from_fn_with_state(self.clone(), failure::tell))
            .layer(from_fn_with_state(self.clone(), headers::put))
            .with_state(self.clone())
    }

    /// The counters, for a listener of their own: they are not for visitors.
    pub fn metrics_router(&self) -> Router {
        Router::new()
            .route("/metrics", get(watch::metrics))
            .route("/health", get(watch::health))
            .route("/ready", get(watch::ready))
            .with_state(self.clone())
    }
}

/// What is seen of a project by whoever is logged in to it.
fn project() -> Router<House> {
    let import =
        get(import::show).post(import::take).layer(DefaultBodyLimit::max(import::TABLE_BYTES + (64 << 10)));
    Router::new()
        .route("/project", get(overview::show))
        .route("/project/hold", post(overview::hold))
        .route("/project/all", post(overview::all))
        .route("/project/events", get(live::events))
        .route("/project/import", import)
        .route("/project/files", get(files::show).post(files::send).layer(DefaultBodyLimit::disable()))
        .route("/project/files/start", post(files::start::start))
        .route("/project/files/{id}/remove", post(files::remove))
        .route("/project/files/tus", post(files::tus::create).options(files::tus::options))
        .route(
            "/project/files/tus/{id}",
            patch(files::tus::append)
                .head(files::tus::look)
                .get(files::tus::pieces)
                .delete(files::tus::remove)
                .layer(DefaultBodyLimit::disable()),
        )
        .route("/project/template.csv", get(import::template_csv))
        .route("/project/template.xlsx", get(import::template_xlsx))
        .route("/project/add", get(account::show).post(account::add))
        .route("/project/options", get(options::show).post(options::change))
        .route("/project/erase", post(options::erase))
        .route("/project/history", get(audit::show))
        .route("/project/rows/{number}", get(row::show))
        .route("/project/rows/{number}/do", post(row_act::act))
        .route("/project/rows/{number}/passwords", post(row_act::passwords))
        .route("/project/rows/{number}/undo", get(undo::show).post(undo::go))
        .route("/project/rows/{number}/erase", post(row_act::erase))
        .route("/project/rows/{number}/report.json", get(report::json))
        .route("/project/rows/{number}/report.csv", get(report::csv))
}
