//! A table on its way in: its token comes first, so that nothing is kept for whoever has none.

use crate::guard::{
    failure::Failure,
    sent::{self, believe, short},
    visit::Visit,
};
use axum::{
    body::Body,
    extract::{
        Multipart,
        multipart::{Field, MultipartError},
    },
    http::{HeaderMap, StatusCode},
};
use futures::StreamExt;
use omm::{Error, ErrorKind, Side};
use std::{fs::File, io::Write};

/// What was sent.
pub(crate) struct Upload {
    /// The table, in a file without a name: it is gone with the request.
    pub(crate) file: Option<File>,
    /// Whether several sources may go into one destination.
    pub(crate) shared: bool,
    /// Whether the good rows are wanted, whatever is wrong with others.
    pub(crate) good_alone: bool,
}

impl Upload {
    pub(super) async fn receive(
        visit: &Visit,
        headers: &HeaderMap,
        mut form: Multipart,
    ) -> Result<Self, Failure> {
        let first = form.next_field().await.map_err(cut)?.ok_or(Failure::Forged)?;
        if first.name() != Some(sent::TOKEN) {
            return Err(Failure::Forged);
        }
        believe(visit, headers, &short(first).await?)?;
        let mut upload = Self { file: None, shared: false, good_alone: false };
        while let Some(field) = form.next_field().await.map_err(cut)? {
            match field.name() {
                Some("shared") => upload.shared = short(field).await? == "yes",
                Some("good-alone") => upload.good_alone = short(field).await? == "yes",
                // Its name is the visitor's affair: it is not looked at.
                Some("file") => upload.file = keep(field).await?,
                _ => return Err(Failure::Forged),
            }
        }
        Ok(upload)
    }

    /// A table that comes alone, and not in a form.
    pub(crate) async fn of_body(body: Body, shared: bool, good_alone: bool) -> Result<Self, Failure> {
        let keeping = async {
            let mut file = tempfile::tempfile().map_err(unreadable)?;
            let (mut stream, mut length) = (body.into_data_stream(), 0);
            while let Some(chunk) = stream.next().await {
                let chunk = chunk.map_err(|_| Failure::TooLarge)?;
                length += chunk.len();
                if length > super::TABLE_BYTES {
                    return Err(Failure::TooLarge);
                }
                file.write_all(&chunk).map_err(unreadable)?;
            }
            Ok(Self { file: (length > 0).then_some(file), shared, good_alone })
        };
        super::in_time(keeping).await
    }
}

async fn keep(mut field: Field<'_>) -> Result<Option<File>, Failure> {
    let mut file = tempfile::tempfile().map_err(unreadable)?;
    let mut is_empty = true;
    while let Some(chunk) = field.chunk().await.map_err(cut)? {
        is_empty &= chunk.is_empty();
        // A table is a few megabytes and its file is in the cache: this does not block for long.
        file.write_all(&chunk).map_err(unreadable)?;
    }
    Ok((!is_empty).then_some(file))
}

fn cut(error: MultipartError) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Failure::TooLarge } else { Failure::Forged }
}

pub(super) fn unreadable(cause: std::io::Error) -> Error {
    Error::new(ErrorKind::Local, Side::Host, "keep the table", "it cannot be kept").caused_by(cause)
}
