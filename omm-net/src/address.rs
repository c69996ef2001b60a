//! Host and port, as people write them.

/// Host (in lower case, without brackets and final dot) and port, from `host`, `host:port`, `[::1]:port` or `::1`;
/// `usual` where no port is named.
///
/// # Errors
/// What is wrong with it, for a line that says how it is written.
pub fn parse(server: &str, usual: u16) -> Result<(String, u16), &'static str> {
    let server = server.trim().trim_end_matches('/');
    let (host, port) = match server.strip_prefix('[') {
        // RFC 3986 §3.2.2: an IPv6 address stands in brackets.
        Some(rest) => {
            let (host, rest) = rest.split_once(']').ok_or("the bracket of an IPv6 address is not closed")?;
            (host, rest.strip_prefix(':'))
        }
        None => match server.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') => (host, Some(port)),
            _ => (server, None),
        },
    };
    if host.is_empty() || host.contains(['/', ' ', '@', '?', '#']) {
        return Err("this is no host name");
    }
    let port = match port {
        None => usual,
        Some(port) => match port.parse() {
            Ok(0) | Err(_) => return Err("the port is a number from 1 to 65535"),
            Ok(port) => port,
        },
    };
    Ok((host.trim_end_matches('.').to_ascii_lowercase(), port))
}

/// The way back: an IPv6 address in brackets.
pub fn written(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports() {
        for (server, expected) in [
            ("Mail.Example", Ok("mail.example:7")),
            (" mail.example.:143/ ", Ok("mail.example:143")),
            ("[::1]:10143", Ok("[::1]:10143")),
            ("[::1]", Ok("[::1]:7")),
            ("::1", Ok("[::1]:7")),
            ("", Err("this is no host name")),
            ("a b", Err("this is no host name")),
            ("a:0", Err("the port is a number from 1 to 65535")),
            ("a:65536", Err("the port is a number from 1 to 65535")),
            ("[::1", Err("the bracket of an IPv6 address is not closed")),
        ] {
            let parsed = parse(server, 7).map(|(host, port)| written(&host, port));
            assert_eq!(parsed, expected.map(str::to_owned), "{server}");
        }
    }
}
