//! Who gets in, and who does not.

use crate::{
    browser::Table,
    world::{PASSWORD, World, project},
};
use axum::http::{StatusCode, header};
use omm::project::project::ProjectId;

/// Everything that changes something, with a form that would do.
const FORMS: [&str; 17] = [
    "/files/new",
    "/project/files/start",
    "/project/files/x/remove",
    "/project/new",
    "/project/manage",
    "/project/leave",
    "/project/hold",
    "/project/all",
    "/project/add",
    "/project/options",
    "/project/erase",
    "/project/rows/1/do",
    "/project/rows/1/passwords",
    "/project/rows/1/undo",
    "/project/rows/1/erase",
    "/migration/new",
    "/migration/track",
];

/// What a browser sends otherwise than as a form: tables, files, and pieces of files. The tests of each try them without a token.
const OTHERS: [&str; 3] = ["/project/import", "/project/files", "/project/files/tus"];

// Would catch: a form that was added and is tried by nobody.
#[test]
fn every_form_is_tried() {
    let routes = include_str!("../../src/house/routes.rs");
    let mut found: Vec<String> = vec!["/project/import".to_owned()];
    for route in routes.split(".route(").skip(1) {
        let mut depth = 1;
        let inside = route.chars().take_while(|letter| {
            depth += i32::from(*letter == '(') - i32::from(*letter == ')');
            depth > 0
        });
        let route: String = inside.collect();
        let path = route.split('"').nth(1).unwrap_or_default();
        if route.contains("post(") {
            found.push(path.replace("{number}", "1").replace("{id}", "x"));
        }
    }
    found.sort();
    let mut tried: Vec<_> = FORMS.iter().chain(&OTHERS).map(|path| (*path).to_owned()).collect();
    tried.sort();
    assert_eq!(found, tried);
}

// Would catch: a form that another site can send in a visitor's name.
#[tokio::test]
async fn no_form_is_believed_without_the_token_of_this_browser_and_session() {
    let world = World::new().await;
    let (inside, _) = world.project().await;
    let mut stranger = world.browser();
    stranger.get("/").await;
    stranger.get("/project/manage").await;
    for path in FORMS {
        // The victim's cookies, with the token of the attacker's own session.
        let mut forged = stranger.clone();
        forged.cookies.clone_from(&inside.cookies);
        assert_eq!(forged.post(path, &[("do", "pause")]).await.status, StatusCode::FORBIDDEN, "{path}");
        // The right token, and a browser that says that another site sends it.
        let mut elsewhere = inside.clone();
        elsewhere.headers = vec![("sec-fetch-site", "cross-site")];
        assert_eq!(elsewhere.post(path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let mut forged = stranger.clone();
    forged.cookies.clone_from(&inside.cookies);
    for path in ["/project/import", "/project/files"] {
        let table = Table { fields: &[], name: "x.csv", bytes: b"x" };
        let status = forged.upload(path, table).await.status;
        // A project of tables has no place for files at all.
        assert!(matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND), "{path}: {status}");
    }
    let mut itself = inside.clone();
    itself.headers = vec![("sec-fetch-site", "same-origin")];
    assert_eq!(itself.post("/project/hold", &[("do", "start")]).await.status, StatusCode::SEE_OTHER);
}

// Would catch: a session that somebody else has put into the browser before the login, and knows.
#[tokio::test]
async fn a_login_begins_everything_anew() {
    let world = World::new().await;
    let (attacker, _) = world.project().await;
    let (_, number) = world.project().await;
    let mut victim = world.browser();
    victim.cookies.clone_from(&attacker.cookies);
    victim.get("/project/manage").await;
    victim.follow("/project/manage", &[("number", &number), ("password", PASSWORD)]).await.holds(&[&number]);
    assert_ne!(victim.cookies["omm-session"], attacker.cookies["omm-session"]);
    assert_ne!(victim.cookies["omm-browser"], attacker.cookies["omm-browser"]);
    // What was in it before is over.
    assert_eq!(attacker.clone().get("/project").await.status, StatusCode::SEE_OTHER);
}

// Would catch: a page that tells which projects there are.
#[tokio::test]
async fn a_wrong_number_and_a_wrong_password_are_answered_alike() {
    let world = World::new().await;
    let (_, number) = world.project().await;
    let (unknown, mut asked) = (ProjectId::random().unwrap().to_string(), 1);
    for (path, second) in [("/project/manage", "password"), ("/migration/track", "source")] {
        let mut answers = Vec::new();
        for typed in [number.as_str(), &unknown, "nonsense", "' OR 1=1 --", ""] {
            let mut browser = world.browser();
            // Nobody of these has tried too often.
            browser.address = format!("198.51.100.{}:1", asked).parse().unwrap();
            asked += 1;
            browser.get(path).await;
            let page = browser.post(path, &[("number", typed), (second, "wrong password")]).await;
            let (_, main) = page.text.split_once("<main").unwrap();
            // What was typed comes back; nothing else differs.
            let main = main.split("value=\"").map(|part| part.split_once('"').map_or(part, |(_, rest)| rest));
            let names: Vec<_> = page.headers.keys().map(ToString::to_string).collect();
            answers.push((page.status, names, main.collect::<String>()));
        }
        assert_eq!(answers[0].0, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{path}");
    }
}

// Would catch: a password that can be guessed as often as one likes.
#[tokio::test]
async fn whoever_guesses_waits() {
    let world = World::new().await;
    let (_, number) = world.project().await;
    let mut guesser = world.browser();
    guesser.address = "198.51.100.9:1".parse().unwrap();
    guesser.get("/project/manage").await;
    let mut last = StatusCode::OK;
    for _ in 0..7 {
        last = guesser.post("/project/manage", &[("number", &number), ("password", "guess")]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    // Another address is not kept out.
    let mut owner = world.browser();
    owner.get("/project/manage").await;
    let login = owner.post("/project/manage", &[("number", &number), ("password", PASSWORD)]).await;
    assert_eq!(login.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn nobody_sees_a_project_without_a_session() {
    let world = World::new().await;
    let (mut inside, _) = world.project().await;
    let pages = ["", "/import", "/add", "/options", "/history", "/events", "/template.csv", "/rows/1"];
    for path in pages.map(|path| format!("/project{path}")) {
        let page = world.browser().get(&path).await;
        assert_eq!(
            (page.status, page.place()),
            (StatusCode::SEE_OTHER, "/project/manage?said=logged-out"),
            "{path}"
        );
    }
    let session = inside.cookies["omm-session"].clone();
    inside.get("/project").await;
    inside.follow("/project/leave", &[]).await.holds(&["Your migrations go on"]);
    assert!(!inside.cookies.contains_key("omm-session"));
    // A cookie that was kept elsewhere opens nothing any more.
    inside.cookies.insert("omm-session".into(), session);
    assert_eq!(inside.get("/project").await.status, StatusCode::SEE_OTHER);
}

// Would catch: an answer without its policy, or one that lets scripts be written into pages.
#[tokio::test]
async fn every_answer_has_its_headers() {
    let world = World::with(|settings| settings.is_https = true).await;
    let mut browser = world.browser();
    for path in ["/", "/project/new", "/project", "/nothing", "/assets/panel.js", "/health"] {
        let page = browser.get(path).await;
        let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{policy}");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert!(page.headers.contains_key(header::STRICT_TRANSPORT_SECURITY), "{path}");
        page.lacks(&["style=\"", "onclick", "<script>"]);
    }
    let first = world.browser().get("/").await;
    let cookie = first.headers[header::SET_COOKIE].to_str().unwrap();
    for word in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    let world = World::new().await;
    let (mut inside, _) = world.project().await;
    let long = "x".repeat(70 << 10);
    assert_eq!(
        inside.post("/project/options", &[("name", &long)]).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let many = vec![("kind", "mail"); 300];
    assert_eq!(inside.post("/project/options", &many).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let table = vec![b'x'; 33 << 20];
    let page = inside.upload("/project/import", Table { fields: &[], name: "x.csv", bytes: &table }).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn what_is_wrong_with_a_new_project_is_told_beside_the_field() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.get("/project/new").await;
    let wrong = [("name", ""), ("contact", "nobody"), ("password", "geheim"), ("again", "geheimer")];
    let page = browser.post("/project/new", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.holds(&[
        "id=\"name-wrong\"",
        "id=\"contact-wrong\"",
        "at least 10 characters",
        "the two passwords differ",
    ]);
    // No password comes back.
    page.lacks(&["geheim"]);
    browser.language = "fr";
    browser.get("/project/new").await.holds(&["lang=\"fr\"", "Créer mon projet"]);
    let made = browser.follow("/project/new", &project("Umzug <b>")).await;
    made.holds(&["Umzug &#60;b&#62;"]);
}

// Would catch: somebody who cannot make a project because somebody else at his address has guessed passwords.
#[tokio::test]
async fn whoever_makes_a_project_is_let_in_whoever_guessed_beside_him() {
    let world = World::new().await;
    let (_, number) = world.project().await;
    let mut guesser = world.browser();
    guesser.get("/project/manage").await;
    for _ in 0..7 {
        guesser.post("/project/manage", &[("number", &number), ("password", "guess")]).await;
    }
    let mut maker = world.browser();
    maker.get("/project/new").await;
    maker.follow("/project/new", &project("Mine")).await.holds(&["The project is made"]);
}

// Would catch: a form that was sent by a double click and makes two of everything.
#[tokio::test]
async fn a_form_that_is_sent_twice_makes_one_project() {
    let world = World::new().await;
    let mut browser = world.browser();
    let page = browser.get("/project/new").await;
    let draw =
        page.text.split("name=\"draw\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut fields = project("Twice").to_vec();
    fields.push(("draw", draw.as_str()));
    let mut second = browser.clone();
    let one = crate::world::number(&browser.follow("/project/new", &fields).await);
    let two = crate::world::number(&second.follow("/project/new", &fields).await);
    assert_eq!(one, two);
    // Nobody else makes it, or gets in by it.
    let mut other = world.browser();
    other.get("/project/new").await;
    let three = crate::world::number(&other.follow("/project/new", &fields).await);
    assert_ne!(one, three);
}

// Would catch: a new key beside passwords that only the old one opens.
#[tokio::test]
async fn without_its_key_the_panel_does_not_begin() {
    let world = World::new().await;
    let (mut browser, _) = world.project().await;
    browser.get("/project/add").await;
    let pair = crate::world::pair(0);
    browser
        .follow("/project/add", &crate::world::fields(&pair, &[]))
        .await
        .holds(&["The migration is added"]);
    std::fs::remove_file(&world.settings.key_file).unwrap();
    let refused = omm_panel::House::open(&world.settings).await.err().unwrap().to_string();
    assert!(refused.contains("passwords are sealed with it"), "{refused}");
    assert!(!world.settings.key_file.exists());
}
