//! How many nodes of a size a tier of a cluster needs.

use serde::Serialize;

use crate::facts::{Kind, format_bytes, format_number, parse_bytes};
use crate::pack::{Check, Need, Pack, Tier};

/// The size of a node, as it is sold.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeSize {
    cpus: f64,
    memory: f64,
    storage: f64,
}

/// Nodes of one size that a tier needs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NodesNeeded {
    /// The tier.
    pub tier: String,
    /// How many nodes.
    pub nodes: u64,
    /// The size that decides it, by its fact; none if the managers do.
    pub by: Option<String>,
    /// How many of them may be managers of the Swarm; none if the product does not run in one.
    pub spreads: Vec<Spread>,
}

/// Managers and workers of a Swarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// Managers.
    pub managers: u64,
    /// The other nodes.
    pub workers: u64,
}

/// The size of a node: `16x32GiBx500GB`.
///
/// # Errors
/// Says how it is written.
pub fn parse_node(text: &str) -> Result<NodeSize, String> {
    let wrong =
        || format!("`{text}` is not the size of a node: write CPUs, memory and storage, such as 16x32GiBx500GB");
    let mut parts = text.split('x');
    let (Some(cpus), Some(memory), Some(storage), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(wrong());
    };
    let cpus: f64 = cpus.trim().parse().map_err(|_| wrong())?;
    let bytes = |text: &str, kind| parse_bytes(text, kind).map(|bytes| bytes as f64).map_err(|error| error.to_string());
    let node = NodeSize { cpus, memory: bytes(memory, Kind::Memory)?, storage: bytes(storage, Kind::Storage)? };
    let fits = |size: f64| size.is_finite() && size >= 1.0;
    if [node.cpus, node.memory, node.storage].into_iter().all(fits) { Ok(node) } else { Err(wrong()) }
}

impl NodeSize {
    /// What a node brings of a size.
    fn brings(&self, fact: &str) -> Option<f64> {
        match fact {
            "size.cpus" | "size.cores" => Some(self.cpus),
            "size.memory" | "memory.installed" => Some(self.memory),
            "size.storage" => Some(self.storage),
            _ => None,
        }
    }
}

impl std::fmt::Display for NodeSize {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (memory, storage) = (self.memory as u64, self.storage as u64);
        write!(
            f,
            "{} CPUs, {} and {}",
            format_number(self.cpus),
            format_bytes(memory, Kind::Memory),
            format_bytes(storage, Kind::Storage)
        )
    }
}

/// How many nodes of this size every tier of a cluster needs.
pub fn nodes(pack: &Pack, node: &NodeSize) -> Vec<NodesNeeded> {
    pack.tiers.iter().filter(|tier| tier.cluster).map(|tier| needed(pack, tier, node)).collect()
}

fn needed(pack: &Pack, tier: &Tier, node: &NodeSize) -> NodesNeeded {
    let of_check = |check: &Check| {
        let cells = check.expect.cells().filter_map(|(cell, leaf)| {
            let Need::Quantity { from, .. } = tier.needs.get(cell)? else { return None };
            let nodes = (from.number / node.brings(&leaf.fact)?).ceil() as u64;
            Some((nodes, leaf.fact.clone()))
        });
        cells.collect::<Vec<_>>()
    };
    let by_size = pack.checks.iter().flat_map(of_check).reduce(|most, one| if one.0 > most.0 { one } else { most });
    let least = pack.managers.iter().copied().min().unwrap_or(1);
    let (nodes, by) = match by_size {
        Some((nodes, fact)) if nodes > least => (nodes, Some(fact)),
        _ => (least, None),
    };
    let spreads = pack.managers.iter().filter(|managers| **managers <= nodes);
    let spreads = spreads.map(|managers| Spread { managers: *managers, workers: nodes - managers }).collect();
    NodesNeeded { tier: tier.id.clone(), nodes, by, spreads }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::Packs;

    #[test]
    fn a_size_is_read_or_refused() {
        assert_eq!(parse_node("16x32GiBx500GB").unwrap().to_string(), "16 CPUs, 32 GiB and 500 GB");
        assert_eq!(parse_node("8 x 16 GB x 1 TB").unwrap().to_string(), "8 CPUs, 16 GiB and 1 TB");
        for wrong in
            ["", "16", "16x32GiB", "x32GiBx1TB", "0x1GBx1GB", "16x32GiBx500GBx1", "16x32furlongsx1GB", "NaNx1GBx1GB"]
        {
            assert!(parse_node(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_size_that_is_scarcest_decides_and_managers_are_never_fewer_than_three() {
        let pack = Packs::built_in().read("cometchat").unwrap();
        let of = |size: &str, tier: &str| {
            let all = nodes(&pack, &parse_node(size).unwrap());
            let one = all.into_iter().find(|one| one.tier == tier).unwrap();
            let spreads: Vec<_> = one.spreads.iter().map(|spread| (spread.managers, spread.workers)).collect();
            (one.nodes, one.by, spreads)
        };
        assert_eq!(of("16x32GiBx500GB", "baseline-10k"), (3, None, vec![(3, 0)]));
        assert_eq!(of("16x32GiBx500GB", "baseline-100k"), (10, Some("size.cpus".into()), vec![(3, 7), (5, 5)]));
        assert_eq!(of("32x32GiBx500GB", "baseline-100k").1.as_deref(), Some("size.memory"));
        assert!(nodes(&pack, &parse_node("16x32GiBx500GB").unwrap()).iter().all(|one| one.tier != "qa"));
    }
}
