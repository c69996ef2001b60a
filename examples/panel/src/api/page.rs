//! The document, and a page that shows it.

use super::{
    Document,
    door::{Answer, answer},
};
use crate::{
    guard::{failure::Failure, visit::Visit},
    house::House,
    pages::{self, Frame, Tab},
};
use askama::Template;
use axum::{extract::State, http::StatusCode};
use serde_json::Value;
use utoipa::{OpenApi, openapi::Server};

#[derive(Template)]
#[template(path = "api.html")]
struct Api {
    frame: Frame,
    operations: Vec<Operation>,
}

/// Something that can be asked.
struct Operation {
    method: String,
    path: String,
    summary: String,
    text: String,
    /// Names of what is given, in the address and in the body.
    takes: Vec<String>,
    /// What comes back: the status and what it means.
    answers: Vec<(String, String)>,
}

/// The document, for programs that make clients of it.
pub(super) async fn document(State(house): State<House>) -> Answer {
    let mut document = Document::openapi();
    document.servers = Some(vec![Server::new(house.server())]);
    answer(StatusCode::OK, &document)
}

pub(super) async fn show(visit: Visit) -> pages::Answer {
    let document = serde_json::to_value(Document::openapi()).map_err(|_| Failure::Broken)?;
    let template = Api { frame: Frame::new(&visit, Tab::Other), operations: operations(&document) };
    pages::page(&visit, &template)
}

fn operations(document: &Value) -> Vec<Operation> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let all = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| Operation::of(path, method, operation))
    });
    all.collect()
}

impl Operation {
    fn of(path: &str, method: &str, operation: &Value) -> Self {
        let text = |name: &str| operation.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
        let named = parameters.filter_map(|parameter| parameter.get("name")?.as_str().map(str::to_owned));
        let body = operation.pointer("/requestBody/content").and_then(Value::as_object);
        let body = body.into_iter().flatten().map(|(kind, content)| {
            let schema = content.pointer("/schema/$ref").and_then(Value::as_str).unwrap_or_default();
            format!("{} ({kind})", schema.rsplit('/').next().unwrap_or_default()).trim().to_owned()
        });
        let answers = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
        let told = answers.map(|(status, answer)| {
            let text = answer.get("description").and_then(Value::as_str).unwrap_or_default();
            (status.clone(), text.to_owned())
        });
        Self {
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text("summary"),
            text: text("description"),
            takes: named.chain(body).collect(),
            answers: told.collect(),
        }
    }
}
