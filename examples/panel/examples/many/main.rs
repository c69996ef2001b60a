//! A project of many migrations under many eyes: what each page takes, and what it costs that many browsers watch while migrations
//! begin and end. Ends with 1 when a promise is broken, which a debug build or a busy machine may do.
//!
//! ```text
//! cargo run --release -p omm-panel --example many -- 100000 200
//! ```
//!
//! The browsers are a process of their own, so that their own cost is not counted: this one is the panel, and whoever notes how far
//! migrations are.

mod browsers;
mod http;
mod pages;
mod project;

use http::Door;
use omm_panel::{House, Settings};
use omm_testkit::process;
use project::Busy;
use std::{
    error::Error,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};
use tokio::net::TcpListener;

type Ends<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// What a page may take, the one in the middle of all.
const PAGE: Duration = Duration::from_millis(100);
/// What all browsers together may cost.
const CORES: f64 = 1.0;
/// For so long they are watched watching.
const WINDOW: Duration = Duration::from_secs(20);

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ended = match words.as_slice() {
        ["watch", address, session, count] => browsers::watch(address, session, count).await.map(|()| true),
        counts => run(number(counts, 0, 100_000), number(counts, 1, 200)).await,
    };
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            println!(
                "BROKEN: a page above {PAGE:?} at the median, or browsers that cost a core or hear too little"
            );
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("many: {error}");
            ExitCode::FAILURE
        }
    }
}

fn number(words: &[&str], at: usize, otherwise: usize) -> usize {
    words.get(at).and_then(|word| word.parse().ok()).unwrap_or(otherwise)
}

/// Whether what was promised was kept.
async fn run(rows: usize, browsers: usize) -> Ends<bool> {
    let folder = tempfile::tempdir()?;
    let settings = Settings::new(folder.path().join("state"));
    let house = House::open(&settings).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let service = house.router().into_make_service_with_connect_info::<SocketAddr>();
    // Without a worker: what is at work here is at work for as long as it is looked at.
    tokio::spawn(async move { axum::serve(listener, service).await });
    let (project, session) = http::project(address).await?;
    let began = Instant::now();
    let mut busy = Busy::filled(&settings.state_dir, &project, rows).await?;
    println!("{rows} migrations added in {:.1?}", began.elapsed());
    let door = Door { address, session };
    let are_quick = pages::measured(&door, &busy.places()).await?;
    let working = tokio::spawn(async move { while busy.goes_on().await.is_ok() {} });
    let are_cheap = watched(&door, browsers).await?;
    working.abort();
    Ok(are_quick && are_cheap)
}

/// Whether so many browsers cost no more than they may, and hear what happens.
async fn watched(door: &Door, browsers: usize) -> Ends<bool> {
    let mut watching = Command::new(std::env::current_exe()?);
    watching.args(["watch", &door.address.to_string(), &door.session, &browsers.to_string()]);
    let mut watching = watching.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let said = BufReader::new(watching.stdout.take().ok_or("its output")?);
    // It says so when each of them has heard something.
    let (ready, mut said) = tokio::task::spawn_blocking(move || {
        let (mut said, mut line) = (said, String::new());
        said.read_line(&mut line).map(|_| (line, said))
    })
    .await??;
    if ready.trim() != "ready" {
        return Err("the browsers did not come to watch".into());
    }
    let own = std::process::id();
    let (before, began) = (process::processor(own), Instant::now());
    tokio::time::sleep(WINDOW).await;
    let (after, passed) = (process::processor(own), began.elapsed().as_secs_f64());
    // The end of its input is its end.
    drop(watching.stdin.take());
    let mut told = String::new();
    said.read_to_string(&mut told)?;
    watching.wait()?;
    let mut counts = told.split_whitespace().filter_map(|word| word.parse::<u64>().ok());
    let (events, fetched) = (counts.next().unwrap_or_default(), counts.next().unwrap_or_default());
    let (Some(before), Some(after)) = (before, after) else {
        println!("only Linux tells the processor time of a process; {events} events");
        return Ok(true);
    };
    let cores = (after - before) / passed;
    println!(
        "{browsers} browsers for {passed:.0} s: {cores:.2} of a core; {events} events heard, {fetched} pages fetched again"
    );
    // Everybody hears something every other second at least.
    Ok(cores < CORES && events as f64 > browsers as f64 * passed / 2.0)
}
