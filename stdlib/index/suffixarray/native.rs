//! Natives of index/suffixarray: prefix doubling (Larsson and Sadakane's idea with counting sorts).

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("sortSuffixes", sort_suffixes)];

fn sort_suffixes(cx: &mut NativeCx<'_>) -> NativeResult {
    let (data, mut places) = (cx.bytes(), cx.slice());
    let sorted = suffixes(data.as_bytes());
    let places = places.words32_mut();
    let n = places.len().min(sorted.len());
    places[..n].copy_from_slice(&sorted[..n]);
    Ok(())
}

/// The starts of all suffixes in order. In each round the order by the first `width` bytes becomes
/// that by twice as many: a suffix's rank and the rank of what follows `width` bytes later decide.
fn suffixes(data: &[u8]) -> Vec<u32> {
    let n = data.len();
    let mut order: Vec<u32> = (0..n as u32).collect();
    let mut rank: Vec<u32> = data.iter().map(|&b| u32::from(b) + 1).collect();
    order.sort_by_key(|&i| rank[i as usize]);
    let mut width = 1;
    let (mut next_rank, mut by_second) = (vec![0; n], vec![0; n]);
    while width < n {
        // By the second half: those that have none come first, the others as they are ranked.
        let mut at = 0;
        for i in n - width..n {
            by_second[at] = i as u32;
            at += 1;
        }
        for &i in &order {
            if i as usize >= width {
                by_second[at] = i - width as u32;
                at += 1;
            }
        }
        let highest = rank.iter().copied().max().unwrap_or(0) as usize;
        let mut starts = vec![0u32; highest + 2];
        for &r in &rank {
            starts[r as usize + 1] += 1;
        }
        for r in 0..=highest {
            starts[r + 1] += starts[r];
        }
        for &i in &by_second {
            let place = &mut starts[rank[i as usize] as usize];
            order[*place as usize] = i;
            *place += 1;
        }
        let second = |i: u32| rank.get(i as usize + width).copied().unwrap_or(0);
        let mut classes = 1;
        next_rank[order[0] as usize] = classes;
        for pair in order.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            if rank[a as usize] != rank[b as usize] || second(a) != second(b) {
                classes += 1;
            }
            next_rank[b as usize] = classes;
        }
        std::mem::swap(&mut rank, &mut next_rank);
        if classes as usize == n {
            break;
        }
        width *= 2;
    }
    order
}
