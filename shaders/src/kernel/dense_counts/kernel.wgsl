// Counts of genotypes of dense rows in cohorts: one workgroup for each row and tile of four
// cohorts. See mod.rs for the formula and the layout of the buffers.
#import "written"
#import "ones"

struct Params {
    // Rows to count.
    rows: u32,
    // The first of them, among the rows of `planes`.
    first_row: u32,
    // Lines (of 128 samples) of a plane.
    lines: u32,
    // Cohorts.
    cohorts: u32,
    // Workgroups in a row of the grid.
    width: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// By row: the lines of `lo`, then those of `hi`.
@group(0) @binding(1) var<storage, read> planes: array<vec4<u32>>;
// By cohort: its lines.
@group(0) @binding(2) var<storage, read> members: array<vec4<u32>>;
// By row and cohort: ones in lo & c, hi & c, lo & hi & c.
@group(0) @binding(3) var<storage, read_write> counts: array<u32>;

const LANES: u32 = 64u;

// By lane, the sums of the four cohorts.
var<workgroup> lo_sums: array<vec4<u32>, 64>;
var<workgroup> hi_sums: array<vec4<u32>, 64>;
var<workgroup> both_sums: array<vec4<u32>, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let row = group.y * params.width + group.x;
    let cohort = group.z * 4u;
    if (row >= params.rows || cohort >= params.cohorts) {
        return;
    }
    let tile = min(params.cohorts - cohort, 4u);
    let lo_at = (params.first_row + row) * 2u * params.lines;
    let hi_at = lo_at + params.lines;
    let c_at = cohort * params.lines;
    var lo_sum = vec4<u32>();
    var hi_sum = vec4<u32>();
    var both_sum = vec4<u32>();
    for (var i = lane; i < params.lines; i += LANES) {
        let lo = planes[lo_at + i];
        let hi = planes[hi_at + i];
        let c0 = members[c_at + i];
        lo_sum.x += ones(lo & c0);
        hi_sum.x += ones(hi & c0);
        both_sum.x += ones(lo & hi & c0);
        if (tile > 1u) {
            let c1 = members[c_at + params.lines + i];
            lo_sum.y += ones(lo & c1);
            hi_sum.y += ones(hi & c1);
            both_sum.y += ones(lo & hi & c1);
        }
        if (tile > 2u) {
            let c2 = members[c_at + 2u * params.lines + i];
            lo_sum.z += ones(lo & c2);
            hi_sum.z += ones(hi & c2);
            both_sum.z += ones(lo & hi & c2);
        }
        if (tile > 3u) {
            let c3 = members[c_at + 3u * params.lines + i];
            lo_sum.w += ones(lo & c3);
            hi_sum.w += ones(hi & c3);
            both_sum.w += ones(lo & hi & c3);
        }
    }
    lo_sums[lane] = lo_sum;
    hi_sums[lane] = hi_sum;
    both_sums[lane] = both_sum;
    for (var step = LANES / 2u; step > 0u; step /= 2u) {
        workgroupBarrier();
        if (lane < step) {
            lo_sums[lane] += lo_sums[lane + step];
            hi_sums[lane] += hi_sums[lane + step];
            both_sums[lane] += both_sums[lane + step];
        }
    }
    workgroupBarrier();
    if (lane < tile) {
        let at = (row * params.cohorts + cohort + lane) * 3u;
        counts[at] = lo_sums[0][lane] | WRITTEN;
        counts[at + 1u] = hi_sums[0][lane] | WRITTEN;
        counts[at + 2u] = both_sums[0][lane] | WRITTEN;
    }
}
