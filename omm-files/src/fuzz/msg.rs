use omm_mapi::Message;
use std::io::{self, Cursor};

/// Whatever the bytes, a message is read to its last attachment, or refused.
pub fn msg(data: &[u8]) {
    if let Ok(message) = crate::msg::open(Cursor::new(data.to_vec())) {
        read(&message, 0);
    }
}

/// Everything of a message. A few bytes can name one storage many times, so depth is bounded more tightly here.
pub(super) fn read(message: &dyn Message, depth: u32) {
    let _ = message.recipients();
    for attachment in message.attachments().into_iter().flatten() {
        if let Ok(Some(mut data)) = attachment.data() {
            let _ = io::copy(&mut data, &mut io::sink());
        }
        match attachment.message() {
            Ok(Some(inner)) if depth < 4 => read(&*inner, depth + 1),
            _ => {}
        }
    }
}
