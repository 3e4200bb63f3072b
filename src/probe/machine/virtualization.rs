//! Which hypervisor the machine runs on, by what firmware and kernel show without privilege.

use crate::host::{Host, HostError, read_text};
use crate::probe::cpu::{CPUINFO, Cpuinfo};
use crate::probe::read_line;

/// All that is read.
pub(in crate::probe) const WITNESSES: &str =
    "/sys/class/dmi/id, /sys/hypervisor, /proc/device-tree, /proc/sysinfo, /proc/cpuinfo";

/// A hypervisor, and the place that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::probe) struct Hypervisor {
    pub name: &'static str,
    pub place: &'static str,
}

const VENDOR: &str = "/sys/class/dmi/id/sys_vendor";
const PRODUCT: &str = "/sys/class/dmi/id/product_name";
const BIOS: &str = "/sys/class/dmi/id/bios_vendor";
/// How /proc/cpuinfo ends the machine's name there.
const QEMU_ON_POWER: &str = "(emulated by qemu)";

/// How a DMI field begins, and the hypervisor or cloud it belongs to. Clouds come before the hypervisor they use.
const DMI: &[(&str, &str, &str)] = &[
    (VENDOR, "Amazon EC2", "amazon"),
    (PRODUCT, "Google Compute Engine", "google"),
    (VENDOR, "DigitalOcean", "digitalocean"),
    (VENDOR, "Hetzner", "hetzner"),
    (VENDOR, "Linode", "linode"),
    (VENDOR, "Akamai", "linode"),
    (VENDOR, "Vultr", "vultr"),
    (VENDOR, "Scaleway", "scaleway"),
    (VENDOR, "UpCloud", "upcloud"),
    (VENDOR, "Alibaba Cloud", "alibaba"),
    (VENDOR, "Tencent Cloud", "tencent"),
    (VENDOR, "OpenStack", "openstack"),
    (PRODUCT, "OpenStack", "openstack"),
    (VENDOR, "Nutanix", "nutanix"),
    (PRODUCT, "KubeVirt", "kubevirt"),
    (VENDOR, "VMware", "vmware"),
    (PRODUCT, "VMware", "vmware"),
    (VENDOR, "innotek GmbH", "virtualbox"),
    (PRODUCT, "VirtualBox", "virtualbox"),
    // Microsoft's own hardware has other product names.
    (PRODUCT, "Virtual Machine", "hyperv"),
    (VENDOR, "Parallels", "parallels"),
    (PRODUCT, "BHYVE", "bhyve"),
    (BIOS, "BHYVE", "bhyve"),
    (PRODUCT, "Apple Virtualization", "apple"),
    (VENDOR, "Xen", "xen"),
    (BIOS, "Xen", "xen"),
    (PRODUCT, "KVM", "kvm"),
    (PRODUCT, "RHEV Hypervisor", "kvm"),
    (PRODUCT, "oVirt", "kvm"),
    (PRODUCT, "CloudStack KVM", "kvm"),
    (VENDOR, "QEMU", "kvm"),
    (BIOS, "QEMU", "kvm"),
    (BIOS, "Bochs", "kvm"),
];

/// The hypervisor below; `None` on bare metal; an error if nothing that would show it can be read.
pub(in crate::probe) fn virtualization(host: &dyn Host) -> Result<Option<Hypervisor>, HostError> {
    const OSRELEASE: &str = "/proc/sys/kernel/osrelease";
    if read_line(host, OSRELEASE).is_ok_and(|release| release.to_ascii_lowercase().contains("microsoft")) {
        return Ok(Some(Hypervisor { name: "wsl", place: OSRELEASE }));
    }
    let firmware = [VENDOR, PRODUCT, BIOS].map(|file| (file, read_line(host, file)));
    let field = |file: &str| firmware.iter().find(|(name, _)| *name == file).and_then(|(_, line)| line.as_deref().ok());
    // `m5.metal`, `c7i.metal-24xl`: Amazon's machines without a hypervisor.
    let metal = field(PRODUCT).is_some_and(|product| product.contains(".metal"));
    for (file, begin, name) in DMI {
        if field(file).is_some_and(|value| value.starts_with(begin)) && !metal {
            return Ok(Some(Hypervisor { name, place: file }));
        }
    }
    if let Some(found) = from_kernel(host) {
        return Ok(Some(found));
    }
    match read_text(host, CPUINFO) {
        Ok(text) => {
            if text.contains(QEMU_ON_POWER) {
                return Ok(Some(Hypervisor { name: "kvm", place: CPUINFO }));
            }
            let flags = Cpuinfo::parse(&text).and_then(|cpuinfo| cpuinfo.flags()).unwrap_or_default();
            // Firecracker and others without firmware tables.
            let flag = flags.iter().any(|flag| flag == "hypervisor");
            Ok(flag.then_some(Hypervisor { name: "other", place: CPUINFO }))
        }
        Err(_) if field(VENDOR).is_some() => Ok(None),
        Err(error) => Err(error),
    }
}

/// What the kernel knows from its hypervisor rather than from firmware: Xen, device trees of arm and POWER, and the tables
/// of s390.
fn from_kernel(host: &dyn Host) -> Option<Hypervisor> {
    const XEN: &str = "/sys/hypervisor/type";
    const DEVICE_TREE: &str = "/proc/device-tree/hypervisor/compatible";
    const MACHINE: &str = "/proc/device-tree/compatible";
    const PARTITION: &str = "/proc/device-tree/ibm,partition-name";
    const SYSINFO: &str = "/proc/sysinfo";
    // The control domain owns the hardware: it is not a guest.
    let control = || read_line(host, "/proc/xen/capabilities").is_ok_and(|text| text.contains("control_d"));
    if read_line(host, XEN).is_ok_and(|line| line == "xen") && !control() {
        return Some(Hypervisor { name: "xen", place: XEN });
    }
    if let Ok(compatible) = read_text(host, DEVICE_TREE) {
        let name = match compatible {
            text if text.contains("kvm") => "kvm",
            text if text.contains("xen") => "xen",
            text if text.contains("vmware") => "vmware",
            _ => "other",
        };
        return Some(Hypervisor { name, place: DEVICE_TREE });
    }
    // A machine that QEMU and others made up for arm.
    if read_text(host, MACHINE).is_ok_and(|compatible| compatible.contains("linux,dummy-virt")) {
        return Some(Hypervisor { name: "kvm", place: MACHINE });
    }
    // A partition of PowerVM. QEMU gives a name to its machines, too, and is found by it.
    let is_partition = || read_text(host, PARTITION).is_ok() && !by_qemu(host);
    if is_partition() {
        return Some(Hypervisor { name: "powervm", place: PARTITION });
    }
    // Level 00 is what is below this machine; without it, it is a partition of the hardware.
    let sysinfo = read_text(host, SYSINFO).ok()?;
    let program = sysinfo.lines().find_map(|line| line.strip_prefix("VM00 Control Program:"))?;
    let name = if program.contains("KVM") { "kvm" } else { "zvm" };
    Some(Hypervisor { name, place: SYSINFO })
}

fn by_qemu(host: &dyn Host) -> bool {
    read_text(host, CPUINFO).is_ok_and(|text| text.contains(QEMU_ON_POWER))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Recorded;

    fn found(files: &[(&str, &str)]) -> Result<Option<&'static str>, HostError> {
        let host = files.iter().fold(Recorded::default(), |host, (path, text)| host.file(path, *text));
        virtualization(&host).map(|found| found.map(|found| found.name))
    }

    #[test]
    fn firmware_names_it() {
        for (vendor, product, bios, expected) in [
            ("QEMU", "Standard PC (i440FX + PIIX, 1996)", "SeaBIOS", Some("kvm")),
            ("Red Hat", "KVM", "EDK II", Some("kvm")),
            ("VMware, Inc.", "VMware20,1", "VMware, Inc.", Some("vmware")),
            ("innotek GmbH", "VirtualBox", "innotek GmbH", Some("virtualbox")),
            ("Microsoft Corporation", "Virtual Machine", "American Megatrends Inc.", Some("hyperv")),
            ("Microsoft Corporation", "Surface Pro 7", "Microsoft Corporation", None),
            ("Xen", "HVM domU", "Xen", Some("xen")),
            ("Amazon EC2", "m5.large", "Amazon EC2", Some("amazon")),
            ("Amazon EC2", "m5.metal", "Amazon EC2", None),
            ("Google", "Google Compute Engine", "Google", Some("google")),
            ("DigitalOcean", "Droplet", "DigitalOcean", Some("digitalocean")),
            ("Hetzner", "vServer", "Hetzner", Some("hetzner")),
            ("OpenStack Foundation", "OpenStack Nova", "SeaBIOS", Some("openstack")),
            ("Parallels International GmbH.", "Parallels ARM Virtual Machine", "Parallels", Some("parallels")),
            ("Apache Software Foundation", "CloudStack KVM Hypervisor", "SeaBIOS", Some("kvm")),
            ("Dell Inc.", "PowerEdge R640", "Dell Inc.", None),
        ] {
            let files = [(VENDOR, vendor), (PRODUCT, product), (BIOS, bios), (CPUINFO, "flags : fpu\n")];
            assert_eq!(found(&files), Ok(expected), "{vendor} {product}");
        }
    }

    #[test]
    fn the_kernel_names_it() {
        for (files, expected) in [
            (&[("/proc/sys/kernel/osrelease", "5.15.167.4-microsoft-standard-WSL2\n")][..], Some("wsl")),
            (&[("/proc/sys/kernel/osrelease", "4.4.0-19041-Microsoft\n")], Some("wsl")),
            (&[("/sys/hypervisor/type", "xen\n")], Some("xen")),
            (&[("/proc/device-tree/hypervisor/compatible", "linux,kvm\0")], Some("kvm")),
            (&[(CPUINFO, "processor : 0\nflags : fpu hypervisor\n")], Some("other")),
            (&[(CPUINFO, "processor : 0\nFeatures : fp asimd\n")], None),
            (&[(VENDOR, "Dell Inc.")], None),
            (&[("/proc/device-tree/compatible", "linux,dummy-virt\0"), (CPUINFO, "Features : fp\n")], Some("kvm")),
            (&[("/proc/device-tree/compatible", "raspberrypi,3-model-b\0"), (CPUINFO, "Features : fp\n")], None),
            (&[(CPUINFO, "machine : CHRP IBM pSeries (emulated by qemu)\n")], Some("kvm")),
            (
                &[("/proc/device-tree/ibm,partition-name", "lpar7\0"), (CPUINFO, "machine : CHRP IBM,9009-22A\n")],
                Some("powervm"),
            ),
            (
                &[
                    ("/proc/device-tree/ibm,partition-name", "vm7\0"),
                    (CPUINFO, "machine : CHRP IBM pSeries (emulated by qemu)\n"),
                ],
                Some("kvm"),
            ),
            (
                &[
                    ("/proc/sysinfo", "LPAR Name: A\n\nVM00 Name: GUEST\nVM00 Control Program: KVM/Linux\n"),
                    (CPUINFO, "a : b\n"),
                ],
                Some("kvm"),
            ),
            (&[("/proc/sysinfo", "VM00 Control Program: z/VM    7.2.0\n"), (CPUINFO, "a : b\n")], Some("zvm")),
            (&[("/proc/sysinfo", "LPAR Name: A\n"), (CPUINFO, "a : b\n")], None),
            (
                &[
                    ("/sys/hypervisor/type", "xen\n"),
                    ("/proc/xen/capabilities", "control_d\n"),
                    (CPUINFO, "flags : fpu\n"),
                ],
                None,
            ),
        ] {
            assert_eq!(found(files), Ok(expected), "{files:?}");
        }
        assert_eq!(found(&[]), Err(HostError::NotFound), "nothing that would show it");
    }
}
