use super::*;

#[test]
fn names_of_many_are_cut() {
    let names: Vec<_> = (0..12).map(|number| format!("h{number}")).collect();
    let of = |count: usize| named(names.iter().take(count).map(String::as_str), count);
    assert_eq!(of(2), "h0, h1");
    assert!(of(12).ends_with("h9 and 2 more"), "{}", of(12));
}
