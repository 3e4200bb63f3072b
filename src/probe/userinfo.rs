//! The user and the password in an address, which nobody is to see.

/// An address without them. The path of a socket stays as it is.
pub(super) fn without_user(address: &str) -> String {
    match address.split_once("://").filter(|(scheme, _)| *scheme != "unix") {
        Some((scheme, rest)) => format!("{scheme}://{}", after_user(rest)),
        None => address.to_owned(),
    }
}

/// What an address has after its scheme, without them. A password may hold any of the signs that end it.
pub(super) fn after_user(rest: &str) -> &str {
    rest.rsplit_once('@').map_or(rest, |(_, place)| place)
}
