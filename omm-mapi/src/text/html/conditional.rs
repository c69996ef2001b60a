//! Comments that only Outlook reads: Word puts tens of kilobytes of its styles into them.

const BEGIN: &str = "<!--[if ";
const END: &str = "<![endif]-->";

/// The document without them. Those that mean all programs but Outlook stay: what is in them is no comment.
pub(crate) fn without_conditional_comments(html: &str) -> String {
    let mut left = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, comment)) = rest.split_once(BEGIN) {
        left.push_str(before);
        if comment.starts_with('!') {
            left.push_str(BEGIN);
            rest = comment;
            continue;
        }
        let Some((_, after)) = comment.split_once(END) else {
            // One without an end is as good as no comment: nothing is taken away.
            left.push_str(BEGIN);
            rest = comment;
            break;
        };
        rest = after;
    }
    left.push_str(rest);
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_for_outlook_go_and_others_stay() {
        for (html, expected) in [
            ("a<!--[if gte mso 9]><xml>x</xml><![endif]-->b", "ab"),
            ("<!--[if mso]>x<![endif]--><!--[if gte mso 10]>y<![endif]-->", ""),
            ("<!--[if !mso]><!--> all <!--<![endif]-->z", "<!--[if !mso]><!--> all <!--<![endif]-->z"),
            (
                "a<!--[if !mso]><!-->b<!--<![endif]--><!--[if mso]>x<![endif]-->c",
                "a<!--[if !mso]><!-->b<!--<![endif]-->c",
            ),
            ("a<!-- plain -->b", "a<!-- plain -->b"),
            ("a<!--[if mso]>never ends", "a<!--[if mso]>never ends"),
            ("", ""),
        ] {
            assert_eq!(without_conditional_comments(html), expected, "{html}");
        }
    }
}
