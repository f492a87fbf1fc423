//! Families: people who are connected by pairs.

/// Groups of people that pairs connect, each ascending, by their first member; those of one person
/// are left out.
pub type Components = Vec<Vec<u32>>;

/// The connected components of `n` people with these pairs.
#[must_use]
pub fn components(n: usize, pairs: &[(u32, u32)]) -> Components {
    let mut parent: Vec<u32> = (0..n as u32).collect();
    for &(a, b) in pairs {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        // The smaller one is the root, so that families are in order.
        let (low, high) = (a.min(b), a.max(b));
        parent[high as usize] = low;
    }
    let mut place = vec![usize::MAX; n];
    let mut out: Components = Vec::new();
    for person in 0..n as u32 {
        let of = root(&mut parent, person) as usize;
        if place[of] == usize::MAX {
            place[of] = out.len();
            out.push(Vec::new());
        }
        out[place[of]].push(person);
    }
    out.retain(|members| members.len() > 1);
    out
}

fn root(parent: &mut [u32], mut person: u32) -> u32 {
    while parent[person as usize] != person {
        let above = parent[parent[person as usize] as usize];
        parent[person as usize] = above;
        person = above;
    }
    person
}
