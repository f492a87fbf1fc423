// Weighted counts of the people whom two rows of a set both list, by their genotypes at both: one
// invocation for each pair of rows and weight. See mod.rs for the formula and the layout of the
// buffers.
#import "written"
#import "wide"

struct Params {
    // Pairs of rows.
    pairs: u32,
    // Vectors of weights.
    vectors: u32,
    // Workgroups in a row of the grid.
    width: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// By row, ascending samples: a sample in the low 30 bits, its genotype (1 to 3) in the high two.
@group(0) @binding(1) var<storage, read> entries: array<u32>;
// Where each row starts, and the end of the last.
@group(0) @binding(2) var<storage, read> starts: array<u32>;
// The two rows of each pair.
@group(0) @binding(3) var<storage, read> rows: array<vec2<u32>>;
// By sample and vector: a weight, its low word first.
@group(0) @binding(4) var<storage, read> weights: array<vec2<u32>>;
// By pair and vector: nine sums, in three words each; the first row's genotype runs slowest.
@group(0) @binding(5) var<storage, read_write> sums: array<u32>;

const LANES: u32 = 64u;
const CELLS: u32 = 9u;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let at = (group.y * params.width + group.x) * LANES + lane;
    if (at >= params.pairs * params.vectors) {
        return;
    }
    let pair = rows[at / params.vectors];
    let vector = at % params.vectors;
    var i = starts[pair.x];
    var j = starts[pair.y];
    let i_end = starts[pair.x + 1u];
    let j_end = starts[pair.y + 1u];
    var cells = array<vec2<u32>, 9>();
    while (i < i_end && j < j_end) {
        let a = entries[i];
        let b = entries[j];
        let a_sample = a & 0x3fffffffu;
        let b_sample = b & 0x3fffffffu;
        if (a_sample == b_sample) {
            let cell = ((a >> 30u) - 1u) * 3u + (b >> 30u) - 1u;
            cells[cell] = plus(cells[cell], weights[a_sample * params.vectors + vector]);
        }
        i += u32(a_sample <= b_sample);
        j += u32(b_sample <= a_sample);
    }
    for (var cell = 0u; cell < CELLS; cell++) {
        let words = packed(cells[cell]);
        let to = (at * CELLS + cell) * 3u;
        sums[to] = words.x;
        sums[to + 1u] = words.y;
        sums[to + 2u] = words.z;
    }
}
