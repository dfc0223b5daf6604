//! What capacity a slice gets when it grows.
//!
//! Programs print `cap`, so the figures are Go's: the rule of growth (twice the old capacity below
//! 256 elements, from there on a quarter more plus 192), rounded up to what Go's allocator would
//! have given. Its size classes are a fact of Go 1.27, stated here as a table; gol's own heap
//! rounds otherwise. Sizes are Go's own sizes of the element types.

/// Go's size classes.
const SIZES: [u16; 67] = [
    8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352,
    384, 416, 448, 480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048,
    2304, 2688, 3072, 3200, 3456, 4096, 4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728,
    10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672,
    32768,
];

/// Objects with pointers above this size carry a word of type information in front.
const HEADER_ABOVE: u64 = 512;
const HEADER: u64 = 8;

const LARGEST: u64 = 32768;
const PAGE: u64 = 8192;

/// Above this capacity growth slows down.
const THRESHOLD: u64 = 256;

/// The bytes that Go would make of a request.
pub(crate) fn round_up(size: u64, pointers: bool) -> u64 {
    if size > LARGEST - HEADER {
        return size.checked_next_multiple_of(PAGE).unwrap_or(size);
    }
    let header = if pointers && size > HEADER_ABOVE { HEADER } else { 0 };
    let wanted = size + header;
    let class = if wanted <= FINE_UP_TO {
        FINE[wanted.div_ceil(FINE_STEP) as usize]
    } else {
        COARSE[(wanted - FINE_UP_TO).div_ceil(COARSE_STEP) as usize]
    };
    if size == 0 { 0 } else { u64::from(SIZES[class as usize]) - header }
}

/// Up to here sizes are looked up in steps of 8 bytes, above in steps of 128: all classes are
/// multiples of those.
const FINE_UP_TO: u64 = 1024;
const FINE_STEP: u64 = 8;
const COARSE_STEP: u64 = 128;

static FINE: [u8; (FINE_UP_TO / FINE_STEP) as usize + 1] = classes(0, FINE_STEP);
static COARSE: [u8; ((LARGEST - FINE_UP_TO) / COARSE_STEP) as usize + 1] =
    classes(FINE_UP_TO, COARSE_STEP);

/// The classes of the sizes `from`, `from + step`…
const fn classes<const N: usize>(from: u64, step: u64) -> [u8; N] {
    let mut table = [0; N];
    let (mut at, mut class) = (0, 0);
    while at < N {
        while (SIZES[class] as u64) < from + at as u64 * step {
            class += 1;
        }
        table[at] = class as u8;
        at += 1;
    }
    table
}

/// The capacity of a slice of capacity `old` that grows to at least `len` elements of `size` bytes
/// (in Go), with or without pointers.
pub(crate) fn grown_capacity(old: u64, len: u64, size: u64, pointers: bool) -> u64 {
    if size == 0 {
        return len;
    }
    let mut cap = old;
    if len > old * 2 {
        cap = len;
    } else if old < THRESHOLD {
        cap = old * 2;
    } else {
        while cap < len {
            cap += (cap + 3 * THRESHOLD) >> 2;
        }
    }
    match cap.checked_mul(size) {
        Some(bytes) => round_up(bytes, pointers) / size,
        None => len,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Printed by Go 1.27 for `append` of one element at a time.
    #[test]
    fn growth_is_go_s() {
        let grow = |size, pointers, upto| {
            let (mut cap, mut seen) = (0, Vec::new());
            while cap < upto {
                cap = grown_capacity(cap, cap + 1, size, pointers);
                seen.push(cap);
            }
            seen
        };
        let ints = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 848, 1280, 1792, 2560, 3408, 5120];
        assert_eq!(grow(8, false, 5000), ints);
        let pointers = [1, 2, 4, 8, 16, 32, 64, 143, 287, 607, 1023, 1535, 2303, 3071, 4095, 6144];
        assert_eq!(grow(8, true, 5000), pointers);
        assert_eq!(grow(1, false, 30), [8, 16, 32]);
        assert_eq!(grown_capacity(0, 5, 8, false), 6);
        assert_eq!(grown_capacity(3, 9, 0, false), 9);
        assert_eq!(round_up(40000, false), 40960);
    }

    #[test]
    fn tables_name_the_smallest_class() {
        for size in 1..=LARGEST - HEADER {
            let class = SIZES.iter().find(|class| u64::from(**class) >= size);
            assert_eq!(Some(round_up(size, false)), class.map(|class| u64::from(*class)));
        }
    }
}
