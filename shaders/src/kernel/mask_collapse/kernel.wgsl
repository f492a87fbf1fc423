// Alleles of the variants of masks, collapsed by person: one invocation for each person and mask.
// See mod.rs for the formula and the layout of the buffers.
#import "written"

struct Params {
    // People with a call that counts.
    people: u32,
    // Masks.
    masks: u32,
    // Words (of 32 rows) of a mask.
    words: u32,
    // Workgroups in a row of the grid.
    width: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// By person, ascending rows: a row in the low 30 bits, its genotype (1 to 3) in the high two.
@group(0) @binding(1) var<storage, read> entries: array<u32>;
// Where each person starts, and the end of the last.
@group(0) @binding(2) var<storage, read> starts: array<u32>;
// By mask: a bit for each row.
@group(0) @binding(3) var<storage, read> members: array<u32>;
// By person and mask: the sum of copies; rows without a call (above two bits) and the maximum.
@group(0) @binding(4) var<storage, read_write> values: array<u32>;

const LANES: u32 = 64u;
const MISSING: u32 = 3u;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let at = (group.y * params.width + group.x) * LANES + lane;
    if (at >= params.people * params.masks) {
        return;
    }
    let person = at / params.masks;
    let m_at = (at % params.masks) * params.words;
    var sum = 0u;
    var most = 0u;
    var uncalled = 0u;
    for (var i = starts[person]; i < starts[person + 1u]; i++) {
        let row = entries[i] & 0x3fffffffu;
        let genotype = entries[i] >> 30u;
        if (((members[m_at + row / 32u] >> (row % 32u)) & 1u) == 0u) {
            continue;
        }
        if (genotype == MISSING) {
            uncalled += 1u;
        } else {
            sum += genotype;
            most = max(most, genotype);
        }
    }
    values[at * 2u] = sum | WRITTEN;
    values[at * 2u + 1u] = (uncalled << 2u) | most | WRITTEN;
}
