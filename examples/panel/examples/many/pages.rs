//! What each page takes, with nobody else there.

use crate::{Ends, PAGE, http::Door};
use std::time::{Duration, Instant};

/// Each is asked for so often.
const TIMES: usize = 21;

/// Whether each takes no longer than it may, the one in the middle of all.
pub(crate) async fn measured(door: &Door, places: &[String]) -> Ends<bool> {
    let mut are_quick = true;
    println!("{:<36} {:>10} {:>10} {:>10}", "page", "median", "longest", "bytes");
    for place in places {
        let (mut took, mut length) = (Vec::new(), 0);
        for _ in 0..TIMES {
            let began = Instant::now();
            let page = door.open(place).await?;
            length = bytes(page).await?;
            took.push(began.elapsed());
        }
        took.sort();
        let (median, longest) = (took[TIMES / 2], took[TIMES - 1]);
        are_quick &= median < PAGE;
        println!("{place:<36} {:>10} {:>10} {length:>10}", shown(median), shown(longest));
    }
    Ok(are_quick)
}

/// How long an answer is, which has to be a good one.
async fn bytes(mut from: impl tokio::io::AsyncRead + Unpin) -> Ends<usize> {
    let mut all = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut from, &mut all).await?;
    if all.get(9..10) == Some(b"2") { Ok(all.len()) } else { Err("a page is none".into()) }
}

fn shown(took: Duration) -> String {
    format!("{:.1} ms", took.as_secs_f64() * 1000.0)
}
