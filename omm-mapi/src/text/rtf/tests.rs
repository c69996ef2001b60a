use super::*;

#[test]
fn html_comes_out_of_its_disguise() {
    for (rtf, expected) in [
        (
            // [MS-OXRTFEX] §4.1: the shape of the specification's example.
            &b"{\\rtf1\\ANSI\\ansicpg1251\\fromhtml1 \\deff0\r\n{\\fonttbl {\\f0\\fmodern Courier New;}{\\f1\\fswiss Arial;}{\\f2\\fswiss\\fcharset0 Arial;}}\r\n\
            {\\colortbl\\red0\\green0\\blue0;\\red0\\green0\\blue255;}\r\n{\\*\\htmltag64}\r\n\\uc1\\pard\\plain\\deftab360 \\f0\\fs24\r\n\
            {\\*\\htmltag <HTML><BODY>\\par}{\\*\\htmltag64 <P>}\\htmlrtf \\par \\htmlrtf0 Note: \\htmlrtf {\\b \\htmlrtf0 {\\*\\htmltag <B>}bold\
            {\\*\\htmltag </B>}\\htmlrtf }\\htmlrtf0 {\\*\\htmltag84 &nbsp;}\\htmlrtf \\'a0\\htmlrtf0 \\'c0\\par{\\*\\mhtmltag no}{\\*\\htmltag </BODY>}}"[..],
            "<HTML><BODY>\r\n<P>Note: <B>bold</B>&nbsp;А\r\n</BODY>",
        ),
        // Code pages by font, letters in two bytes one of which is no escape, and fallbacks.
        (
            b"{\\rtf1\\ansi\\ansicpg932\\fromhtml1\\deff0{\\fonttbl{\\f0\\fcharset128 x;}{\\f1\\fcharset204 y;}}\
            \\'93\\'fa\\'96{ \\f1\\'cf}\\'83A \\u8364\\'3f\\uc2\\u8364??x\\u-10179 ??\\u-8704 ??}",
            "\u{65E5}\u{FFFD} \u{41F}\u{30A2} €€x😀",
        ),
        (b"{\\rtf1\\fromhtml1{\\*\\htmltag <a>}1 < 2 \\{\\lquote x\\~\\_\\tab\\line}", "<a>1 &lt; 2 {‘x&nbsp;&shy;\t\r\n"),
    ] {
        let Rtf::Html(html) = read(rtf) else { panic!("no HTML in {}", String::from_utf8_lossy(rtf)) };
        assert_eq!(html, expected);
    }
}

#[test]
fn text_comes_out_of_its_disguise() {
    let rtf = b"{\\rtf1\\ansi\\ansicpg1252\\fromtext \\fbidi \\deff0{\\fonttbl{\\f0\\fswiss Arial;}}\r\n\\f0\\fs20 a\\'e4 \\{b\\}\\par\r\n\\tab c\\u8211 -\\line}\0\0";
    assert_eq!(read(rtf), Rtf::Text("aä {b}\r\n\tc–\r\n".to_owned()));
}

#[test]
fn real_rtf_is_text_and_html() {
    for (rtf, text, body) in [
        (
            &b"{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\*\\generator X;}{\\info{\\author me}}\\b Bold\\b0  and {\\i\\ul it}\\par\\par a<b\\par}"[..],
            "Bold and it\r\n\r\na<b\r\n",
            Some("<p><b>Bold</b> and <i><u>it</u></i></p>\r\n<p><br></p>\r\n<p>a&lt;b</p>\r\n"),
        ),
        (
            b"{\\rtf1 {\\field{\\*\\fldinst{HYPERLINK \"http://x/?a&b\"}}{\\fldrslt{\\ul here}}} after}",
            "here after",
            Some("<p><a href=\"http://x/?a&amp;b\"><u>here</u></a> after</p>\r\n"),
        ),
        (b"{\\rtf1 nothing special{\\pict 0123}{\\v hidden}\\par}", "nothing special\r\n", None),
        (b"\\trowd a\\cell b\\cell\\row}}}", "a\tb\t\r\n", None),
    ] {
        let Rtf::Rich { text: found, html } = read(rtf) else { panic!("a disguise") };
        assert_eq!(found, text);
        assert_eq!(html.is_some(), body.is_some());
        if let (Some(html), Some(body)) = (html, body) {
            assert!(html.contains(body), "{html}");
        }
    }
}

/// However deep and however broken: no stack, no time.
#[test]
fn hostile_rtf_costs_little() {
    for piece in [
        "{",
        "{\\b ",
        "}",
        "\\'",
        "{\\*\\fldinst ",
        "\\u-10179 ",
        "{\\field{\\*\\fldinst HYPERLINK x}",
        "{\\fonttbl\\f1\\fcharset1 ",
    ] {
        let rtf = ["{\\rtf1 ", &piece.repeat(100_000), "end"].concat();
        assert!(matches!(read(rtf.as_bytes()), Rtf::Rich { .. }), "{piece}");
    }
}

/// Kills: a link that is written again for each letter, whatever its length.
#[test]
fn a_long_link_is_not_written_for_ever() {
    let link = "x".repeat(16_000);
    let rtf = format!(
        "{{\\rtf1 {{\\field{{\\*\\fldinst HYPERLINK \"{link}\"}}{{\\fldrslt {}}}}}}}",
        "\\b a\\b0 b".repeat(1_000)
    );
    let Rtf::Rich { html: Some(html), .. } = read(rtf.as_bytes()) else { panic!("no HTML") };
    assert!(html.len() > link.len() && html.len() < 18 << 20, "{}", html.len());
}
