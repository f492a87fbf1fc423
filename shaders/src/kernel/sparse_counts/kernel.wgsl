// Counts of the listed samples of sparse rows in cohorts: one invocation for each segment of a
// row's lists and cohort. See mod.rs for the formula and the layout of the buffers.
#import "written"

struct Params {
    // Segments.
    segments: u32,
    // Cohorts.
    cohorts: u32,
    // Words (of 32 samples) of a cohort.
    words: u32,
    // Workgroups in a row of the grid.
    width: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// A sample in the low 30 bits, the number of its list (0 to 2) in the high two.
@group(0) @binding(1) var<storage, read> entries: array<u32>;
// Where each segment starts, and the end of the last.
@group(0) @binding(2) var<storage, read> starts: array<u32>;
// By cohort: its words.
@group(0) @binding(3) var<storage, read> members: array<u32>;
// By segment and cohort: three counts of ten bits.
@group(0) @binding(4) var<storage, read_write> counts: array<u32>;

const LANES: u32 = 64u;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let at = (group.y * params.width + group.x) * LANES + lane;
    if (at >= params.segments * params.cohorts) {
        return;
    }
    let segment = at / params.cohorts;
    let c_at = (at % params.cohorts) * params.words;
    var sum = 0u;
    for (var i = starts[segment]; i < starts[segment + 1u]; i++) {
        let entry = entries[i];
        let sample = entry & 0x3fffffffu;
        let list = entry >> 30u;
        let member = (members[c_at + sample / 32u] >> (sample % 32u)) & 1u;
        sum += member << (10u * list);
    }
    counts[at] = sum | WRITTEN;
}
