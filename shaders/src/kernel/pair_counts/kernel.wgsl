// Counts of genotypes of pairs of samples: one workgroup for each tile of 32 by 32 pairs, four
// pairs for each invocation. See mod.rs for the formula and the layout of the buffers.
#import "written"
#import "ones"

struct Params {
    // Samples of the rows, and the first of them among those of `row_planes`.
    rows: u32,
    first_row: u32,
    // Samples of the columns, and the first of them among those of `column_planes`.
    columns: u32,
    first_column: u32,
    // Lines (of 128 variants) of a plane.
    lines: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// By sample of the rows: the lines of `lo`, then those of `hi`.
@group(0) @binding(1) var<storage, read> row_planes: array<vec4<u32>>;
// The same of the columns.
@group(0) @binding(2) var<storage, read> column_planes: array<vec4<u32>>;
// By row and column: het in both, opposite homozygotes, het and hom, hom and het.
@group(0) @binding(3) var<storage, read_write> counts: array<u32>;

const TILE: u32 = 32u;
// Lines in memory of the workgroup.
const STEP: u32 = 4u;

// By line and sample of the tile: `lo` and `hi`.
var<workgroup> row_lo: array<vec4<u32>, 128>;
var<workgroup> row_hi: array<vec4<u32>, 128>;
var<workgroup> column_lo: array<vec4<u32>, 128>;
var<workgroup> column_hi: array<vec4<u32>, 128>;

fn pair(lo_i: vec4<u32>, hi_i: vec4<u32>, lo_j: vec4<u32>, hi_j: vec4<u32>) -> vec4<u32> {
    let het_i = lo_i & ~hi_i;
    let het_j = lo_j & ~hi_j;
    return vec4<u32>(
        ones(het_i & het_j),
        ones((hi_i ^ hi_j) & ~(lo_i | lo_j)),
        ones(het_i & ~lo_j),
        ones(het_j & ~lo_i),
    );
}

fn write(row: u32, column: u32, found: vec4<u32>) {
    if (row < params.rows && column < params.columns) {
        let at = (row * params.columns + column) * 4u;
        counts[at] = found.x | WRITTEN;
        counts[at + 1u] = found.y | WRITTEN;
        counts[at + 2u] = found.z | WRITTEN;
        counts[at + 3u] = found.w | WRITTEN;
    }
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let tile_row = group.y * TILE;
    let tile_column = group.x * TILE;
    let i = lane / 16u;
    let j = lane % 16u;
    var found = array<vec4<u32>, 4>();
    for (var start = 0u; start < params.lines; start += STEP) {
        // 128 pairs of lines on each side, two invocations for each.
        let slot = lane / 2u;
        let line = start + slot / TILE;
        let sample = slot % TILE;
        var lo = vec4<u32>();
        var hi = vec4<u32>();
        if (lane % 2u == 0u) {
            if (line < params.lines && tile_row + sample < params.rows) {
                let at = (params.first_row + tile_row + sample) * 2u * params.lines + line;
                lo = row_planes[at];
                hi = row_planes[at + params.lines];
            }
            row_lo[slot] = lo;
            row_hi[slot] = hi;
        } else {
            if (line < params.lines && tile_column + sample < params.columns) {
                let at = (params.first_column + tile_column + sample) * 2u * params.lines + line;
                lo = column_planes[at];
                hi = column_planes[at + params.lines];
            }
            column_lo[slot] = lo;
            column_hi[slot] = hi;
        }
        workgroupBarrier();
        for (var k = 0u; k < STEP; k++) {
            let a = k * TILE + i;
            let b = k * TILE + j;
            let lo_a = row_lo[a];
            let hi_a = row_hi[a];
            let lo_b = column_lo[b];
            let hi_b = column_hi[b];
            let lo_c = row_lo[a + 16u];
            let hi_c = row_hi[a + 16u];
            let lo_d = column_lo[b + 16u];
            let hi_d = column_hi[b + 16u];
            found[0] += pair(lo_a, hi_a, lo_b, hi_b);
            found[1] += pair(lo_a, hi_a, lo_d, hi_d);
            found[2] += pair(lo_c, hi_c, lo_b, hi_b);
            found[3] += pair(lo_c, hi_c, lo_d, hi_d);
        }
        workgroupBarrier();
    }
    let row = tile_row + i;
    let column = tile_column + j;
    write(row, column, found[0]);
    write(row, column + 16u, found[1]);
    write(row + 16u, column, found[2]);
    write(row + 16u, column + 16u, found[3]);
}
