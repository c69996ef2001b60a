//! What is left behind by a run in PostgreSQL: no password, in no table, in no log and in no counter.

use crate::{
    base_name,
    hook::{Hook, SECRET, TOKEN},
    smtpd::Smtpd,
    world::{End, World},
};
use omm_testkit::{
    ca::TestCa,
    imap::{MockImap, MockMessage},
    servers::{PostgresServer, postgres},
};
use std::{
    fs,
    process::{Command, Stdio},
};

/// Passwords that are found nowhere else. Each has what is written otherwise in a URL, in HTML and in base64.
fn canary(number: usize) -> String {
    format!("kanari{number}-9f3e/77+b1&vo%gel")
}

const GOOD: [usize; 2] = [1, 2];
const REFUSED: [usize; 2] = [3, 4];
const IN_BAD_ROWS: [usize; 2] = [5, 6];
const MAIL: usize = 7;
const PROJECT: usize = 8;
const DATABASE: usize = 9;
const ALL: usize = 9;

/// As it may be written: as it is, in hexadecimal (as PostgreSQL shows bytes), in a URL, in HTML, in base64 wherever it begins.
fn forms(word: &str) -> Vec<String> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let coded = |byte: u8, upper: bool| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => char::from(byte).to_string(),
        _ if upper => format!("%{byte:02X}"),
        _ => format!("%{byte:02x}"),
    };
    let url = |upper| word.bytes().map(|byte| coded(byte, upper)).collect::<String>();
    let mut forms =
        vec![word.to_owned(), hex(word.as_bytes()), url(true), url(false), word.replace('&', "&amp;")];
    for before in 0..3 {
        let text = [&vec![0; before][..], word.as_bytes()].concat();
        for letters in ["+/", "-_"] {
            // Without what depends on what stands before and behind it.
            let whole = base64(&text, letters);
            let (first, last) = ((8 * before).div_ceil(6), 8 * text.len() / 6);
            forms.push(whole[first..last].to_owned());
        }
    }
    forms
}

/// RFC 4648 §4 and §5, without what fills it up.
fn base64(bytes: &[u8], last: &str) -> String {
    let letters = [('A', 26), ('a', 26), ('0', 10)].into_iter();
    let letters = letters.flat_map(|(first, many)| (0..many).map(move |at| char::from(first as u8 + at)));
    let letters: Vec<char> = letters.chain(last.chars()).collect();
    let bits = |at: usize| {
        let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
        (at..at + 6).fold(0, |sum, at| sum << 1 | usize::from(bit(at)))
    };
    (0..(8 * bytes.len()).div_ceil(6)).map(|at| letters[bits(6 * at)]).collect()
}

/// The canaries that a text holds.
fn heard(text: &str) -> Vec<String> {
    let of_hook = [SECRET.trim_start_matches("whsec_"), TOKEN].map(str::to_owned);
    let words = (1..=ALL).map(canary).chain(of_hook);
    words.filter(|word| forms(word).iter().any(|form| text.contains(form))).collect()
}

#[track_caller]
fn is_silent(what: &str, text: &str) {
    assert_eq!(heard(text), [""; 0], "{what}");
}

/// Every row of every table that is not PostgreSQL's own, and what it says of what it was asked.
fn dump(server: &PostgresServer, base: &str) -> Vec<(String, String)> {
    let ask = |sql: &str| server.ask(base, sql).unwrap();
    let tables = ask("SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
                      FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                      WHERE c.relkind IN ('r', 'm', 'p')
                        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')");
    let rows =
        tables.lines().map(|table| (table.to_owned(), ask(&format!("SELECT t::text FROM {table} AS t"))));
    rows.chain([("queries".to_owned(), ask("SELECT query FROM pg_catalog.pg_stat_activity"))]).collect()
}

fn table() -> String {
    let head = "Source Type;Source Server url;Source Login;Source Password;Destination Type;Destination Url;\
                Destination Mail;Destination Password\n";
    let (good, refused, bad) = (GOOD.map(canary), REFUSED.map(canary), IN_BAD_ROWS.map(canary));
    let row = |at: usize, from: &str, to: &str| format!("IMAP;;a{at};{from};IMAP;;b{at};{to}\n");
    let rows = [
        row(0, &good[0], &good[1]),
        row(1, &good[0], &good[1]),
        row(2, &refused[0], &good[1]),
        row(3, &good[0], &refused[1]),
        format!("FTP;;a4;{};IMAP;;b4;{}\n", bad[0], bad[1]),
        format!("IMAP;;a5;\"{};IMAP;;b5;{}\n", bad[0], bad[1]),
        format!("IMAP;;a6;x;IMAP;;b6;x;;;;{}\n", bad[0]),
    ];
    head.to_owned() + &rows.concat()
}

// Would catch: a password, or the token in the URL of a webhook, in a column that is not sealed, in a reason, a notice, a line of the audit or of the log, in a metric.
#[test]
fn no_table_no_log_and_no_counter_has_a_password() {
    let server = match postgres() {
        Ok(server) => server,
        Err(why) => return println!("skipped: {why}"),
    };
    let (world, hook, ca) = (World::new(), Hook::start(), TestCa::new());
    let (mut from, mut to) = (MockImap::new(), MockImap::new());
    for at in 0..4 {
        from = from.user(&format!("a{at}"), &canary(GOOD[0]));
        to = to.user(&format!("b{at}"), &canary(GOOD[1]));
        from.account(&format!("a{at}")).add("INBOX", MockMessage::new("Subject: one\r\n\r\nbody\r\n"));
    }
    let tls = ca.issue_for_loopback().server_config();
    let (source, destination) = (from.serve_tls(tls.clone()).unwrap(), to.serve_tls(tls).unwrap());
    let smtpd = Smtpd::start(Some(("omm", &canary(MAIL))));
    let whole = server.fresh_database().unwrap();
    let base = base_name(&whole);
    // Nobody asks for it, and it is one all the same.
    let word = forms(&canary(DATABASE))[2].clone();
    let address = whole.replacen("omm@", &format!("omm:{word}@"), 1);

    for (name, text) in
        [("ca.pem", ca.pem()), ("mail", canary(MAIL)), ("hook", SECRET.to_owned()), ("form.csv", table())]
    {
        fs::write(world.path(name), text).unwrap();
    }
    let command = |words: &[&str]| -> Command {
        let mut command = world.command(words);
        command.env("OMM_DATABASE", &address).env("PROJECT_WORD", canary(PROJECT)).env("RUST_BACKTRACE", "1");
        command
    };
    let omm = |words: &[&str], code: i32| {
        let end = End::of(command(words).output().unwrap());
        assert_eq!(end.code, code, "{words:?}: {} {}", end.out, end.err);
        is_silent(&format!("{words:?}"), &(end.out.clone() + &end.err));
        end.out.trim().to_owned()
    };
    omm(&["project", "key", "key"], 0);
    let servers =
        [&source, &destination].map(|server| format!("imaps://127.0.0.1:{}", server.address().port()));
    let mut create = vec!["project", "create", "Move", "--contact", "anna@example.org", "--quiet"];
    create.extend(["--password-env", "PROJECT_WORD", "--source", &servers[0], "--destination", &servers[1]]);
    create.extend(["--ca-file", "ca.pem", "--webhook", &hook.url, "--webhook-secret-file", "hook"]);
    create.extend(["--seal", "--key-file", "key"]);
    let mail = smtpd.as_ref().map(|smtpd| {
        let authority = smtpd.authority().to_str().unwrap().to_owned();
        (format!("smtps://omm@127.0.0.1:{}", smtpd.port), authority)
    });
    if let Some((url, authority)) = &mail {
        create.extend(["--mail-server", url, "--mail-password-file", "mail", "--notices-ca-file", authority]);
    }
    let id = omm(&create, 0);
    omm(&["project", "options", &id, "--keep-passwords", "yes"], 0);
    let told = omm(&["project", "import", &id, "form.csv", "--key-file", "key"], 3);
    assert!(told.contains("4 migrations added, 3 rows left"), "{told}");
    omm(&["project", "resume", &id], 0);

    let work = |name: &str| {
        let metrics = format!("{name}.prom");
        let words = ["worker", "--name", name, "--until-idle", "--key-file", "key", "--log", "trace"];
        let mut worker = command(&[&words[..], &["--metrics", &metrics, "--json"]].concat());
        (metrics, worker.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    };
    // One of them may find nothing left to do.
    let mut is_traced = false;
    for (metrics, worker) in [work("one"), work("two")] {
        let end = End::of(worker.wait_with_output().unwrap());
        assert_eq!(end.code, 0, "{}", end.err);
        is_traced |= end.err.contains("TRACE");
        is_silent("the log", &(end.out + &end.err));
        is_silent("the counters", &fs::read_to_string(world.path(&metrics)).unwrap());
    }
    assert!(is_traced, "they were asked for everything");
    let stands = omm(&["project", "status", &id, "--json"], 0);
    assert_eq!(
        (stands.matches(r#""state":"done""#).count(), stands.matches(r#""state":"paused""#).count()),
        (2, 2),
        "{stands}"
    );
    for words in
        [&["audit"][..], &["notices", "--json"], &["report", "--json"], &["options", "--json"], &["options"]]
    {
        let [verb, more @ ..] = words else { unreachable!("each has a verb") };
        let code = if *verb == "report" { 3 } else { 0 };
        omm(&[&["project", verb, &id][..], more].concat(), code);
    }
    assert!(!hook.told().is_empty());
    is_silent("the requests", &format!("{:?}", hook.told()));
    for mail in smtpd.iter().flat_map(Smtpd::kept) {
        is_silent("a mail", &String::from_utf8_lossy(&mail));
    }

    let sealed = "SELECT count(*) FROM omm_projects.migrations WHERE length(source_password) > 64 AND length(destination_password) > 64";
    assert_eq!(server.ask(base, sealed).unwrap(), "4", "there is something to be found");
    let tables = dump(server, base);
    assert!(tables.len() > 10, "{} tables", tables.len());
    tables.iter().for_each(|(table, rows)| is_silent(table, rows));
    println!(
        "{} tables with {} bytes",
        tables.len(),
        tables.iter().map(|(_, rows)| rows.len()).sum::<usize>()
    );

    // A search that finds nothing because it looks for the wrong thing would find nothing here either.
    server.ask(base, "CREATE TABLE public.planted (word text, bytes bytea)").unwrap();
    for number in 1..=ALL {
        for form in forms(&canary(number)) {
            server
                .ask(
                    base,
                    &format!("TRUNCATE public.planted; INSERT INTO public.planted VALUES ('x{form}y', NULL)"),
                )
                .unwrap();
            let found = heard(&server.ask(base, "SELECT t::text FROM public.planted AS t").unwrap());
            assert_eq!(found, [canary(number)], "{form}");
        }
    }
    let bytes = format!("INSERT INTO public.planted VALUES (NULL, '{}'::bytea)", canary(1));
    server.ask(base, &bytes).unwrap();
    assert!(
        heard(&dump(server, base).into_iter().map(|(_, rows)| rows).collect::<String>()).contains(&canary(1))
    );
}
