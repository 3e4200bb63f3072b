//! Disks of providers, by the names they show: those of which a provider sells one kind only, and NVMe disks that are sold as
//! hard disks, too.
//!
//! A row needs a public page of the provider that says so. Without one, a disk is as unknown as any virtual disk.

use std::path::Path;

use crate::host::Host;
use crate::probe::machine::virtualization;
use crate::probe::read_line;

/// A product of a provider.
pub(super) struct Product {
    /// Name of the hypervisor, by the vendor in DMI. Any, if the name of the disk alone says enough.
    provider: Option<&'static str>,
    /// Vendor and model of the disk, or [`VIRTIO`].
    pub disk: &'static str,
    /// Machines by the beginning of their product name in DMI, where the disk may be a hard disk after all.
    except: &'static [&'static str],
    sold: Sold,
    /// The page that says so, as of 2026-11-20.
    pub source: &'static str,
}

/// What a provider sells under one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sold {
    /// Flash only.
    Ssd,
    /// Hard disks as well.
    Both,
    /// Hard disks as well, and volumes that may be loaded from a snapshot when they are first read.
    Volumes,
}

/// Stands for the disks of virtio-blk, which have no model.
const VIRTIO: &str = "virtio";

const MACHINE: &str = "/sys/class/dmi/id/product_name";

const PRODUCTS: &[Product] = &[
    // gp2, gp3, io1 and io2 are flash. st1, sc1 and the former `standard` are hard disks.
    Product {
        provider: None,
        disk: "Amazon Elastic Block Store",
        except: &[],
        sold: Sold::Volumes,
        source: "https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.EbsDeviceVolumeType.html",
    },
    // pd-balanced, pd-ssd and pd-extreme are flash, pd-standard is hard disks. A local SSD is `nvme_card`.
    Product {
        provider: None,
        disk: "nvme_card-pd",
        except: &[],
        sold: Sold::Volumes,
        source: "https://cloud.google.com/compute/docs/disks/persistent-disks",
    },
    // All are flash, but those of dense storage: d3 and d3en are hard disks behind NVMe, and later ones may be.
    Product {
        provider: Some("amazon"),
        disk: "Amazon EC2 NVMe Instance Storage",
        except: &["d", "h1."],
        sold: Sold::Ssd,
        source: "https://docs.aws.amazon.com/AWSEC2/latest/WindowsGuide/storage-optimized-instances.html",
    },
    // The disk of the Droplet itself. Volumes are `DO Volume` on SCSI.
    Product {
        provider: Some("digitalocean"),
        disk: VIRTIO,
        except: &[],
        sold: Sold::Ssd,
        source: "https://digitalocean.github.io/navigators-guide/book/03-backup/ch07-storage-on-digitalocean.html",
    },
    // From Hetzner's description of its API. The disk of the server itself has been Ceph without a word about its media.
    Product {
        provider: Some("hetzner"),
        disk: "HC Volume",
        except: &[],
        sold: Sold::Ssd,
        source: "https://docs.rs/hcloud/latest/hcloud/models/volume/struct.Volume.html",
    },
];

/// What this disk is sold as, and the product. `None` if nobody is known to sell it.
pub(super) fn product(host: &dyn Host, disk: &Path, name: &str) -> Option<(Sold, &'static Product)> {
    let about = |file: &str| read_line(host, disk.join(file)).unwrap_or_default();
    let label = format!("{} {}", about("device/vendor"), about("device/model"));
    let label = if name.starts_with("vd") { VIRTIO } else { label.trim() };
    let product = PRODUCTS.iter().find(|product| product.disk == label)?;
    let is_providers = |provider| matches!(virtualization(host), Ok(Some(found)) if found.name == provider);
    if !product.provider.is_none_or(is_providers) {
        return None;
    }
    let is_excepted = |machine: String| product.except.iter().any(|begin| machine.starts_with(begin));
    let excepted = !product.except.is_empty() && read_line(host, MACHINE).map_or(true, is_excepted);
    Some((if excepted { Sold::Both } else { product.sold }, product))
}
