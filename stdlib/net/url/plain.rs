//! URLs in which every character stands for itself, which most are: cut into their parts at once. What
//! is not so plain, or wrong, is left to the package's gol code.

/// The parts of `scheme://user:password@host:port/path?query#fragment`, of which scheme, host and path
/// are there.
pub(super) struct Plain<'a> {
    pub(super) scheme: &'a [u8],
    pub(super) user: Option<&'a [u8]>,
    pub(super) password: Option<&'a [u8]>,
    /// With the port.
    pub(super) host: &'a [u8],
    pub(super) path: &'a [u8],
    pub(super) query: &'a [u8],
    pub(super) fragment: &'a [u8],
}

/// Characters that mean nothing special anywhere and are never quoted.
fn is_unreserved(c: &u8) -> bool {
    c.is_ascii_alphanumeric() || b"-_.~".contains(c)
}

fn cut_at(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match memchr::memchr(at, text) {
        Some(i) => (&text[..i], Some(&text[i + 1..])),
        None => (text, None),
    }
}

/// The parts of a plain URL; `None` for every other text.
pub(super) fn parts(url: &[u8]) -> Option<Plain<'_>> {
    let (scheme, rest) = cut_at(url, b':');
    let rest = rest?.strip_prefix(b"//")?;
    let [first, others @ ..] = scheme else { return None };
    let is_later = |c: &u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !first.is_ascii_lowercase() || !others.iter().all(is_later) {
        return None;
    }
    let (rest, fragment) = cut_at(rest, b'#');
    let (rest, query) = cut_at(rest, b'?');
    // An empty query or fragment is told from none.
    if query.is_some_and(<[u8]>::is_empty) || fragment.is_some_and(<[u8]>::is_empty) {
        return None;
    }
    let (query, fragment) = (query.unwrap_or(&[]), fragment.unwrap_or(&[]));
    let (authority, path) = rest.split_at(memchr::memchr(b'/', rest).unwrap_or(rest.len()));
    let (user, host) = match cut_at(authority, b'@') {
        (host, None) => (None, host),
        (user, Some(host)) => (Some(user), host),
    };
    let (user, password) = user.map_or((None, None), |user| {
        let (name, password) = cut_at(user, b':');
        (Some(name), password)
    });
    let (name, port) = cut_at(host, b':');
    let plain = !name.is_empty()
        && name.iter().all(is_unreserved)
        && port.unwrap_or(&[]).iter().all(u8::is_ascii_digit)
        && [user, password].into_iter().flatten().flatten().all(is_unreserved)
        && path.iter().all(|c| is_unreserved(c) || *c == b'/')
        && fragment.iter().all(is_unreserved)
        && query.iter().all(u8::is_ascii_graphic);
    plain.then_some(Plain { scheme, user, password, host, path, query, fragment })
}
