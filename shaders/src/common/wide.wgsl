// 64-bit integers in two words, the low one first: sums wrap as those of the CPU do.
fn plus(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    let low = a.x + b.x;
    return vec2<u32>(low, a.y + b.y + select(0u, 1u, low < a.x));
}

// 31, 31 and 2 bits of a sum, each word with the mark of what was written.
fn packed(sum: vec2<u32>) -> vec3<u32> {
    let middle = (sum.x >> 31u) | (sum.y << 1u);
    return vec3<u32>(sum.x, middle, sum.y >> 30u) | vec3<u32>(WRITTEN);
}
