// Sums of vectors over the listed samples of sparse rows: one invocation for each segment of a
// list and vector. See mod.rs for the formula and the layout of the buffers.
#import "written"
#import "wide"

struct Params {
    // Segments.
    segments: u32,
    // Vectors.
    vectors: u32,
    // Workgroups in a row of the grid.
    width: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// The samples of all segments.
@group(0) @binding(1) var<storage, read> samples: array<u32>;
// Where each segment starts, and the end of the last.
@group(0) @binding(2) var<storage, read> starts: array<u32>;
// By sample and vector: a value, its low word first.
@group(0) @binding(3) var<storage, read> values: array<vec2<u32>>;
// By segment and vector: a sum, in three words.
@group(0) @binding(4) var<storage, read_write> sums: array<u32>;

const LANES: u32 = 64u;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let at = (group.y * params.width + group.x) * LANES + lane;
    if (at >= params.segments * params.vectors) {
        return;
    }
    let segment = at / params.vectors;
    let vector = at % params.vectors;
    var sum = vec2<u32>();
    for (var i = starts[segment]; i < starts[segment + 1u]; i++) {
        sum = plus(sum, values[samples[i] * params.vectors + vector]);
    }
    let words = packed(sum);
    sums[at * 3u] = words.x;
    sums[at * 3u + 1u] = words.y;
    sums[at * 3u + 2u] = words.z;
}
