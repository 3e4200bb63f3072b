//! How the product is deployed if the plan does not say it, and whether what tells of the deployment is judged.

use super::follows::follows;
use super::release::text;
use crate::facts::{Fact, FactState, Facts, Provenance};
use crate::plan::{COMPOSE, KUBERNETES, Plan, is_of_kubernetes};

const METHOD: &str = "plan.deployment";
const FORMAT: &str = "deployment.format";
const FROM: &str = "deployment.from";
const PHASE: &str = "plan.phase";

/// Says how the product is deployed if the plan does not: what a manifest is goes before what is assumed.
pub(super) fn place(facts: &mut Facts, plan: &Plan) {
    if plan.has_said("deployment") && plan.deployment.is_some() {
        return;
    }
    let is_of_kubernetes = plan.deployment.as_deref().is_some_and(is_of_kubernetes);
    let method = match text(facts, FORMAT) {
        Some("values") if !is_of_kubernetes => KUBERNETES,
        Some("compose") if is_of_kubernetes || plan.deployment.is_none() => COMPOSE,
        _ => return,
    };
    facts.insert(METHOD.to_owned(), Fact::known(method, FORMAT).by(Provenance::Derived));
}

/// Whether what tells of the deployment is judged. What runs before an installation is another one.
pub(super) fn judged(facts: &Facts) -> Fact {
    match text(facts, FROM) {
        Some("containers") => match text(facts, PHASE) {
            Some(phase) => Fact::known(phase != "install", format!("{FROM}, {PHASE}")),
            None => follows(facts.get(PHASE), PHASE),
        },
        Some(_) => Fact::known(true, FROM),
        None => follows(facts.get(FROM), FROM),
    }
}

/// The fact of the deployment by this name, and what it is of, if it counts more than what a server and the containers here say:
/// it is of a manifest, or of a cluster in which the product is installed already.
pub(super) fn told<'f>(facts: &'f Facts, name: &str) -> Option<(&'f Fact, &'f str)> {
    let from = match text(facts, FROM)? {
        "cluster" if text(facts, PHASE) == Some("install") => return None,
        "containers" => return None,
        from => from,
    };
    facts.get(name).filter(|fact| fact.state != FactState::Absent).map(|fact| (fact, from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Value;

    fn facts(all: &[(&str, &str)]) -> Facts {
        all.iter().map(|(name, value)| ((*name).to_owned(), Fact::known(*value, "x"))).collect()
    }

    #[test]
    fn the_method_is_that_of_the_manifest_unless_it_was_said() {
        let method = |deployment: Option<&str>, is_assumed: bool, format: &str| {
            let mut plan = Plan { deployment: deployment.map(str::to_owned), ..Plan::default() };
            if is_assumed {
                plan.assumed.push("deployment".to_owned());
            }
            let mut facts = facts(&[(FORMAT, format)]);
            place(&mut facts, &plan);
            facts.get(METHOD).and_then(Fact::text).map(str::to_owned)
        };
        assert_eq!(method(Some("compose"), true, "values").as_deref(), Some("kubernetes"));
        assert_eq!(method(Some("kubernetes"), true, "compose").as_deref(), Some("compose"));
        assert_eq!(method(None, false, "compose").as_deref(), Some("compose"));
        for (deployment, is_assumed, format) in [
            (Some("swarm"), true, "compose"),
            (Some("kubernetes"), true, "values"),
            (Some("kubernetes"), false, "compose"),
            (Some("compose"), false, "values"),
        ] {
            assert_eq!(method(deployment, is_assumed, format), None, "{deployment:?} {is_assumed} {format}");
        }
    }

    #[test]
    fn what_runs_before_an_installation_is_not_judged() {
        let judged = |all: &[(&str, &str)]| judged(&facts(all)).value().cloned();
        assert_eq!(judged(&[(FROM, "manifest"), (PHASE, "install")]), Some(Value::Bool(true)));
        assert_eq!(judged(&[(FROM, "cluster"), (PHASE, "install")]), Some(Value::Bool(true)));
        assert_eq!(judged(&[(FROM, "containers"), (PHASE, "run")]), Some(Value::Bool(true)));
        assert_eq!(judged(&[(FROM, "containers"), (PHASE, "install")]), Some(Value::Bool(false)));
        assert_eq!(judged(&[(PHASE, "run")]), None);
        let absent = Facts::from([(FROM.to_owned(), Fact::absent("x"))]);
        assert_eq!(super::judged(&absent).state, FactState::Absent);
    }
}
