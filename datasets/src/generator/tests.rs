//! The same bytes from any number of threads; counts and spectrum as intended.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use genodex_engine::store::{Store, verify};

use super::*;

fn spec(samples: usize, variants: u64) -> Spec {
    Spec {
        samples,
        variants,
        seed: 7,
        common: None,
    }
}

fn all_in(dir: &Path) -> Outputs {
    Outputs {
        store: Some(dir.join("s.gdx")),
        replace: false,
        vcf: Some(dir.join("s.vcf.gz")),
        bcf: Some(dir.join("s.bcf")),
        truth: Some(dir.join("s.tsv")),
    }
}

/// Every file under a folder, by its path in it.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().display().to_string();
                out.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    out
}

fn inflate(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    noodles_bgzf::io::Reader::new(fs::File::open(path).unwrap())
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

#[test]
fn threads_change_nothing_and_the_seed_does() {
    let run = |threads: usize, spec: &Spec| {
        let dir = tempfile::tempdir().unwrap();
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| generate(spec, &all_in(dir.path()), &|_| ()))
            .unwrap();
        files(dir.path())
    };
    let one = run(1, &spec(700, 1500));
    assert!(one.len() >= 10, "{:?}", one.keys());
    for threads in [2, 3, 8] {
        assert!(one == run(threads, &spec(700, 1500)), "{threads} threads");
    }
    let mut other = spec(700, 1500);
    other.seed = 8;
    let other = run(2, &other);
    assert_ne!(one["s.tsv"], other["s.tsv"]);
    assert_ne!(
        one["s.gdx/g000001/samples.arrow"],
        other["s.gdx/g000001/samples.arrow"]
    );
}

#[test]
fn store_text_and_tally_agree_call_by_call() {
    for samples in [1, 2, 63, 64, 65, 333] {
        let dir = tempfile::tempdir().unwrap();
        let outputs = all_in(dir.path());
        let done = generate(&spec(samples, 700), &outputs, &|_| ()).unwrap();
        assert_eq!(done.rows, 700);
        let root = outputs.store.unwrap();
        assert!(verify(&root, &|_| ()).unwrap().damage.is_empty());
        let store = Store::open(&root).unwrap();
        assert_eq!(store.n_samples(), samples);

        // All split rows of the text, as `position, alternate, calls`.
        let text = String::from_utf8(inflate(&outputs.vcf.unwrap())).unwrap();
        let mut expected = Vec::new();
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            let fields: Vec<&str> = line.split('\t').collect();
            assert_eq!(fields.len(), 9 + samples);
            for (i, alternate) in fields[4].split(',').enumerate() {
                let calls: Vec<String> = fields[9..].iter().map(|s| (*s).to_owned()).collect();
                expected.push((fields[1].to_owned(), alternate.to_owned(), i + 1, calls));
            }
        }
        assert_eq!(expected.len(), 700);
        let truth = fs::read_to_string(outputs.truth.unwrap()).unwrap();
        let mut truth = truth.lines().skip(1);
        let mut expected = expected.into_iter();
        for shard in store.shards() {
            let (sites, genotypes) = (shard.sites().unwrap(), shard.genotypes().unwrap());
            let haploid = genotypes.haploid_table().unwrap();
            for row in 0..shard.n_rows() {
                let calls = genotypes.row(row).unwrap().calls(haploid).unwrap();
                let (pos, alternate, allele, text) = expected.next().unwrap();
                assert_eq!(sites.positions()[row].to_string(), pos);
                let allele = allele.to_string();
                for (s, call) in text.iter().enumerate() {
                    let (a, b) = call.split_once('|').unwrap();
                    let one = |x: &str| x == allele;
                    let flipped = one(a) && !one(b);
                    let bits = if a == "." {
                        (true, true)
                    } else {
                        (one(a) != one(b), one(a) && one(b))
                    };
                    assert_eq!((calls.lo.get(s), calls.hi.get(s)), bits, "{call}");
                    assert_eq!(calls.flipped.get(s), flipped, "{call}");
                    assert!(calls.phased.get(s));
                }
                let counts = calls.counts();
                let line: Vec<&str> = truth.next().unwrap().split('\t').collect();
                assert_eq!(line[1], pos);
                assert_eq!(line[3], alternate);
                assert_eq!(line[4], counts.allele_count().to_string());
                assert_eq!(line[5], counts.allele_number().to_string());
            }
        }
        assert_eq!(expected.next(), None);
        assert_eq!(truth.next(), None);
    }
}

#[test]
fn bcf_holds_what_the_text_holds() {
    let dir = tempfile::tempdir().unwrap();
    let outputs = all_in(dir.path());
    let done = generate(&spec(37, 500), &outputs, &|_| ()).unwrap();
    let text = String::from_utf8(inflate(&outputs.vcf.unwrap())).unwrap();
    let bytes = inflate(&outputs.bcf.unwrap());
    let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    assert_eq!(&bytes[..5], b"BCF\x02\x02");
    let header = u32_at(5);
    let head = text.lines().take_while(|l| l.starts_with('#'));
    let head: String = head.flat_map(|l| [l, "\n"]).collect();
    assert_eq!(&bytes[9..9 + header - 1], head.as_bytes());
    let mut at = 9 + header;
    let mut records = 0;
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let (shared, own) = (u32_at(at), u32_at(at + 4));
        let body = at + 8;
        assert_eq!((u32_at(body + 4) + 1).to_string(), fields[1]);
        assert_eq!(u32_at(body + 8), fields[3].len());
        let calls = &bytes[body + shared + 3..body + shared + own];
        assert_eq!(calls.len(), 2 * 37);
        for (pair, call) in calls.as_chunks::<2>().0.iter().zip(&fields[9..]) {
            let allele = |code: u8| match code >> 1 {
                0 => ".".to_owned(),
                n => (n - 1).to_string(),
            };
            assert_eq!(format!("{}|{}", allele(pair[0]), allele(pair[1])), *call);
            assert_eq!((pair[0] & 1, pair[1] & 1), (0, 1));
        }
        at = body + shared + own;
        records += 1;
    }
    assert_eq!((at, records), (bytes.len(), done.records));
}

#[test]
fn the_spectrum_is_that_of_people() {
    let dir = tempfile::tempdir().unwrap();
    let outputs = Outputs {
        truth: Some(dir.path().join("s.tsv")),
        ..Outputs::default()
    };
    let done = generate(&spec(2504, 20_000), &outputs, &|_| ()).unwrap();
    let share = |n: u64| n as f64 / done.rows as f64;
    assert!((0.40..0.45).contains(&share(done.singletons)), "{done:?}");
    assert!((0.09..0.17).contains(&share(done.common)), "{done:?}");
    let text = fs::read_to_string(outputs.truth.unwrap()).unwrap();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .skip(1)
        .map(|l| l.split('\t').collect())
        .collect();
    let count = |test: &dyn Fn(&[&str]) -> bool| {
        rows.iter().filter(|r| test(r)).count() as f64 / rows.len() as f64
    };
    let snvs = count(&|r| r[2].len() == 1 && r[3].len() == 1);
    assert!((0.88..0.92).contains(&snvs), "{snvs}");
    let doubletons = count(&|r| r[4] == "2");
    assert!((0.10..0.16).contains(&doubletons), "{doubletons}");
    let frequency = |r: &[&str]| r[4].parse::<f64>().unwrap() / r[5].parse::<f64>().unwrap();
    let middle = count(&|r| (0.3..0.7).contains(&frequency(r)));
    assert!((0.005..0.06).contains(&middle), "{middle}");
    let complete = count(&|r| r[5] == "5008");
    assert!((0.85..0.95).contains(&complete), "{complete}");
    let multi = done.rows - done.records;
    assert!((300..600).contains(&multi), "{multi}");
}

/// Squared correlation of two rows' genotypes, and frequencies by population.
#[test]
fn neighbours_are_linked_and_populations_differ() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("s.gdx");
    let outputs = Outputs {
        store: Some(root.clone()),
        ..Outputs::default()
    };
    let mut spec = spec(1000, 3000);
    spec.common = Some(1.0);
    generate(&spec, &outputs, &|_| ()).unwrap();
    let store = Store::open(&root).unwrap();
    let genotypes = store.shards()[0].genotypes().unwrap();
    let people = people::People::new(1000, 7);
    let rows: Vec<Vec<f64>> = (0..512)
        .map(|row| {
            let calls = genotypes.row(row).unwrap().calls(&[]).unwrap();
            (0..1000)
                .map(|s| [0.0, 1.0, 2.0, 0.0][calls.genotype(s) as usize])
                .collect()
        })
        .collect();
    let r2 = |a: &[f64], b: &[f64]| {
        let n = a.len() as f64;
        let (ma, mb) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
        let cov = |x: &[f64], mx: f64, y: &[f64], my: f64| {
            x.iter()
                .zip(y)
                .map(|(x, y)| (x - mx) * (y - my))
                .sum::<f64>()
        };
        let (aa, bb) = (cov(a, ma, a, ma), cov(b, mb, b, mb));
        (aa * bb > 0.0).then(|| cov(a, ma, b, mb).powi(2) / (aa * bb))
    };
    let mean = |apart: usize| {
        let all: Vec<f64> = (0..100)
            .filter_map(|i| r2(&rows[i], &rows[i + apart]))
            .collect();
        all.iter().sum::<f64>() / all.len() as f64
    };
    let (near, far) = (mean(1), mean(400));
    assert!(near > 0.08 && near > 2.0 * far, "{near} {far}");
    let mut apart = 0;
    for row in &rows {
        let frequency = |population: u8| {
            let who = (0..1000).filter(|&s| people.population[s] == population);
            let (n, sum) = who.fold((0, 0.0), |(n, sum), s| (n + 2, sum + row[s]));
            sum / f64::from(n)
        };
        let all = (0..5).map(frequency);
        let (low, high) = all.fold((1.0f64, 0.0f64), |(l, h), f| (l.min(f), h.max(f)));
        apart += usize::from(high - low > 0.1);
    }
    assert!((100..450).contains(&apart), "{apart}");
}

#[test]
fn impossible_numbers_are_refused_by_name() {
    let refused = |spec: Spec| {
        let outputs = Outputs::default();
        generate(&spec, &outputs, &|_| ()).unwrap_err().to_string()
    };
    assert!(refused(spec(0, 10)).contains("--samples"));
    assert!(refused(spec(10, 0)).contains("--variants"));
    assert!(refused(spec(500_000, 1 << 40)).contains("at most"));
    let mut odd = spec(10, 10);
    odd.common = Some(f64::NAN);
    assert!(refused(odd).contains("--common"));
}
