//! `/proc/cpuinfo`: proc_cpuinfo(5). Its fields differ by architecture.

use std::collections::BTreeSet;

/// The fields of all CPUs in the order of the file.
pub(in crate::probe) struct Cpuinfo<'t> {
    fields: Vec<(&'t str, &'t str)>,
}

impl<'t> Cpuinfo<'t> {
    /// Reads the file; `None` when it holds no field at all.
    pub(in crate::probe) fn parse(text: &'t str) -> Option<Self> {
        let fields: Vec<_> = text
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim(), value.trim()))
            .filter(|(name, _)| !name.is_empty())
            .collect();
        (!fields.is_empty()).then_some(Self { fields })
    }

    fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'t str> + 'f {
        self.fields.iter().filter(move |(field, _)| *field == name).map(|(_, value)| *value)
    }

    /// Numbers of the CPUs listed, which are those online.
    pub(super) fn processors(&self) -> BTreeSet<u32> {
        self.all("processor").filter_map(|number| number.parse().ok()).collect()
    }

    /// The board's name (`Model`, Raspberry Pi), the system on chip's (`Hardware`, 32-bit arm), or the CPU's own
    /// (`model name`). 32-bit arm has the last too, where it says no more than `ARMv7 Processor`; 64-bit arm has none.
    pub(super) fn model(&self) -> Option<&'t str> {
        ["Model", "Hardware", "model name"].into_iter().find_map(|name| self.all(name).find(|value| !value.is_empty()))
    }

    /// The clock in MHz by the model's name (`@ 2.20GHz`), else the highest of those CPUs run at now (`cpu MHz`). LoongArch
    /// writes `CPU MHz`, s390 `cpu MHz static`, and POWER `clock` with its unit. 64-bit arm writes none.
    pub(super) fn mhz(&self) -> Option<f64> {
        let nominal = self.all("model name").find_map(|name| {
            let ghz: f64 = name.rsplit_once('@')?.1.trim().strip_suffix("GHz")?.trim().parse().ok()?;
            // Names have two decimals: 2.20 GHz is 2200 MHz, not 2200.0000000000005.
            Some((ghz * 1000.0).round())
        });
        let now = || {
            let names = ["cpu MHz", "CPU MHz", "cpu MHz static", "clock"];
            let told = names.into_iter().flat_map(|name| self.all(name));
            told.filter_map(|mhz| mhz.trim_end_matches("MHz").parse::<f64>().ok()).max_by(f64::total_cmp)
        };
        nominal.or_else(now).filter(|mhz| mhz.is_finite() && *mhz > 0.0)
    }

    /// Flags (`flags` on x86, `Features` on arm) that every CPU has, sorted; `None` on an architecture that names none.
    pub(in crate::probe) fn flags(&self) -> Option<Vec<String>> {
        self.all("flags")
            .chain(self.all("Features"))
            .map(|flags| flags.split_whitespace().collect::<BTreeSet<_>>())
            .reduce(|common, flags| common.intersection(&flags).copied().collect())
            .map(|flags| flags.into_iter().map(str::to_owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Two CPUs of a cloud machine, the second without AVX as after a bad microcode update.
    const X86: &str = "\
processor	: 0
vendor_id	: GenuineIntel
cpu family	: 6
model		: 79
model name	: Intel(R) Xeon(R) CPU @ 2.20GHz
cpu MHz		: 2199.998
physical id	: 0
core id		: 0
flags		: fpu vme sse2 avx hypervisor
power management:

processor	: 1
vendor_id	: GenuineIntel
model name	: Intel(R) Xeon(R) CPU @ 2.20GHz
cpu MHz		: 2199.998
flags		: fpu vme sse2 hypervisor
power management:
";
    const EPYC: &str = "\
processor	: 0
model name	: AMD EPYC 7B12
cpu MHz		: 2249.998
flags		: fpu avx avx2

processor	: 1
model name	: AMD EPYC 7B12
cpu MHz		: 3291.004
flags		: fpu avx avx2
";
    const GRAVITON: &str = "\
processor	: 0
BogoMIPS	: 243.75
Features	: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp
CPU implementer	: 0x41
CPU architecture: 8
CPU part	: 0xd0c
";
    const PI3: &str = "\
processor	: 0
model name	: ARMv7 Processor rev 4 (v7l)
BogoMIPS	: 38.40
Features	: half thumb fastmult vfp edsp neon vfpv3 tls vfpv4 idiva idivt vfpd32 lpae evtstrm crc32

processor	: 3
model name	: ARMv7 Processor rev 4 (v7l)
Features	: half thumb fastmult vfp edsp neon vfpv3 tls vfpv4 idiva idivt vfpd32 lpae evtstrm crc32

Hardware	: BCM2835
Revision	: a02082
Serial		: 0000000000000000
Model		: Raspberry Pi 3 Model B Rev 1.2
";
    const PI4_64: &str = "\
processor	: 0
BogoMIPS	: 108.00
Features	: fp asimd evtstrm crc32 cpuid
CPU implementer	: 0x41

Revision	: c03112
Model		: Raspberry Pi 4 Model B Rev 1.2
";
    const POWER9: &str = "processor\t: 0\ncpu\t\t: POWER9, altivec supported\nclock\t\t: 3800.000000MHz\n";
    const S390: &str = "vendor_id       : IBM/S390\nprocessor 0: version = FF,  machine = 8561\n\ncpu number      : 0\n\
        cpu MHz dynamic : 5100\ncpu MHz static  : 5200\n";
    const LOONGARCH: &str = "processor\t\t: 0\nModel Name\t\t: Loongson-3A5000\nCPU MHz\t\t\t: 2500.00\n";
    const OLD_ARM: &str = "Processor\t: ARMv7 Processor rev 10 (v7l)\nprocessor\t: 0\nHardware\t: Freescale i.MX6\n";

    #[test]
    fn fields_by_architecture() {
        for (text, processors, model, mhz) in [
            (X86, 2, Some("Intel(R) Xeon(R) CPU @ 2.20GHz"), Some(2200.0)),
            (EPYC, 2, Some("AMD EPYC 7B12"), Some(3291.004)),
            (GRAVITON, 1, None, None),
            (PI3, 2, Some("Raspberry Pi 3 Model B Rev 1.2"), None),
            (PI4_64, 1, Some("Raspberry Pi 4 Model B Rev 1.2"), None),
            (OLD_ARM, 1, Some("Freescale i.MX6"), None),
            (POWER9, 1, None, Some(3800.0)),
            (S390, 0, None, Some(5200.0)),
            (LOONGARCH, 1, None, Some(2500.0)),
        ] {
            let cpuinfo = Cpuinfo::parse(text).unwrap();
            assert_eq!(cpuinfo.processors().len(), processors, "{text}");
            assert_eq!(cpuinfo.model(), model, "{text}");
            assert_eq!(cpuinfo.mhz(), mhz, "{text}");
        }
    }

    #[test]
    fn only_flags_of_every_cpu_count() {
        let flags = |text: &str| Cpuinfo::parse(text).unwrap().flags();
        let has = |text: &str, flag: &str| flags(text).is_some_and(|flags| flags.iter().any(|own| own == flag));
        assert_eq!(flags(X86).unwrap(), ["fpu", "hypervisor", "sse2", "vme"]);
        assert!(has(EPYC, "avx") && has(GRAVITON, "dcpop") && has(PI3, "neon"));
        assert!(!has(PI4_64, "atomics"), "Armv8.0");
        assert_eq!(flags("processor : 0\ncpu : POWER9 (raw)\n"), None);
        assert!(Cpuinfo::parse("").is_none() && Cpuinfo::parse("no field\n: \n").is_none());
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), name in "[a-z @.0-9GHz]{0,20}") {
            for text in [text, format!("model name : {name}\ncpu MHz : {name}\n")] {
                if let Some(cpuinfo) = Cpuinfo::parse(&text) {
                    let _ = (cpuinfo.processors(), cpuinfo.model(), cpuinfo.mhz(), cpuinfo.flags());
                }
            }
        }
    }
}
