//! Worked answers.

use super::*;

#[test]
fn three_people_by_hand() {
    let case = Case {
        name: "",
        params: vec![3, 2, 2, 1],
        inputs: vec![
            vec![
                // Het at 0 and hom-alt at 33; missing at 0 and 33; nothing.
                entry(0, 1),
                entry(33, 2),
                entry(0, MISSING),
                entry(33, MISSING),
            ],
            vec![0, 2, 4, 4],
            // Rows 0 and 33; row 0.
            vec![1, 0b10, 1, 0],
        ],
        output: 6 * WORDS,
        groups: [1, 1, 1],
    };
    let out = case.expected(&KERNEL);
    let values: Vec<[u32; 3]> = out.as_chunks().0.iter().map(|w| unpack(*w)).collect();
    assert_eq!(
        values,
        [[3, 2, 0], [1, 1, 0], [0, 0, 2], [0, 0, 1], [0; 3], [0; 3]]
    );
}

#[test]
fn every_case_fills_its_output() {
    for case in cases() {
        let out = case.expected(&KERNEL);
        assert!(out.iter().all(|c| c & WRITTEN != 0), "{}", case.name);
    }
}
