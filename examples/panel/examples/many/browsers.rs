//! Browsers that watch, as the page's script does: each listens to the events, and fetches its page again when a row of it ended, or when
//! the counts changed and it is some time ago.

use crate::{Ends, http::Door};
use serde_json::Value;
use std::{
    collections::HashMap,
    io::{Read, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::AsyncBufReadExt,
    sync::Semaphore,
    time::{Instant, sleep_until},
};

/// What the script waits after the last time: where a row ended, and where the counts alone have changed.
const ENDED: Duration = Duration::from_secs(2);
const COUNTED: Duration = Duration::from_secs(10);

#[derive(Default)]
struct Heard {
    events: AtomicU64,
    fetched: AtomicU64,
}

/// Watches until the input ends; then says how much was heard.
pub(crate) async fn watch(address: &str, session: &str, count: &str) -> Ends {
    let door = Door { address: address.parse()?, session: session.to_owned() };
    let (heard, ready, count) =
        (Arc::new(Heard::default()), Arc::new(Semaphore::new(0)), count.parse::<u32>()?);
    for number in 0..count {
        // Half of them look at the first page, half at what is at work, where something ends all the time.
        let path = if number % 2 == 0 { "/project" } else { "/project?state=running" };
        let (door, heard, ready) = (door.clone(), Arc::clone(&heard), Arc::clone(&ready));
        tokio::spawn(async move {
            if let Err(error) = browser(&door, path, &heard, &ready).await {
                eprintln!("many: a browser: {error}");
            }
        });
    }
    ready.acquire_many(count).await?.forget();
    println!("ready");
    std::io::stdout().flush()?;
    heard.events.store(0, Ordering::Relaxed);
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    println!("{} {}", heard.events.load(Ordering::Relaxed), heard.fetched.load(Ordering::Relaxed));
    // The streams never end by themselves.
    std::process::exit(0);
}

async fn browser(door: &Door, path: &str, heard: &Heard, ready: &Semaphore) -> Ends {
    let mut shown = rows(&door.get(path).await?);
    let mut lines = door.open("/project/events").await?.lines();
    let (mut asked, mut again, mut counts, mut is_first) =
        (Instant::now(), None::<Instant>, Value::Null, true);
    loop {
        let due = again.unwrap_or_else(|| Instant::now() + COUNTED);
        let line = tokio::select! {
            line = lines.next_line() => line?.ok_or("the stream has ended")?,
            () = sleep_until(due), if again.is_some() => {
                (asked, again) = (Instant::now(), None);
                shown = rows(&door.get(path).await?);
                heard.fetched.fetch_add(1, Ordering::Relaxed);
                continue;
            }
        };
        let Some(data) = line.strip_prefix("data: ") else { continue };
        let told: Value = serde_json::from_str(data)?;
        heard.events.fetch_add(1, Ordering::Relaxed);
        if std::mem::take(&mut is_first) {
            ready.add_permits(1);
        }
        let is_counted = told["counts"] != counts;
        counts = told["counts"].clone();
        if let Some(pause) = pause(&shown, &told, is_counted) {
            // As in the script: who waits already is not hurried.
            again.get_or_insert(asked + pause);
        }
    }
}

/// When to fetch the page again, if at all.
fn pause(shown: &HashMap<u64, String>, told: &Value, is_counted: bool) -> Option<Duration> {
    let news: HashMap<u64, &str> = told["rows"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|row| Some((row["number"].as_u64()?, row["class"].as_str()?)))
        .collect();
    let pauses = shown.iter().filter_map(|(number, class)| match news.get(number) {
        None if matches!(class.as_str(), "running" | "stopping") => Some(ENDED),
        None => is_counted.then_some(COUNTED),
        Some(now) => (now != class).then_some(ENDED),
    });
    pauses.min()
}

/// The rows of a page and their states.
fn rows(page: &str) -> HashMap<u64, String> {
    let row = |text: &str| {
        let (number, rest) = text.split_once('"')?;
        let class = rest.split_once("data-class=\"")?.1.split('"').next()?;
        Some((number.parse().ok()?, class.to_owned()))
    };
    page.split("data-number=\"").skip(1).filter_map(row).collect()
}
