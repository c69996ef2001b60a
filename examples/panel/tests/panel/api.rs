//! The API, as a program uses it: by its document, with a token.

use crate::{
    browser::{Browser, Page},
    world::{PASSWORD, SECRET, World, login, messages, table},
};
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A program that notes which operations it has used.
struct Program {
    browser: Browser,
    token: String,
    used: BTreeSet<String>,
}

impl Program {
    fn new(world: &World) -> Self {
        Self { browser: world.browser(), token: String::new(), used: BTreeSet::new() }
    }

    async fn send(&mut self, method: &str, path: &str, kind: &str, bytes: &[u8]) -> (StatusCode, Value) {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", bearer.as_str()), ("content-type", kind)];
        let headers = if kind.is_empty() { &headers[..1] } else { &headers };
        let page: Page = self.browser.program(method, &format!("/api/v1{path}"), headers, bytes).await;
        if !page.status.is_client_error() {
            let plain = path.split('?').next().unwrap();
            let parts = plain.split('/').map(|part| match part.parse::<u64>() {
                Ok(_) => "{number}",
                Err(_)
                    if plain.contains("/do/") && part != "do" && part != "migrations" && !part.is_empty() =>
                {
                    "{act}"
                }
                Err(_) => part,
            });
            self.used.insert(format!("{method} /api/v1{}", parts.collect::<Vec<_>>().join("/")));
        }
        assert!(page.header("set-cookie").is_empty(), "{path}: a cookie for a program");
        let what = if page.text.is_empty() { Value::Null } else { serde_json::from_str(&page.text).unwrap() };
        (page.status, what)
    }

    async fn json(&mut self, method: &str, path: &str, what: &Value) -> (StatusCode, Value) {
        self.send(method, path, "application/json", what.to_string().as_bytes()).await
    }

    async fn ask(&mut self, method: &str, path: &str) -> (StatusCode, Value) {
        self.send(method, path, "", b"").await
    }

    /// Until so many are in this state: a page of the same session hears of it.
    async fn wait(&mut self, state: &str, count: u64) {
        let mut page = self.browser.clone();
        page.cookies.insert("omm-session".to_owned(), self.token.clone());
        page.listen("/project/events", |told| told["counts"][state] == count).await;
    }
}

fn migration(person: u64, password: &str) -> Value {
    json!({
        "source": { "type": "preset-0", "login": login(person, "old"), "password": password },
        "destination": { "type": "preset-1", "login": login(person, "new"), "password": SECRET },
    })
}

// The whole way, by every operation of the document; would catch one that is told of and not there.
#[tokio::test]
async fn every_operation_works() {
    let world = World::new().await;
    let running = world.begin().await;
    let mut program = Program::new(&world);
    let (status, document) = program.ask("GET", "/openapi.json").await;
    assert_eq!(status, StatusCode::OK);
    let new = json!({ "name": "Move", "contact": "host@example.org", "password": PASSWORD });
    let (status, made) = program.json("POST", "/projects", &new).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let who = json!({ "number": made["number"], "password": PASSWORD });
    let (status, session) = program.json("POST", "/sessions", &who).await;
    assert_eq!(status, StatusCode::CREATED, "{session}");
    program.token = session["token"].as_str().unwrap().to_owned();

    let (status, wrong) = program.json("POST", "/migrations", &migration(0, "geheim-falsch")).await;
    assert_eq!(
        (status, &wrong["fields"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("source-password"))
    );
    assert!(!wrong.to_string().contains("geheim-falsch"));
    let (status, added) = program.json("POST", "/migrations", &migration(0, SECRET)).await;
    assert_eq!(status, StatusCode::CREATED, "{added}");
    let place = format!("/migrations/{}", added["number"]);
    let mut bad = table(&[]);
    bad.extend(b"SMTP;;x@old.example;geheim;;;y@new.example;geheim;;\r\n");
    let (status, outcome) =
        program.send("POST", "/migrations/import?good_alone=true", "text/csv", &bad).await;
    assert_eq!((status, &outcome["bad"]), (StatusCode::OK, &json!(1)), "{outcome}");
    assert!(!outcome.to_string().contains("geheim"), "{outcome}");
    let (status, mut options) = program.ask("GET", "/project/options").await;
    assert_eq!(status, StatusCode::OK);
    options["retention_days"] = json!(7);
    assert_eq!(program.json("PUT", "/project/options", &options).await.0, StatusCode::OK);
    assert_eq!(program.json("PUT", "/project/options", &options).await.0, StatusCode::CONFLICT);
    options["retention_days"] = json!(0);
    assert_eq!(program.json("PUT", "/project/options", &options).await.0, StatusCode::UNPROCESSABLE_ENTITY);

    assert_eq!(program.ask("GET", "/project").await.1["states"]["not-started"], json!(1));
    assert_eq!(program.ask("POST", "/project/start").await.0, StatusCode::NO_CONTENT);
    program.wait("done", 1).await;
    assert_eq!(messages(&world.new, &login(0, "new")), messages(&world.old, &login(0, "old")));
    let (_, page) = program.ask("GET", "/migrations?state=done&limit=10").await;
    assert_eq!(page["migrations"][0]["there"], page["migrations"][0]["found"]);
    assert_eq!(program.ask("POST", &format!("{place}/do/sync")).await.0, StatusCode::CONFLICT);
    let again = json!({ "source": SECRET, "destination": SECRET });
    assert_eq!(program.json("PUT", &format!("{place}/passwords"), &again).await.0, StatusCode::NO_CONTENT);
    assert_eq!(program.ask("GET", &format!("{place}/report")).await.1["complete"], json!(true));
    let (status, preview) = program.ask("GET", &format!("{place}/undo?from=1")).await;
    assert_eq!(status, StatusCode::OK, "{preview}");
    assert_eq!(program.json("POST", &format!("{place}/undo"), &json!({})).await.0, StatusCode::NO_CONTENT);
    program.wait("stopped", 1).await;
    assert_eq!(messages(&world.new, &login(0, "new")), 0);
    assert_eq!(program.ask("POST", &format!("{place}/do/sync")).await.0, StatusCode::NO_CONTENT);
    program.wait("done", 1).await;
    assert_eq!(program.ask("POST", "/project/pause").await.0, StatusCode::NO_CONTENT);
    assert_eq!(program.ask("GET", &place).await.1["state"], "done");
    assert_eq!(program.ask("DELETE", &place).await.0, StatusCode::NO_CONTENT);
    assert_eq!(program.ask("GET", &place).await.0, StatusCode::NOT_FOUND);
    let (_, session) = program.json("POST", "/sessions", &who).await;
    assert_eq!(program.ask("DELETE", "/session").await.0, StatusCode::NO_CONTENT);
    assert_eq!(program.ask("GET", "/project").await.0, StatusCode::UNAUTHORIZED);
    program.token = session["token"].as_str().unwrap().to_owned();
    assert_eq!(program.ask("DELETE", "/project").await.0, StatusCode::NO_CONTENT);
    assert_eq!(program.ask("GET", "/project").await.0, StatusCode::UNAUTHORIZED);

    let told = document["paths"].as_object().unwrap().iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    let told: BTreeSet<_> = told.collect();
    program.used.remove("GET /api/v1/openapi.json");
    assert_eq!(told, program.used);
    running.drain().await.unwrap();
}

// Would catch: another site that asks in a visitor's name, and an answer that shows what was sent.
#[tokio::test]
async fn a_cookie_opens_nothing_here() {
    let world = World::new().await;
    let (mut inside, number) = world.project().await;
    let page = inside.program("GET", "/api/v1/project", &[], b"").await;
    assert_eq!((page.status, page.text.as_str()), (StatusCode::UNAUTHORIZED, "{\"error\":\"logged-out\"}"));
    let page = inside.program("DELETE", "/api/v1/project", &[], b"").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    let session = format!("Bearer {}", inside.cookies["omm-session"]);
    let page = inside.program("GET", "/api/v1/project", &[("authorization", &session)], b"").await;
    assert_eq!(page.status, StatusCode::OK);
    let mut program = Program::new(&world);
    for (body, status) in [
        (json!({ "number": number, "password": "geheim" }), StatusCode::UNAUTHORIZED),
        (json!({ "number": "nonsense", "password": "geheim" }), StatusCode::UNAUTHORIZED),
        (json!({ "number": number, "password": ["geheim"] }), StatusCode::BAD_REQUEST),
        (json!({ "number": number }), StatusCode::BAD_REQUEST),
    ] {
        let (answered, what) = program.json("POST", "/sessions", &body).await;
        assert_eq!(answered, status, "{what}");
        assert!(!what.to_string().contains("geheim"), "{what}");
    }
    // Which projects there are is not to be learned here either.
    let unknown = omm::project::project::ProjectId::random().unwrap().to_string();
    let mut told = Vec::new();
    for (at, number) in [number.as_str(), &unknown, "nonsense", ""].into_iter().enumerate() {
        // Nobody of these has tried too often.
        program.browser.address = format!("198.51.100.{at}:1").parse().unwrap();
        told.push(
            program.json("POST", "/sessions", &json!({ "number": number, "password": "geheim" })).await,
        );
    }
    assert!(told.iter().all(|answer| *answer == told[0]), "{told:?}");
    let (status, _) = program.send("POST", "/sessions", "text/plain", b"{}").await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let (status, _) = program.send("POST", "/sessions", "application/json", &vec![b' '; 70 << 10]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    world.browser().get("/api").await.holds(&["POST /api/v1/migrations", "openapi.json", "Added"]);
}
