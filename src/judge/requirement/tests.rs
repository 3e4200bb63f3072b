use super::*;

fn condition(fact: &str) -> Requirement {
    Requirement::Condition(Condition::new(fact, Comparison::Present, Some(true.into())))
}

#[test]
fn a_single_part_stands_for_itself() {
    let [a, b] = ["a", "b"].map(condition);
    for (parts, all, any) in [
        (vec![a.clone()], a.clone(), a.clone()),
        (vec![], Requirement::All(vec![]), Requirement::Any(vec![])),
        (
            vec![a.clone(), b.clone()],
            Requirement::All(vec![a.clone(), b.clone()]),
            Requirement::Any(vec![a.clone(), b.clone()]),
        ),
    ] {
        assert_eq!(Requirement::all(parts.clone()), all);
        assert_eq!(Requirement::any(parts), any);
    }
}

#[test]
fn conditions_are_found_at_every_depth_in_their_order() {
    let nested = Requirement::All(vec![
        condition("a"),
        Requirement::Any(vec![condition("b"), Requirement::Not(Box::new(condition("c")))]),
        condition("d"),
    ]);
    let facts: Vec<_> = nested.conditions().into_iter().map(|condition| condition.fact.as_str()).collect();
    assert_eq!(facts, ["a", "b", "c", "d"]);
}

#[test]
fn what_a_condition_does_not_say_is_not_written() {
    let written = serde_json::to_value(condition("os.id")).unwrap();
    let short = serde_json::json!({ "condition": { "fact": "os.id", "operator": "present", "value": true } });
    assert_eq!(written, short);
    assert_eq!(serde_json::from_value::<Requirement>(written).unwrap(), condition("os.id"));
}
