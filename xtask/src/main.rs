//! The tasks of this repository. `cargo xtask test` is what CI runs.

mod bench;
mod deny;
mod fuzz;
mod generate;
mod install;
mod kill;
mod memory;
mod newcomer;
mod panel;
mod planted;
mod run;
mod samples;
mod soak;
mod test;
mod tidy;
mod tree;

use anyhow::{Result, bail};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <task>

  test       everything that must hold before a change is merged; what CI runs; under 40 minutes on two cores
  soak       the same promises with full counts: kills, cuts, fuzzing, 100,000 messages, planted bugs; hours
  tidy       only the checks on the tree itself: edges, citations, file sizes, names; seconds
  samples    writes samples/ anew
  install    only what the tests need and this machine lacks: Debian packages, and Cyrus beside Dovecot
  newcomer   only the README's first command, twice
  kill [KILLS] [MESSAGES]     only the kill test (10 and 2,000 unless told)
  memory [MESSAGES] [MEGABYTES] [ITEMS]     only the memory test (5,000 messages, one of 100 MB, 50,000 items in
             the memory account unless told)
  bench peers [OPTION…]     IMAP accounts copied by omm and by every other program that is installed, two by two on the
             same work, and by a raw pump, which shows the limit of the servers; it writes a table and a plot into
             docs/bench, prints figures and judges nothing. Minutes without a distance, hours with one of 100 ms
               --corpus small|large    2,000 messages in 44 folders (unless told), or 20,000 of 500 MB
               --rtt MS,…              how far away the servers are: 0,20,100 unless told
               --rounds N              pairs of each program with omm: 5 unless told
               --servers A-B,…         from A to B; dovecot-dovecot,dovecot-cyrus unless told
               --patience SECONDS      a quiet moment is waited for before each run, so long at most: 0 unless told
               --peers NAME,…          only programs whose name begins so: raw, doveadm, mbsync, imapsync, offlineimap
               --omm PATH              an omm that was built before, instead of building the release
               --raw PROGRAM           another pump, which takes --src, --dst, --batch and --conns
               --out FOLDER            where table and plot go
               --from LINES,…          table and plot of lines that were measured before
               --pop, --pst            bench pop and bench pst after it
  bench pop [MESSAGES] [MS] [ROUNDS]     a POP3 maildrop fetched by fetchmail, getmail and omm by turns (2,000 messages,
             20 ms away, three rounds unless told); it prints figures and judges nothing
  bench pst [FILE…]     Outlook's files taken apart by readpst, pffexport and omm by turns: these, or one of a gigabyte
             that is made for it; it prints figures and judges nothing
  bench panel [ROWS] [BROWSERS]     a project of so many migrations in the web panel (100,000 unless told): what each page takes, and
             what it costs that so many browsers watch (200 unless told); it fails when a page takes 100 ms or the browsers a core
  shots FOLDER     a picture of each page of the web panel, in light, in dark and as wide as a phone, into that folder
  generate pst PATH SIZE     a PST of so many megabytes of mail; for `everything`, with an item of every kind; for
             `100000+300`, with so many short messages in one folder and one with an attachment of so many megabytes
  queues     ready-made queues on PostgreSQL, asked for what a project promises (omm-project-postgres says what they answer)
  planted [NAME]     only the planted bugs whose file name contains NAME
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match task(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn task(words: &[&str]) -> Result<()> {
    match words {
        ["test"] => test::test(),
        ["soak"] => soak::soak(),
        ["tidy"] => tidy::report(&run::root()),
        ["samples"] => samples::write(&run::root().join("samples")),
        ["install"] => {
            if let run::Outcome::Skipped(reason) = install::system()? {
                println!("skipped: {reason}");
            }
            Ok(())
        }
        ["newcomer"] => newcomer::first_command().map(drop),
        ["kill", counts @ ..] if counts.len() <= 2 => {
            kill::kill(&run::omm()?, number(counts, 0, 10)?, number(counts, 1, 2_000)?)
        }
        ["memory", counts @ ..] if counts.len() <= 3 => {
            memory::memory(&run::omm()?, number(counts, 0, 5_000)?, number(counts, 1, 100)?)?;
            memory::account(number(counts, 2, 50_000)?)
        }
        ["bench", "pop", counts @ ..] if counts.len() <= 3 => {
            bench::pop([number(counts, 0, 2_000)?, number(counts, 1, 20)?, number(counts, 2, 3)?])
        }
        ["bench", "peers", options @ ..] => bench::peers(options),
        ["bench", "pst", files @ ..] => bench::pst(files),
        ["bench", "panel", counts @ ..] if counts.len() <= 2 => {
            panel::bench(number(counts, 0, 100_000)?, number(counts, 1, 200)?).map(drop)
        }
        ["shots", folder] => panel::shots(folder.as_ref()),
        ["generate", "pst", path, size] => generate::pst(path, size),
        ["queues"] => soak::queues().map(drop),
        ["planted"] => planted::planted(""),
        ["planted", name] => planted::planted(name),
        [] | ["help" | "--help" | "-h"] | ["bench"] | ["bench", "help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => bail!("unknown task {:?}\n\n{USAGE}", words.join(" ")),
    }
}

fn number(words: &[&str], at: usize, otherwise: usize) -> Result<usize> {
    let Some(word) = words.get(at) else { return Ok(otherwise) };
    match word.replace(['_', ','], "").parse() {
        Ok(number) => Ok(number),
        Err(_) => bail!("{word:?} is not a number"),
    }
}
