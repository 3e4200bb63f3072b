use super::*;
use crate::facts::{Fact, Value, Why};
use crate::judge::testing::{TODAY, at_least, cell, check, is, pack, tier, unknown};
use crate::pack::{Check, Level};

#[test]
fn a_host_fits_tiers_by_its_sizes_alone() {
    let tiers = vec![
        tier("small", &[("cpus", at_least(2.0, "2")), ("memory", at_least(2e9, "2 GB"))]),
        tier("big", &[("cpus", at_least(8.0, "8")), ("memory", at_least(2e9, "2 GB"))]),
        tier("cpus-only", &[("cpus", at_least(4.0, "4"))]),
        Tier { cluster: true, ..tier("cluster", &[("cpus", at_least(8.0, "8"))]) },
        tier("blank", &[]),
    ];
    // Tiers are compared for an installation.
    let in_phase = |id: &str, phase: &str| Check {
        applies_when: Some(is("plan.phase", phase)),
        ..check(id, Level::Required, cell("cpu.online", "cpus"))
    };
    let checks = vec![
        check("os", Level::Required, is("os.id", "debian")),
        in_phase("cpu", "install"),
        check("memory", Level::Required, cell("memory.total", "memory")),
        in_phase("cpu-later", "upgrade"),
    ];
    let pack = pack(tiers, checks);
    let four = Fact::known(4_u64, "test");
    let much = Fact::known(4_000_000_000_u64, "test");
    use Verdict::{Supported, Undetermined, Unsupported};
    for (memory, expected) in [
        (much, [Supported, Unsupported, Supported, Unsupported, Undetermined]),
        (unknown(Why::TimedOut), [Undetermined, Unsupported, Supported, Unsupported, Undetermined]),
        (Fact::absent("test"), [Unsupported, Unsupported, Supported, Unsupported, Undetermined]),
    ] {
        let facts = [
            ("os.id".to_owned(), Fact::known("windows", "test")),
            ("cpu.online".to_owned(), four.clone()),
            ("memory.total".to_owned(), memory),
        ];
        let fits = fits(&pack, &facts.into(), TODAY);
        let verdicts: Vec<_> = fits.iter().map(|fit| fit.verdict).collect();
        assert_eq!(verdicts, expected);
        let answers: Vec<_> = fits.iter().map(TierFit::fits).collect();
        let answer = |verdict| match verdict {
            Supported => Fits::Yes,
            Unsupported => Fits::No,
            _ => Fits::Unknown,
        };
        assert_eq!(answers, [answer(expected[0]), Fits::No, Fits::Yes, Fits::Node, Fits::Unknown]);
        let ids = |fit: &TierFit<'_>| fit.findings.iter().map(|finding| finding.id.clone()).collect::<Vec<_>>();
        let compared: Vec<_> = fits.iter().map(ids).collect();
        assert_eq!(compared, [vec!["cpu", "memory"], vec!["cpu", "memory"], vec!["cpu"], vec!["cpu"], vec![]]);
        for (fit, tier) in fits.iter().zip(&pack.tiers) {
            assert_eq!(fit.tier, tier);
            assert_eq!(fit.facts["plan.tier"].value(), Some(&Value::from(tier.id.as_str())));
            assert_eq!(fit.facts["plan.product"].text(), Some("thing"));
        }
    }
}
