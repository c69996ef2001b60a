//! Files: uploaded in pieces, cut off and gone on with, migrated, erased.

use crate::{
    browser::{Browser, Page, Table},
    world::{SECRET, World, login, messages},
};
use axum::http::{StatusCode, header};
use base64::{Engine, prelude::BASE64_STANDARD};
use omm::project::project::ProjectId;
use ring::digest;
use std::{fs, path::PathBuf};

/// Three messages as a mailbox file.
const MBOX: &[u8] =
    b"From a@x.example Mon Jan  5 10:00:00 2026\r\nSubject: one\r\nMessage-ID: <1@x>\r\n\r\nx\r\n\r\n\
From a@x.example Mon Jan  5 11:00:00 2026\r\nSubject: two\r\nMessage-ID: <2@x>\r\n\r\ny\r\n\r\n\
From a@x.example Mon Jan  5 12:00:00 2026\r\nSubject: three\r\nMessage-ID: <3@x>\r\n\r\nz\r\n";

const TUS: &str = "/project/files/tus";

fn destination(person: u64) -> Vec<(&'static str, String)> {
    vec![
        ("destination-type", "preset-1".to_owned()),
        ("destination-login", login(person, "new")),
        ("destination-password", SECRET.to_owned()),
        ("contact", "host@example.org".to_owned()),
    ]
}

fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// A browser whose project waits for files, and the project's number.
async fn waiting(world: &World, person: u64) -> (Browser, String) {
    let mut browser = world.browser();
    browser.get("/files/new").await;
    let page = browser.follow("/files/new", &borrowed(&destination(person))).await;
    page.holds(&["Now the files", &login(person, "new")]);
    let number = crate::world::number(&page);
    (browser, number)
}

async fn announce(browser: &mut Browser, name: &str, size: usize) -> Page {
    let metadata = format!("filename {}", BASE64_STANDARD.encode(name));
    let size = size.to_string();
    let headers = [("tus-resumable", "1.0.0"), ("upload-length", &size), ("upload-metadata", &metadata)];
    browser.program("POST", TUS, &headers, b"").await
}

async fn piece(browser: &mut Browser, place: &str, at: usize, bytes: &[u8], sum: Option<&[u8]>) -> Page {
    let at = at.to_string();
    let mut headers = vec![
        ("tus-resumable", "1.0.0"),
        ("upload-offset", at.as_str()),
        ("content-type", "application/offset+octet-stream"),
    ];
    let sum = sum.map(|bytes| {
        let sum = digest::digest(&digest::SHA256, bytes);
        format!("sha256 {}", BASE64_STANDARD.encode(sum.as_ref()))
    });
    headers.extend(sum.as_deref().map(|sum| ("upload-checksum", sum)));
    browser.program("PATCH", place, &headers, bytes).await
}

/// All files that were uploaded and are still there.
fn kept(world: &World) -> Vec<PathBuf> {
    let root = world.settings.state_dir.with_extension("uploads");
    let folders = |dir: PathBuf| fs::read_dir(dir).into_iter().flatten().map(|entry| entry.unwrap().path());
    let all = folders(root).flat_map(folders).flat_map(folders);
    all.filter(|path| path.extension().is_none_or(|ending| ending != "json" && ending != "txt")).collect()
}

// The whole way: cut off in the middle, gone on with from another browser, migrated, erased.
#[tokio::test]
async fn a_file_comes_in_pieces_and_is_migrated() {
    let world = World::new().await;
    let (mut browser, number) = waiting(&world, 1).await;
    let made = announce(&mut browser, "../Alte Mails.mbox", MBOX.len()).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let place = made.place().to_owned();
    let half = MBOX.len() / 2;
    let first = piece(&mut browser, &place, 0, &MBOX[..half], Some(&MBOX[..half])).await;
    assert_eq!((first.status, first.header("upload-offset")), (StatusCode::NO_CONTENT, &*half.to_string()));
    browser.get("/project/files").await.holds(&["Alte Mails.mbox", "Not complete"]);
    // Somebody closes everything and comes back elsewhere.
    let mut later = world.browser();
    later.get("/migration/track").await;
    let there = [("number", number.as_str()), ("source", &login(1, "new"))];
    later.follow("/migration/track", &there).await;
    later.get("/project/files").await.holds(&["Not complete"]);
    let look = later.program("HEAD", &place, &[("tus-resumable", "1.0.0")], b"").await;
    assert_eq!(look.header("upload-offset"), half.to_string());
    assert_eq!(look.header("upload-length"), MBOX.len().to_string());
    // What does not fit is not taken: from elsewhere, changed on its way, or more than was announced.
    let rest = &MBOX[half..];
    assert_eq!(piece(&mut later, &place, 0, rest, None).await.status, StatusCode::CONFLICT);
    assert_eq!(piece(&mut later, &place, half, rest, Some(b"other".as_slice())).await.status.as_u16(), 460);
    let more = [rest, b"more"].concat();
    assert_eq!(
        piece(&mut later, &place, half, &more, Some(&more)).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    assert_eq!(piece(&mut later, &place, half, rest, Some(rest)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(fs::read(&kept(&world)[0]).unwrap(), MBOX);
    // Whoever goes on can see whether it is the same file; nobody else can.
    let pieces = later.program("GET", &place, &[], b"").await;
    let line = |at: usize, bytes: &[u8]| {
        format!("{at} {} {}\n", bytes.len(), BASE64_STANDARD.encode(digest::digest(&digest::SHA256, bytes)))
    };
    assert_eq!(pieces.text, line(0, &MBOX[..half]) + &line(half, rest));
    let (mut other, _) = waiting(&world, 2).await;
    assert_eq!(other.program("GET", &place, &[], b"").await.status, StatusCode::NOT_FOUND);

    later.get("/project/files").await.holds(&["Complete", "Start"]);
    let wrong = later.post("/project/files/start", &[("destination-password", "falsch")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.holds(&["id=\"destination-password-wrong\""]);
    let running = world.begin().await;
    let page = later.follow("/project/files/start", &[("destination-password", SECRET)]).await;
    page.holds(&["The migration is on its way", "Alte Mails.mbox"]);
    page.lacks(&[world.dir.path().to_str().unwrap(), SECRET]);
    later.listen("/project/events", |told| told["counts"]["done"] == 1).await;
    assert_eq!(messages(&world.new, &login(1, "new")), 3);
    world.house.sweep().await;
    assert!(kept(&world).is_empty());
    running.drain().await.unwrap();
}

// Would catch: a file that others of the machine can read, and one that stays when its project is erased.
#[tokio::test]
async fn a_file_is_ours_alone_and_goes_with_its_project() {
    let world = World::new().await;
    let (mut browser, _) = waiting(&world, 2).await;
    let name = "C:\\Users\\anna\\..\\Kalender.ICS";
    let table = Table { fields: &[], name, bytes: b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n" };
    let page = browser.upload("/project/files", table).await;
    assert_eq!((page.status, page.place()), (StatusCode::SEE_OTHER, "/project/files?said=file-kept"));
    browser.get("/project/files").await.holds(&["Kalender.ics", "Complete", "32 B / 32 B"]);
    let files = kept(&world);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&files[0]), mode(files[0].parent().unwrap())), (0o600, 0o700));
    }
    browser.get("/project/options").await;
    browser.follow("/project/erase", &[("sure", "yes")]).await;
    assert!(kept(&world).is_empty());
}

// Would catch: somebody else's file by its number, a file without a token, and a kind that nobody reads.
#[tokio::test]
async fn what_is_not_taken() {
    let world = World::with(|settings| {
        settings.servers.networks.push("127.0.0.1/32".parse().unwrap());
        settings.uploads.largest = 1000;
        settings.uploads.in_all = 1500;
    })
    .await;
    let (mut one, _) = waiting(&world, 3).await;
    let (mut other, _) = waiting(&world, 4).await;
    for (name, size, status) in [
        ("a.pst", 1001, StatusCode::PAYLOAD_TOO_LARGE),
        ("a.exe", 10, StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("meta.json", 10, StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("a.pst", 0, StatusCode::BAD_REQUEST),
        ("a.pst", 1000, StatusCode::CREATED),
        ("b.pst", 1000, StatusCode::INSUFFICIENT_STORAGE),
    ] {
        assert_eq!(announce(&mut one, name, size).await.status, status, "{name} {size}");
    }
    let made = announce(&mut one, "c.vcf", 5).await;
    let place = made.place().to_owned();
    let number = place.rsplit('/').next().unwrap().to_owned();
    assert!(ProjectId::parse(&number).is_some());
    assert_eq!(piece(&mut other, &place, 0, b"hello", None).await.status, StatusCode::NOT_FOUND);
    let look = other.program("HEAD", &place, &[], b"").await;
    assert_eq!(look.status, StatusCode::NOT_FOUND);
    for path in [format!("{TUS}/..%2f..%2fx"), format!("{TUS}/nonsense")] {
        assert_eq!(piece(&mut one, &path, 0, b"hello", None).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let mut forged = one.clone();
    forged.cookies.clone_from(&other.cookies);
    assert_eq!(piece(&mut forged, &place, 0, b"hello", None).await.status, StatusCode::FORBIDDEN);
    let mut stranger = world.browser();
    stranger.get("/project/new").await;
    assert_eq!(announce(&mut stranger, "a.pst", 5).await.status, StatusCode::UNAUTHORIZED);
    // A project of another sort takes no files.
    let (mut project, _) = world.project().await;
    assert_eq!(announce(&mut project, "a.pst", 5).await.status, StatusCode::NOT_FOUND);
    let remove = format!("/project/files/{number}/remove");
    one.follow(&remove, &[]).await.holds(&["The file is erased"]);
    let options = one.program("OPTIONS", TUS, &[], b"").await;
    assert_eq!(options.header("tus-max-size"), "1000");
    assert_eq!(options.headers.get(header::CONTENT_TYPE), None);
}

/// Everything below a folder.
fn below(dir: &std::path::Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path));
        }
        found.push(path);
    }
    found
}

// Would catch: a file that is written elsewhere by its name, or over what was announced of it, however it is told.
#[tokio::test]
async fn no_name_of_a_file_leads_elsewhere() {
    let world = World::new().await;
    let (mut browser, number) = waiting(&world, 5).await;
    let names = [
        "../../evil.ics",
        "/etc/evil.ics",
        "..\\..\\evil.ics",
        "..%2f..%2fevil.ics",
        "a\0/../evil.ics",
        "....//evil.ics",
        "meta.json/../evil.ics",
        "evil.ics/..",
        "~/evil.ics",
        "file:///evil.ics",
    ];
    let before = below(world.dir.path());
    for name in names {
        let made = announce(&mut browser, name, 5).await;
        assert!(matches!(made.status, StatusCode::CREATED | StatusCode::UNSUPPORTED_MEDIA_TYPE), "{name:?}");
        if made.status == StatusCode::CREATED {
            let place = made.place().to_owned();
            assert_eq!(
                piece(&mut browser, &place, 0, b"hello", None).await.status,
                StatusCode::NO_CONTENT,
                "{name:?}"
            );
        }
        // The same in one form.
        browser.get("/project/files").await;
        browser.upload("/project/files", Table { fields: &[], name, bytes: b"hello" }).await;
    }
    // A folder for each below the project's, its name and what was announced in it, and nothing else anywhere.
    let project = world.settings.state_dir.with_extension("uploads").join(&number);
    let outside: Vec<_> = below(world.dir.path()).into_iter().filter(|path| !before.contains(path)).collect();
    let deep = |path: &PathBuf| path.strip_prefix(&project).map(|rest| rest.components().count()).ok();
    let uploads = project.parent().unwrap();
    for path in &outside {
        assert!(
            path == uploads || *path == project || matches!(deep(path), Some(1 | 2)),
            "{}",
            path.display()
        );
    }
    assert!(outside.iter().any(|path| path.ends_with("evil.ics")), "{outside:?}");
    assert!(kept(&world).len() > 10);
}
