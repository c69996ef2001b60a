//! LIST, LSUB, NAMESPACE (RFC 9051 §6.3.9, RFC 5258, RFC 5819, RFC 6154).

use super::status;
use crate::imap::{
    Extension, Quirk,
    parse::{Args, bad},
    session::{Outcome, Refusal, Session, ok},
    store::{Account, Folder, same_name},
    world::World,
};

#[derive(Debug, Default)]
struct Wish {
    /// Asked in the way of LIST-EXTENDED.
    is_extended: bool,
    patterns: Vec<String>,
    only_subscribed: bool,
    only_special: bool,
    recursive_match: bool,
    show_subscribed: bool,
    show_children: bool,
    status: Vec<String>,
}

pub(super) fn list(session: &mut Session, world: &World, args: &mut Args<'_>) -> Outcome {
    let mut wish = Wish::default();
    args.space()?;
    let extended = world.has(Extension::ListExtended) || world.has(Extension::Imap4Rev2);
    if args.peek() == Some(b'(') && extended {
        wish.is_extended = true;
        for option in args.list(Args::word)? {
            select_option(world, &mut wish, &option)?;
        }
        if wish.recursive_match && !wish.only_subscribed {
            // RFC 5258 §3: it cannot stand alone.
            return Err(bad("RECURSIVEMATCH without anything to match"));
        }
        args.space()?;
    }
    let reference = session.read_name(world, args)?;
    args.space()?;
    wish.patterns = if args.peek() == Some(b'(') && extended {
        args.list(Args::pattern)?
            .iter()
            .map(|one| session.understood(world, one))
            .collect::<Result<_, _>>()?
    } else {
        vec![session.understood(world, &args.pattern()?)?]
    };
    if !args.is_done() {
        wish.is_extended = true;
        args.space()?;
        return_options(world, args, &mut wish)?;
    }
    args.end()?;
    if wish.patterns == [""] {
        // RFC 9051 §6.3.9: an empty name asks for the delimiter.
        let delimiter = session.delimiter(world);
        session.line(world, &format!("* LIST (\\Noselect) {delimiter} \"\""));
        return ok("that is the delimiter");
    }
    wish.patterns.iter_mut().for_each(|pattern| *pattern = format!("{reference}{pattern}"));
    answer(session, world, &wish)?;
    ok("listed")
}

pub(super) fn lsub(session: &mut Session, world: &World, args: &mut Args<'_>) -> Outcome {
    args.space()?;
    let reference = session.read_name(world, args)?;
    args.space()?;
    let pattern = session.understood(world, &args.pattern()?)?;
    args.end()?;
    let pattern = format!("{reference}{pattern}");
    let account = session.account(world)?;
    let delimiter = session.delimiter(world);
    let names: Vec<String> = account.subscribed.iter().cloned().collect();
    for name in names.iter().filter(|name| matches(name, &pattern, world.settings.delimiter)) {
        let attributes = match session.account(world)?.find(name) {
            Some(folder) if !folder.no_select => "",
            _ => "\\Noselect",
        };
        session.out.extend(format!("* LSUB ({attributes}) {delimiter} ").as_bytes());
        let name = session.name(world, name);
        session.out.extend(name);
        session.end_line(world);
    }
    ok("listed")
}

pub(super) fn namespace(session: &mut Session, world: &World, args: &Args<'_>) -> Outcome {
    args.end()?;
    let prefix = String::from_utf8_lossy(&session.name(world, &world.settings.prefix)).into_owned();
    let delimiter = session.delimiter(world);
    session.line(world, &format!("* NAMESPACE (({prefix} {delimiter})) NIL NIL"));
    ok("that is all")
}

fn select_option(world: &World, wish: &mut Wish, option: &str) -> Result<(), Refusal> {
    match option {
        "SUBSCRIBED" => {
            wish.only_subscribed = true;
            wish.show_subscribed = true;
        }
        "REMOTE" => {}
        "RECURSIVEMATCH" => wish.recursive_match = true,
        "SPECIAL-USE" if world.has(Extension::SpecialUse) => wish.only_special = true,
        _ => return Err(bad("unknown selection option")),
    }
    Ok(())
}

fn return_options(world: &World, args: &mut Args<'_>, wish: &mut Wish) -> Result<(), Refusal> {
    let extended = world.has(Extension::ListExtended) || world.has(Extension::Imap4Rev2);
    if !extended || !args.take_word("RETURN") {
        return Err(bad("unexpected argument"));
    }
    args.space()?;
    let mut items = Vec::new();
    args.list(|args| {
        match args.word()?.as_str() {
            "SUBSCRIBED" => wish.show_subscribed = true,
            "CHILDREN" => wish.show_children = true,
            "SPECIAL-USE" if world.has(Extension::SpecialUse) => {}
            "STATUS" if world.has(Extension::ListStatus) || world.has(Extension::Imap4Rev2) => {
                args.space()?;
                items = status::items(world, args)?;
            }
            _ => return Err(bad("unknown return option")),
        }
        Ok(())
    })?;
    wish.status = items;
    Ok(())
}

/// A name to be listed, and the folder behind it if there is one.
struct Entry<'a> {
    name: String,
    folder: Option<&'a Folder>,
}

fn answer(session: &mut Session, world: &World, wish: &Wish) -> Result<(), Refusal> {
    let user = session.user.clone().unwrap_or_default();
    let Some(account) = world.account(&user) else { return Ok(()) };
    for entry in entries(account, wish) {
        let is_match = |pattern: &String| matches(&entry.name, pattern, world.settings.delimiter);
        let is_hidden = world.is_so(Quirk::NoInboxChildren)
            && world
                .settings
                .delimiter
                .is_some_and(|d| entry.name.to_uppercase().starts_with(&format!("INBOX{d}")));
        let is_special = entry.folder.is_some_and(|folder| !folder.special_use.is_empty());
        if !wish.patterns.iter().any(is_match) || is_hidden || (wish.only_special && !is_special) {
            continue;
        }
        let below = wish.recursive_match && subscribed_below(account, &entry.name);
        let subscribed = account.is_subscribed(&entry.name);
        if wish.only_subscribed && !subscribed && !below {
            continue;
        }
        let words = attributes(world, account, &entry, wish);
        let delimiter = session.delimiter(world);
        session.out.extend(format!("* LIST ({}) {delimiter} ", words.join(" ")).as_bytes());
        let name = session.name(world, &entry.name);
        session.out.extend(name);
        if below {
            session.out.extend(b" (\"CHILDINFO\" (\"SUBSCRIBED\"))");
        }
        session.end_line(world);
        match entry.folder {
            Some(folder) if !wish.status.is_empty() && !folder.no_select => {
                status::answer(session, world, folder, &wish.status);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Folders, names in between that are none, and subscribed names without a folder; in the order of their making.
fn entries<'a>(account: &'a Account, wish: &Wish) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'a>> = Vec::new();
    let folds = account.folds_case;
    let is_there = |entries: &[Entry<'_>], name: &str| {
        entries.iter().any(|entry| same_name(&entry.name, name, account.delimiter, folds))
    };
    for folder in &account.folders {
        if let Some(delimiter) = account.delimiter {
            for (at, _) in folder.name.match_indices(delimiter) {
                let parent = &folder.name[..at];
                if !is_there(&entries, parent) && account.find(parent).is_none() {
                    entries.push(Entry { name: parent.to_owned(), folder: None });
                }
            }
        }
        entries.push(Entry { name: folder.name.clone(), folder: Some(folder) });
    }
    if wish.only_subscribed {
        for name in &account.subscribed {
            if !is_there(&entries, name) {
                entries.push(Entry { name: name.clone(), folder: None });
            }
        }
    }
    entries
}

fn attributes(world: &World, account: &Account, entry: &Entry<'_>, wish: &Wish) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let knows_nothing = world.has(Extension::ListExtended) || world.has(Extension::Imap4Rev2);
    if entry.folder.is_none() && knows_nothing {
        words.push("\\NonExistent".to_owned());
    }
    // RFC 5258 §3: the one implies the other, but who asks in the old way knows the old word only.
    let is_noselect = match entry.folder {
        Some(folder) => folder.no_select,
        None => !(wish.is_extended && knows_nothing),
    };
    if is_noselect {
        words.push("\\Noselect".to_owned());
    }
    if wish.show_children || world.has(Extension::Children) {
        let has = account.children(&entry.name).next().is_some();
        words.push(if has { "\\HasChildren" } else { "\\HasNoChildren" }.to_owned());
    }
    if wish.show_subscribed && account.is_subscribed(&entry.name) {
        words.push("\\Subscribed".to_owned());
    }
    if world.has(Extension::SpecialUse) {
        words.extend(entry.folder.into_iter().flat_map(|folder| folder.special_use.iter().cloned()));
    }
    words
}

fn subscribed_below(account: &Account, name: &str) -> bool {
    let prefix = account.delimiter.map(|delimiter| format!("{name}{delimiter}"));
    prefix.is_some_and(|prefix| account.subscribed.iter().any(|own| own.starts_with(&prefix)))
}

/// `*` is anything, `%` anything on one level (RFC 9051 §6.3.9). INBOX matches in any case.
fn matches(name: &str, pattern: &str, delimiter: Option<char>) -> bool {
    let is_inbox = name.eq_ignore_ascii_case("INBOX");
    let letters: Vec<char> = if is_inbox { name.to_uppercase() } else { name.to_owned() }.chars().collect();
    let pattern: Vec<char> =
        if is_inbox { pattern.to_uppercase() } else { pattern.to_owned() }.chars().collect();
    // Which beginnings of the name the pattern so far can stand for.
    let mut reached = vec![false; letters.len() + 1];
    reached[0] = true;
    for mark in pattern {
        let mut next = vec![false; letters.len() + 1];
        for at in 0..=letters.len() {
            match mark {
                '*' | '%' => {
                    let steps = at > 0 && next[at - 1] && (mark == '*' || Some(letters[at - 1]) != delimiter);
                    next[at] = reached[at] || steps;
                }
                _ => next[at] = at > 0 && reached[at - 1] && letters[at - 1] == mark,
            }
        }
        reached = next;
    }
    reached[letters.len()]
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn wildcards_match_as_they_should() {
        for (name, pattern, expected) in [
            ("a/b", "*", true),
            ("a/b", "%", false),
            ("a/b", "a/%", true),
            ("a/b", "%/%", true),
            ("INBOX", "inbox", true),
            ("a", "A", false),
            ("abc", "a*c", true),
            ("abd", "a*c", false),
        ] {
            assert_eq!(matches(name, pattern, Some('/')), expected, "{name} {pattern}");
        }
    }
}
