//! Media types of attachments.

/// The media type that an attachment has: what is kept of it if that is one, else what its file name says.
pub(super) fn media_type(kept: Option<&str>, name: &str) -> String {
    match kept.map(|kept| kept.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()) {
        Some(kept) if is_media_type(&kept) => kept,
        _ => of_name(name).to_owned(),
    }
}

/// RFC 6838 §4.2: two names with a `/` between them.
fn is_media_type(text: &str) -> bool {
    let name = |part: &str| {
        (1..=127).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    text.split_once('/').is_some_and(|(kind, subtype)| name(kind) && name(subtype))
}

fn of_name(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref().unwrap_or_default() {
        "bmp" => "image/bmp",
        "csv" => "text/csv",
        "doc" | "dot" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "eml" => "message/rfc822",
        "gif" => "image/gif",
        "gz" => "application/gzip",
        "htm" | "html" => "text/html",
        "ics" => "text/calendar",
        "jpeg" | "jpg" => "image/jpeg",
        "json" => "application/json",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "msg" => "application/vnd.ms-outlook",
        "odt" => "application/vnd.oasis.opendocument.text",
        "p7m" => "application/pkcs7-mime",
        "p7s" => "application/pkcs7-signature",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "pps" | "ppt" => "application/vnd.ms-powerpoint",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "rtf" => "application/rtf",
        "svg" => "image/svg+xml",
        "tif" | "tiff" => "image/tiff",
        "log" | "txt" => "text/plain",
        "vcf" => "text/vcard",
        "wav" => "audio/wav",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xml" => "application/xml",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types() {
        for (kept, name, expected) in [
            (Some("Image/PNG; name=x"), "a.txt", "image/png"),
            (Some("evil\r\nX: y"), "a.PDF", "application/pdf"),
            (Some(""), "a", "application/octet-stream"),
            (None, "a.tar.gz", "application/gzip"),
        ] {
            assert_eq!(media_type(kept, name), expected);
        }
    }
}
