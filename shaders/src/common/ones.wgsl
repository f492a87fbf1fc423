// Ones in 128 bits.
fn ones(line: vec4<u32>) -> u32 {
    let n = countOneBits(line);
    return n.x + n.y + n.z + n.w;
}
