//! What cannot be written, and what is empty.

use std::path::Path;

use arrow_array::RecordBatch;

use crate::common::{fails, index, run, write};
use crate::made::made;
use crate::read::{arrow, npy, parquet};

#[test]
fn what_cannot_be_written_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let input = write(folder.path(), "in.vcf", made(1, 4, 5).text);
    let store = folder.path().join("s.gdx");
    index(&input, &store);
    let path = store.to_str().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let empty = write(folder.path(), "empty.txt", "");
    for (words, expected) in [
        (vec!["-o", "x.docx"], "--format"),
        (vec!["--matrix"], "-o FILE.npy"),
        (vec!["--matrix", "-o", "x.parquet"], "not Parquet"),
        (vec!["-G", "-o", "x.npy"], "-G is for VCF"),
        (vec!["--float", "-o", "x.vcf"], "--matrix"),
        (vec!["-o", "no-such-folder/x.vcf"], "no-such-folder"),
        (vec!["--columns", "POSS", "-o", "x.arrow"], "\"POS\""),
        (vec!["--columns", "AC", "-o", "x.arrow"], "AC_ALL"),
        (vec!["-S", empty.to_str().unwrap()], "no sample is named"),
        (vec!["--keep", "nosuch==1"], "nosuch"),
    ] {
        let error = fails(2, ["export", path].iter().chain(&words));
        assert!(error.contains(expected), "{words:?}: {error}");
    }
    let (vcf, table, matrix) = (file("e.bcf"), file("e.parquet"), file("e.npy"));
    for name in [&vcf, &table, &matrix] {
        let out = run(["export", path, "-r", "1:1-2", "-o", name]);
        let said = String::from_utf8(out.stderr).unwrap();
        assert!(
            out.status.success() && said.contains("no variant"),
            "{said}"
        );
    }
    assert_eq!(
        parquet(Path::new(&table))
            .iter()
            .map(RecordBatch::num_rows)
            .sum::<usize>(),
        0
    );
    let shape = npy(Path::new(&matrix));
    assert_eq!((shape.0, shape.1), (4, 0));
    let people = file("e.arrow");
    let out = run(["export", path, "-r", "1:1-2", "--matrix", "-o", &people]);
    assert!(out.status.success());
    let rows = arrow(Path::new(&people));
    assert_eq!(rows.iter().map(RecordBatch::num_rows).sum::<usize>(), 4);
    let again = folder.path().join("again.gdx");
    index(Path::new(&vcf), &again);
    let out = run(["export", path, "-O", "b", "-o", &file("x.vcf")]);
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(
        said.contains("written as BCF") && said.contains("its name says VCF"),
        "{said}"
    );
}
