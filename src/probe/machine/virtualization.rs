//! Which hypervisor the machine runs on, by what firmware and kernel show without privilege.

use crate::host::{Host, HostError, read_text};
use crate::probe::cpu::{CPUINFO, Cpuinfo};
use crate::probe::read_line;

/// All that is read.
pub(in crate::probe) const WITNESSES: &str =
    "/sys/class/dmi/id, /sys/hypervisor, /proc/device-tree/hypervisor, /proc/cpuinfo";

/// A hypervisor, and the place that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::probe) struct Hypervisor {
    pub name: &'static str,
    pub place: &'static str,
}

const VENDOR: &str = "/sys/class/dmi/id/sys_vendor";
const PRODUCT: &str = "/sys/class/dmi/id/product_name";
const BIOS: &str = "/sys/class/dmi/id/bios_vendor";

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
            let flags = Cpuinfo::parse(&text).and_then(|cpuinfo| cpuinfo.flags()).unwrap_or_default();
            // Firecracker and others without firmware tables.
            let flag = flags.iter().any(|flag| flag == "hypervisor");
            Ok(flag.then_some(Hypervisor { name: "other", place: CPUINFO }))
        }
        Err(_) if field(VENDOR).is_some() => Ok(None),
        Err(error) => Err(error),
    }
}

/// What the kernel knows from its hypervisor rather than from firmware: Xen, and device trees of arm and power.
fn from_kernel(host: &dyn Host) -> Option<Hypervisor> {
    const XEN: &str = "/sys/hypervisor/type";
    const DEVICE_TREE: &str = "/proc/device-tree/hypervisor/compatible";
    // The control domain owns the hardware: it is not a guest.
    let control = || read_line(host, "/proc/xen/capabilities").is_ok_and(|text| text.contains("control_d"));
    if read_line(host, XEN).is_ok_and(|line| line == "xen") && !control() {
        return Some(Hypervisor { name: "xen", place: XEN });
    }
    let compatible = read_text(host, DEVICE_TREE).ok()?;
    let name = match compatible {
        text if text.contains("kvm") => "kvm",
        text if text.contains("xen") => "xen",
        text if text.contains("vmware") => "vmware",
        _ => "other",
    };
    Some(Hypervisor { name, place: DEVICE_TREE })
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
