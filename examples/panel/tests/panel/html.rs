//! What is asked of every page that any test is shown: tags that fit together, a label for every field, no script in it.
//!
//! No browser stands behind it. It reads the HTML that we write, which is stricter than what browsers take.

use std::collections::{BTreeMap, BTreeSet};

/// Elements without an end.
const VOID: [&str; 8] = ["br", "hr", "img", "input", "link", "meta", "polyline", "wbr"];

struct Tag<'a> {
    name: &'a str,
    attributes: BTreeMap<&'a str, &'a str>,
    is_end: bool,
}

/// What was seen of a page so far.
#[derive(Default)]
struct Seen<'a> {
    open: Vec<&'a str>,
    ids: BTreeSet<&'a str>,
    meant: BTreeSet<&'a str>,
    labelled: BTreeSet<&'a str>,
    fields: Vec<&'a str>,
    headings: Vec<u32>,
    mains: usize,
    unsigned: bool,
}

/// Looks at a page.
#[track_caller]
pub(crate) fn check(page: &str) {
    let mut seen = Seen::default();
    let mut rest = page.trim_start().strip_prefix("<!doctype html>").expect("a doctype comes first");
    while let Some((before, behind)) = rest.split_once('<') {
        let has_text = !before.trim().is_empty();
        let (tag, behind) = tag(behind);
        if has_text {
            assert!(
                !matches!(seen.open.last(), Some(&("ul" | "table" | "tr" | "select" | "dl"))),
                "text in {before:?}"
            );
        }
        if tag.is_end {
            let name = seen.open.pop();
            assert_eq!(name, Some(tag.name), "ends {} before it", tag.name);
            let is_named =
                !matches!(tag.name, "a" | "button" | "title" | "h1" | "h2" | "h3" | "label" | "th");
            assert!(is_named || has_text || rest_has_text(page, behind, tag.name), "an empty {}", tag.name);
            if tag.name == "form" {
                assert!(!seen.unsigned, "a form without a token");
            }
        } else {
            seen.see(&tag);
            if !VOID.contains(&tag.name) {
                seen.open.push(tag.name);
            }
        }
        rest = behind;
    }
    seen.end();
}

impl<'a> Seen<'a> {
    fn see(&mut self, tag: &Tag<'a>) {
        let attribute = |name| tag.attributes.get(name).copied();
        for name in tag.attributes.keys() {
            assert!(!name.starts_with("on") && *name != "style", "{name} in a {}", tag.name);
        }
        if let Some(id) = attribute("id") {
            assert!(!id.is_empty() && self.ids.insert(id), "two with the id {id:?}");
        }
        for name in ["for", "aria-describedby", "aria-labelledby"] {
            self.meant.extend(attribute(name).unwrap_or_default().split_whitespace());
        }
        self.labelled.extend(attribute("for"));
        match tag.name {
            "html" => assert!(matches!(attribute("lang"), Some("en" | "fr"))),
            "script" => assert!(attribute("src").is_some(), "a script in the page"),
            "main" => self.mains += 1,
            "h1" | "h2" | "h3" => self.headings.extend(tag.name.trim_start_matches('h').parse::<u32>()),
            "th" => assert!(attribute("scope").is_some(), "a heading of nothing"),
            "form" => self.unsigned = attribute("method") == Some("post"),
            "input" | "select" => {
                if attribute("name") == Some("token") {
                    self.unsigned &= attribute("value").is_none_or(str::is_empty);
                }
                let is_labelled = self.open.contains(&"label") || attribute("type") == Some("hidden");
                if !is_labelled {
                    self.fields.push(attribute("id").expect("a field without a label"));
                }
                if attribute("type") == Some("password") {
                    assert_eq!(attribute("value"), Some(""), "a password that is filled in");
                }
            }
            _ => (),
        }
    }

    fn end(&self) {
        assert!(self.open.is_empty(), "never ended: {:?}", self.open);
        assert!(
            self.meant.is_subset(&self.ids),
            "nothing has these ids: {:?}",
            self.meant.difference(&self.ids)
        );
        assert!(self.fields.iter().all(|id| self.labelled.contains(id)), "{:?}", self.fields);
        assert_eq!(self.mains, 1);
        assert_eq!(self.headings.iter().filter(|level| **level == 1).count(), 1, "{:?}", self.headings);
        assert!(self.headings.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{:?}", self.headings);
    }
}

/// Whether the element that ends just before `behind` has text somewhere within.
fn rest_has_text(page: &str, behind: &str, name: &str) -> bool {
    let before = &page[..page.len() - behind.len()];
    let start = before.rfind(&format!("<{name}")).unwrap_or_default();
    let mut is_tag = false;
    before[start..].chars().any(|letter| {
        is_tag = (is_tag || letter == '<') && letter != '>';
        !is_tag && letter != '>' && !letter.is_whitespace()
    })
}

/// The tag behind its `<`, and what comes after it.
fn tag(text: &str) -> (Tag<'_>, &str) {
    let (text, is_end) = text.strip_prefix('/').map_or((text, false), |text| (text, true));
    let length = text.find(|letter: char| !letter.is_ascii_alphanumeric()).expect("a tag ends");
    let (name, mut rest) = text.split_at(length);
    let mut attributes = BTreeMap::new();
    loop {
        let trimmed = rest.trim_start();
        if let Some(behind) = trimmed.strip_prefix("/>").or_else(|| trimmed.strip_prefix('>')) {
            return (Tag { name, attributes, is_end }, behind);
        }
        assert!(
            trimmed.len() < rest.len(),
            "no blank before {:?}",
            trimmed.chars().take(40).collect::<String>()
        );
        let length = trimmed.find(['=', ' ', '>', '\n']).expect("an attribute ends");
        let (attribute, behind) = trimmed.split_at(length);
        let value = behind.strip_prefix("=\"").and_then(|value| value.split_once('"'));
        rest = value.map_or(behind, |(_, behind)| behind);
        let known = attributes.insert(attribute, value.map_or("", |(value, _)| value));
        assert!(known.is_none(), "{attribute} twice");
    }
}

#[test]
fn bad_pages_are_found() {
    let page = |main: &str| {
        format!(
            "<!doctype html><html lang=\"en\"><body><main id=\"main\"><h1>x</h1>{main}</main></body></html>"
        )
    };
    let is_bad = |main: &str| {
        let page = page(main);
        std::panic::catch_unwind(|| check(&page)).is_err()
    };
    assert!(!is_bad(
        "<h2>y</h2><form method=\"post\"><input type=\"hidden\" name=\"token\" value=\"1\"></form>"
    ));
    for main in [
        "<p><b>x</p></b>",
        "<p>",
        "<p class=\"a\"id=\"b\">x</p>",
        "<p id=\"a\">x</p><p id=\"a\">y</p>",
        "<input name=\"x\">",
        "<input id=\"x\">",
        "<label for=\"y\">y</label><input id=\"x\">",
        "<label>x <input type=\"password\" value=\"geheim\"></label>",
        "<p onclick=\"x\">x</p>",
        "<script>x</script>",
        "<form method=\"post\"><button>x</button></form>",
        "<button></button>",
        "<h3>y</h3>",
        "<h1>y</h1>",
        "<table><tr><th>x</th></tr></table>",
        "<p aria-describedby=\"nothing\">x</p>",
    ] {
        assert!(is_bad(main), "{main}");
    }
}
