//! What holds for every operation of the document, so that no operation has to say it.

use utoipa::{
    Modify, PartialSchema,
    openapi::{
        ContentBuilder, OpenApi, Ref, ResponseBuilder,
        path::Operation,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::door::Trouble;

/// Everything but a login wants a token, and what can be answered to anything is told everywhere: a client that is generated
/// from the document meets no answer that it has not heard of.
pub(super) struct Everywhere;

const TO_ALL: [(&str, &str); 1] = [("429", "Too often; Retry-After says when to come back")];
const WITH_TOKEN: [(&str, &str); 1] = [("401", "Not logged in, or not any more")];
const WITH_BODY: [(&str, &str); 3] = [
    ("400", "It cannot be read"),
    ("413", "It is too large"),
    ("415", "It is sent as something else than it has to be"),
];

impl Modify for Everywhere {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let parts = document.components.get_or_insert_with(Default::default);
        parts.add_security_scheme("bearer", SecurityScheme::Http(scheme));
        parts.schemas.entry("Trouble".to_owned()).or_insert_with(Trouble::schema);
        for item in document.paths.paths.values_mut() {
            let all = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete];
            all.into_iter().flatten().for_each(complete);
        }
    }
}

fn complete(operation: &mut Operation) {
    let wants_token = operation.security.is_none();
    let has_body = operation.request_body.is_some();
    let told = TO_ALL.iter().chain(WITH_TOKEN.iter().filter(|_| wants_token));
    for (status, description) in told.chain(WITH_BODY.iter().filter(|_| has_body)) {
        let answer = || {
            let word = ContentBuilder::new().schema(Some(Ref::from_schema_name("Trouble"))).build();
            ResponseBuilder::new().description(*description).content("application/json", word).build().into()
        };
        operation.responses.responses.entry((*status).to_owned()).or_insert_with(answer);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use serde_json::Value;
    use std::collections::BTreeSet;
    use utoipa::OpenApi;

    // Would catch: two operations of one name, of which a generated client has the later one alone.
    #[test]
    fn every_operation_has_a_name_of_its_own_and_tells_its_errors() {
        let document = serde_json::to_value(Document::openapi()).unwrap();
        let mut names = BTreeSet::new();
        let paths = document["paths"].as_object().unwrap().values();
        for operation in paths.flat_map(|path| path.as_object().unwrap().values()) {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name), "{name} twice");
            let is_open = operation.get("security").is_some();
            let answers = &operation["responses"];
            assert_eq!(answers.get("401").is_none(), is_open && name != "log_in", "{name}");
            assert!(answers["429"]["content"]["application/json"].is_object(), "{name}");
            assert_eq!(answers.get("415").is_some(), operation.get("requestBody").is_some(), "{name}");
        }
        assert!(matches!(&document["components"]["schemas"]["Trouble"], Value::Object(_)));
        assert_eq!(names.len(), 19);
    }
}
