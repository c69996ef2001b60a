//! The stylesheet, the script and the icon: part of the program, so that nothing is lost on the way to a server.

use super::Answer;
use crate::guard::failure::Failure;
use axum::{extract::Path, http::header, response::IntoResponse};
use std::sync::OnceLock;

const FILES: [(&str, &str, &str); 5] = [
    ("style.css", "text/css; charset=utf-8", include_str!("../../assets/style.css")),
    ("panel.js", "text/javascript; charset=utf-8", include_str!("../../assets/panel.js")),
    ("upload.js", "text/javascript; charset=utf-8", include_str!("../../assets/upload.js")),
    ("kinds.js", "text/javascript; charset=utf-8", include_str!("../../assets/kinds.js")),
    ("icon.svg", "image/svg+xml", include_str!("../../assets/icon.svg")),
];

/// Changes with the files, so that they may be kept for ever.
pub(crate) fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let mut hash = blake3::Hasher::new();
        for (_, _, text) in FILES {
            hash.update(text.as_bytes());
        }
        hash.finalize().to_hex().chars().take(12).collect()
    })
}

/// One of the files, by its name: there is no path to wander along.
pub(crate) async fn serve(Path(name): Path<String>) -> Answer {
    let file = FILES.iter().find(|(known, _, _)| *known == name);
    let (_, kind, text) = file.ok_or(Failure::Missing)?;
    let headers =
        [(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, *text).into_response())
}
