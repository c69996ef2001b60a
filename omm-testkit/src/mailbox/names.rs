//! Folder names that real people have and programs stumble over.

/// Names of folders, each with something odd. Some differ only in case, one is very long.
pub fn odd_names() -> Vec<String> {
    let mut names: Vec<String> = [
        "Sent",
        "Sent Items",
        "a/b",
        "v1.2.3",
        ".hidden",
        "trailing.",
        " leading and trailing ",
        "100% done",
        "%2e%2e",
        "back\\slash",
        "\"quoted\"",
        "*star? & (paren) {brace}",
        "Entwürfe",
        "رسائل",
        "日本語",
        "🚀 launch",
        "e\u{301}",
        "\u{e9}",
        "CON",
        "aux.txt",
        "&AOk-",
        "~tilde",
        "new",
        "cur",
        "Projects",
        "projects",
        "tab\there",
        "colon: semi;",
        "..",
    ]
    .map(str::to_owned)
    .into();
    names.push("long ".repeat(30) + "end");
    names
}
