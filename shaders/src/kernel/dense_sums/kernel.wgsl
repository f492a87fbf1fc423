// Sums of vectors over the samples of each genotype of dense rows: one workgroup for each tile of
// four rows and vector. See mod.rs for the formula and the layout of the buffers.
#import "written"
#import "wide"

struct Params {
    // Rows to sum.
    rows: u32,
    // Lines (of 128 samples) of a plane.
    lines: u32,
    // Vectors.
    vectors: u32,
    // Workgroups in a row of the grid.
    width: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// By row: the words of `lo`, then those of `hi`.
@group(0) @binding(1) var<storage, read> planes: array<u32>;
// By vector: the values of its lines' samples, their low words first.
@group(0) @binding(2) var<storage, read> values: array<vec2<u32>>;
// By row and vector: the sums of het, hom-alt and missing, in three words each.
@group(0) @binding(3) var<storage, read_write> sums: array<u32>;

const LANES: u32 = 64u;
const CLASSES: u32 = 3u;

// The two words of four rows' sums.
struct Sums {
    low: vec4<u32>,
    high: vec4<u32>,
}

// By lane and genotype.
var<workgroup> shares: array<array<Sums, 3>, 64>;

// Adds a value to the sums of the rows where `bits` is one.
fn add_where(sums: Sums, bits: vec4<u32>, value: vec2<u32>) -> Sums {
    let mask = vec4<u32>() - bits;
    let low = sums.low + (mask & vec4<u32>(value.x));
    let carry = select(vec4<u32>(), vec4<u32>(1u), low < sums.low);
    return Sums(low, sums.high + (mask & vec4<u32>(value.y)) + carry);
}

fn add_all(a: Sums, b: Sums) -> Sums {
    let low = a.low + b.low;
    return Sums(low, a.high + b.high + select(vec4<u32>(), vec4<u32>(1u), low < a.low));
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let row = (group.y * params.width + group.x) * 4u;
    let vector = group.z;
    if (row >= params.rows || vector >= params.vectors) {
        return;
    }
    let words = params.lines * 4u;
    let tile = min(params.rows - row, 4u);
    // Rows beyond the last are the last once more, and are not written.
    let last = vec4<u32>(params.rows - 1u);
    let lo_at = min(vec4<u32>(row) + vec4<u32>(0u, 1u, 2u, 3u), last) * (2u * words);
    let hi_at = lo_at + vec4<u32>(words);
    let v_at = vector * words * 32u;
    let bit = vec4<u32>(lane % 32u);
    var het = Sums();
    var hom = Sums();
    var missing = Sums();
    for (var first = 0u; first < words; first += 2u) {
        let w = first + lane / 32u;
        let value = values[v_at + w * 32u + lane % 32u];
        let lo = vec4<u32>(planes[lo_at.x + w], planes[lo_at.y + w], planes[lo_at.z + w], planes[lo_at.w + w]) >> bit;
        let hi = vec4<u32>(planes[hi_at.x + w], planes[hi_at.y + w], planes[hi_at.z + w], planes[hi_at.w + w]) >> bit;
        let one = vec4<u32>(1u);
        het = add_where(het, lo & ~hi & one, value);
        hom = add_where(hom, hi & ~lo & one, value);
        missing = add_where(missing, lo & hi & one, value);
    }
    shares[lane][0] = het;
    shares[lane][1] = hom;
    shares[lane][2] = missing;
    for (var step = LANES / 2u; step > 0u; step /= 2u) {
        workgroupBarrier();
        if (lane < step) {
            for (var k = 0u; k < CLASSES; k++) {
                shares[lane][k] = add_all(shares[lane][k], shares[lane + step][k]);
            }
        }
    }
    workgroupBarrier();
    if (lane < tile) {
        let at = ((row + lane) * params.vectors + vector) * CLASSES * 3u;
        for (var k = 0u; k < CLASSES; k++) {
            let sum = vec2<u32>(shares[0][k].low[lane], shares[0][k].high[lane]);
            let words = packed(sum);
            sums[at + k * 3u] = words.x;
            sums[at + k * 3u + 1u] = words.y;
            sums[at + k * 3u + 2u] = words.z;
        }
    }
}
