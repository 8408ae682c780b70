//! Reads the drawing that `forktree` prints, and checks that the processes form the tree it shows.
//!
//! A row is a drawn label (`|-- 010`: the root's second child's first child), the pid, the parent's
//! pid, what the process found in the one shared variable, what it wrote, and the variable's address.

use std::collections::{HashMap, HashSet};

use anyhow::{Context, Result, ensure};

/// One process of the drawing.
#[derive(Debug)]
struct Node<'a> {
    label: &'a str,
    pid: u32,
    parent: u32,
    found: u32,
    wrote: u32,
    address: &'a str,
}

/// Fails unless the text holds a full binary tree, `depth` levels below its root, whose root is a
/// child of `root_parent`, with every process the child of the one it is drawn under, and every
/// variable the process's own.
pub fn check(text: &str, depth: u32, root_parent: Option<u32>) -> Result<()> {
    let nodes: Vec<_> = text.lines().filter_map(node).collect();
    let expected = (2 << depth) - 1;
    ensure!(nodes.len() == expected, "{} processes are drawn, not {expected}", nodes.len());

    let by_label: HashMap<_, _> = nodes.iter().map(|node| (node.label, node)).collect();
    ensure!(by_label.len() == expected, "two processes stand at the same place");
    let pids: HashSet<_> = nodes.iter().map(|node| node.pid).collect();
    ensure!(pids.len() == expected, "two processes have the same pid");
    let addresses: HashSet<_> = nodes.iter().map(|node| node.address).collect();
    ensure!(addresses.len() == 1, "the variable is not at one address: {addresses:?}");

    for node in &nodes {
        let value = u32::from_str_radix(&format!("1{}", &node.label[1..]), 2)?;
        ensure!(node.wrote == value, "{node:?} should have written {value}");
        ensure!(node.found == value >> 1, "{node:?} should have found {}", value >> 1);
        let (above, _) = node.label.split_at(node.label.len() - 1);
        let parent = match above {
            "" => root_parent,
            _ => Some(by_label.get(above).with_context(|| format!("{node:?} hangs in the air"))?.pid),
        };
        ensure!(parent.is_none_or(|parent| node.parent == parent), "{node:?} should be a child of {parent:?}");
    }
    Ok(())
}

/// Reads a row; `None` for any other line.
fn node(line: &str) -> Option<Node<'_>> {
    let mut words = line.split_whitespace().rev();
    let address = words.next().filter(|word| word.starts_with("0x"))?;
    let mut number = || words.next()?.parse().ok();
    let (wrote, found, parent, pid) = (number()?, number()?, number()?, number()?);
    let label = words.next()?;
    let is_label = label.starts_with('0') && label.bytes().all(|byte| matches!(byte, b'0' | b'1'));
    is_label.then_some(Node { label, pid, parent, found, wrote, address })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `forktree 1` printed on Linux, with other pids.
    const TREE: &str = "\
One fork, two processes
  pid 2: at 0x804b000 there is still 100. My child ended: exit status 7.

process                      pid parent   found   wrote  the variable's address
0                              2      1       0       1  0x804b000
|-- 00                         3      2       1       2  0x804b000\r
`-- 01                         4      2       1       3  0x804b000

3 processes, every one with its own copy
";

    #[test]
    fn right_tree_passes() {
        check(TREE, 1, Some(1)).unwrap();
        check(TREE, 1, None).unwrap();
    }

    #[track_caller]
    fn fails(from: &str, to: &str, depth: u32, words: &str) {
        let error = check(&TREE.replacen(from, to, 1), depth, Some(1)).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }

    #[test]
    fn wrong_trees_fail() {
        fails("", "", 2, "3 processes are drawn, not 7");
        fails("4      2", "3      2", 1, "same pid");
        fails("4      2", "4      3", 1, "child of Some(2)");
        fails("2      1", "2      9", 1, "child of Some(1)");
        fails("1       3", "2       3", 1, "should have found 1");
        fails("1       3", "1       2", 1, "should have written 3");
        fails("01  ", "11  ", 1, "2 processes are drawn");
        fails("01  ", "010 ", 1, "should have written");
        fails("3  0x804b000", "3  0x804c000", 1, "one address");
    }
}
