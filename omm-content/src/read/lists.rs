//! Lists in values: what parts them, and what is escaped (vCard 2.1 §2.1.2: only `\;`; vCalendar 1.0 likewise).

/// More fields are none: what is left is the text of the last one.
const MOST: usize = 10_000;

/// Splits a value at unescaped semicolons and takes the backslash off `\;`, `\\` and `\,`.
pub(crate) fn fields(value: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        let next =
            (letter == '\\').then(|| letters.next_if(|next| matches!(next, ';' | '\\' | ','))).flatten();
        match (next, letter) {
            (Some(next), _) => fields.last_mut().into_iter().for_each(|field| field.push(next)),
            (None, ';') if fields.len() < MOST => fields.push(String::new()),
            _ => fields.last_mut().into_iter().for_each(|field| field.push(letter)),
        }
    }
    fields
}

/// Text that was not parted into fields.
pub(crate) fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, letters.peek()) {
            ('\\', Some(';' | '\\' | ',')) => out.extend(letters.next()),
            // Not of the old grammar, and seen in it.
            ('\\', Some('n' | 'N')) => {
                letters.next();
                out.push('\n');
            }
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semicolons_part_and_backslashes_keep_together() {
        assert_eq!(fields("a;b\\;c;;d\\e"), ["a", "b;c", "", "d\\e"]);
        assert_eq!(fields(""), [""]);
        assert_eq!(fields(&";".repeat(MOST + 1)).len(), MOST);
        assert_eq!(text("a\\;b\\\\c\\nd\\e"), "a;b\\c\nd\\e");
    }
}
