use super::*;
use crate::notify::{About, Event, Notice, Outcome, Reason, Recipient, Summary, Totals, Trouble};
use chrono::DateTime;

const HOSTILE: &str = "<script>alert(1)</script>\r\nBcc: eve@example.net\r\n\r\n\"'&{{ 7*7 }}";

fn summary(outcome: Outcome) -> Summary {
    Summary {
        outcome,
        grade: "A".to_owned(),
        found: 12,
        copied: 11,
        copied_bytes: 1_610_612_736,
        already_there: 1,
        skipped: 0,
        failed: 0,
        unsettled: 0,
        seconds: 3723,
        reason: None,
    }
}

fn events() -> Vec<Event> {
    let trouble = |reason| Event::NeedsPerson {
        trouble: Trouble { reason, side: Side::Destination, remedy: "Make room.".to_owned() },
    };
    let mut events = vec![Event::Created, Event::Started];
    for outcome in [Outcome::Done, Outcome::DoneWithFailures, Outcome::Stopped, Outcome::Failed] {
        events.push(Event::Ended { summary: summary(outcome) });
    }
    events.extend(
        [
            Reason::RefusedLogin,
            Reason::NoPassword,
            Reason::FullMailbox,
            Reason::AskedToStop,
            Reason::NotAllowed,
            Reason::SourceEmptied,
            Reason::Unreachable,
            Reason::Other,
        ]
        .map(trouble),
    );
    events.push(Event::Digest { totals: Totals { migrations: 9, done: 4, running: 5, ..Totals::default() } });
    events
}

fn row(event: Event, name: &str, locale: &str) -> Row {
    let about = About {
        project: Some("k7m3".to_owned()),
        link: Some("https://panel.example.org/m/1?a=1&b=2".to_owned()),
        ..About::migration("mig-1", name)
    };
    let to = Recipient::mail("ann@example.org", locale);
    let at = DateTime::UNIX_EPOCH;
    Row::new(&Notice { event, about, occurrence: 1, at, to: Vec::new() }, &to, at)
}

fn letter(templates: &Templates, rows: &[Row]) -> Letter {
    templates.write(rows).expect("there are rows")
}

#[test]
fn every_built_in_template_says_every_event() {
    let templates = Templates::new();
    let known: Vec<&str> = templates.own.templates().map(|(name, _)| name).collect();
    assert_eq!(known.len(), builtin::BUILT_IN.len(), "{known:?}");
    for locale in ["en", "fr"] {
        for event in events() {
            let name = event.name();
            let one = letter(&templates, &[row(event.clone(), "Ann Example", locale)]);
            let two =
                letter(&templates, &[row(event, "Ann Example", locale), row(Event::Created, "Bob", locale)]);
            for letter in [one, two] {
                assert!(!letter.subject.is_empty() && !letter.subject.contains(['\n', '{']), "{letter:?}");
                assert!(letter.text.len() > 20 && !letter.text.contains("Subject:"), "{letter:?}");
                assert!(letter.html.contains(&format!("lang=\"{locale}\"")), "{name} {}", letter.html);
                assert!(letter.html.trim_end().ends_with("</html>"), "{name} {}", letter.html);
                assert!(
                    letter.text.contains("https://panel.example.org/m/1?a=1&b=2"),
                    "{name} {}",
                    letter.text
                );
            }
        }
    }
}

#[test]
fn what_they_say() {
    let templates = Templates::new();
    let ended = |locale| letter(&templates, &[row(events().remove(2), "Zoë", locale)]);
    assert_eq!(ended("en").subject, "Zoë: done");
    assert!(ended("en").text.contains("Copied in this run:   11 (1.5 GiB)\n"), "{}", ended("en").text);
    assert!(ended("en").text.contains("1:02:03"));
    assert_eq!(ended("fr-CA").subject, "Zoë : migration terminée");
    assert!(ended("fr-CA").text.contains("11 (1,5 Gio)"), "{}", ended("fr-CA").text);
    // A language that nobody wrote.
    assert_eq!(ended("de").subject, "Zoë: done");
    let full = row(events().remove(8), "Zoë", "en");
    let told = letter(&templates, &[full]);
    assert_eq!(told.subject, "Zoë needs you: the mailbox is full (destination)");
    assert!(told.text.contains("What to do: Make room."));
}

#[test]
fn nothing_that_people_name_things_becomes_a_header_or_markup() {
    let templates = Templates::new();
    let long = "é".repeat(100_000);
    for name in [HOSTILE, long.as_str(), "", "{% include 'layout.html' %}"] {
        for locale in ["en", "fr", HOSTILE] {
            for mut event in events() {
                if let Event::NeedsPerson { trouble } = &mut event {
                    trouble.remedy = name.to_owned();
                }
                let mut hostile = row(event, name, locale);
                hostile.about.link = Some(format!("javascript:{name}"));
                for rows in [vec![hostile.clone()], vec![hostile, row(Event::Started, name, locale)]] {
                    let letter = letter(&templates, &rows);
                    assert!(!letter.subject.contains(['\r', '\n']), "{letter:?}");
                    assert!(letter.subject.chars().count() <= LONGEST_SUBJECT + 1, "{letter:?}");
                    assert!(!letter.text.lines().any(|line| line.starts_with("Bcc")), "{letter:?}");
                    assert!(!letter.html.contains("<script"), "{}", letter.html);
                    assert!(!letter.html.contains("javascript:") && !letter.text.contains("javascript:"));
                    assert!(!letter.subject.contains("49") && !letter.text.contains("49"), "{letter:?}");
                    assert!(
                        letter.text.len() < 10_000 && letter.html.len() < 10_000,
                        "{}",
                        letter.text.len()
                    );
                }
            }
        }
    }
}

#[test]
fn a_digest_has_a_line_for_each_and_ends_somewhere() {
    let templates = Templates::new();
    let rows: Vec<Row> = (0..250).map(|at| row(Event::Started, &format!("m{at}"), "en")).collect();
    let digest = letter(&templates, &rows);
    assert_eq!(digest.subject, "250 events in project k7m3");
    assert_eq!(digest.text.lines().filter(|line| line.starts_with("- ")).count(), MOST_LINES);
    assert!(digest.text.contains("\nAnd 150 more.\n"), "{}", digest.text);
    assert_eq!(digest.html.matches("<li>").count(), MOST_LINES);
    let urgent =
        letter(&templates, &[row(events().remove(8), "Ann", "en"), rows.into_iter().next().unwrap()]);
    assert_eq!(urgent.subject, "Needs you: 2 events in project k7m3");
    assert!(urgent.text.contains("- Ann: the mailbox is full (destination). Make room.\n- m0: started"));
}

#[test]
fn the_host_replaces_what_it_wants() {
    let mut templates = Templates::new();
    templates.add("de/started.txt", "Subject: {{ name }} läuft\n\nLos: {{ id }}").unwrap();
    templates.add("layout.html", "<main>{% block body %}{% endblock %}</main>").unwrap();
    let started = letter(&templates, &[row(Event::Started, "Jörg", "de-AT")]);
    assert_eq!((started.subject.as_str(), started.text.as_str()), ("Jörg läuft", "Los: mig-1"));
    assert!(started.html.starts_with("<main>") && started.html.contains("has started"), "{}", started.html);
    // One that fails when it is used, or never ends, is no reason to be silent.
    templates.add("en/started.txt", "Subject: {{ nobody.knows }}").unwrap();
    templates
        .add("en/created.txt", "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}")
        .unwrap();
    assert_eq!(
        letter(&templates, &[row(Event::Started, "Ann", "en")]).subject,
        "Ann: the migration has started"
    );
    assert_eq!(letter(&templates, &[row(Event::Created, "Ann", "en")]).subject, "Migration Ann was created");
    let broken = templates.add("en/ended.txt", "{% if %}").unwrap_err();
    assert_eq!(broken.kind(), ErrorKind::Config);
    assert!(broken.message().contains("en/ended.txt"), "{broken}");
    assert!(templates.add("x.txt", "x".repeat(300 << 10)).is_err());
}

#[test]
fn a_folder_of_templates_is_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("de")).unwrap();
    std::fs::write(folder.path().join("de/created.txt"), "Subject: Neu: {{ name }}\n\nHallo").unwrap();
    std::fs::write(folder.path().join("de/notes.md"), "{% no template").unwrap();
    let mut templates = Templates::new();
    templates.add_folder(folder.path()).unwrap();
    assert_eq!(letter(&templates, &[row(Event::Created, "Ann", "de")]).subject, "Neu: Ann");
    assert!(templates.add_folder(&folder.path().join("gone")).is_err());
}

#[test]
fn what_programs_are_told() {
    let json = letter(&Templates::new(), &[row(events().remove(8), "Ann", "en")]).json;
    assert_eq!(
        json,
        serde_json::json!({
            "type": "migration.needs-person",
            "timestamp": "1970-01-01T00:00:00Z",
            "data": {
                "project": "k7m3",
                "migration": "mig-1",
                "name": "Ann",
                "link": "https://panel.example.org/m/1?a=1&b=2",
                "trouble": { "reason": "full-mailbox", "side": "destination", "remedy": "Make room." },
            },
        })
    );
}

#[test]
fn sizes() {
    for (bytes, english, french) in [
        (0, "0 B", "0 o"),
        (1023, "1023 B", "1023 o"),
        (1536, "1.5 KiB", "1,5 Kio"),
        (1 << 20, "1.0 MiB", "1,0 Mio"),
        (u64::MAX, "16383.9 PiB", "16383,9 Pio"),
    ] {
        assert_eq!(size(bytes, None), english);
        assert_eq!(size(bytes, Some("fr")), french);
    }
}
