//! An import that is killed at any moment leaves the old store or none, and the next import
//! cleans up.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use common::{genodex, stdout, vcf, write};

/// Moments at which an import is killed.
const KILLS: u32 = 50;

/// Starts an import; kills it after `after` if it still runs. Whether it was killed.
fn import(input: &Path, store: &Path, after: Option<Duration>) -> bool {
    let mut child = genodex()
        .args(["-q", "index", "--force"])
        .arg(input)
        .arg("-o")
        .arg(store)
        .spawn()
        .unwrap();
    if let Some(after) = after {
        std::thread::sleep(after);
        if child.try_wait().unwrap().is_none() {
            // SIGKILL on Unix.
            child.kill().unwrap();
            child.wait().unwrap();
            return true;
        }
    }
    assert!(child.wait().unwrap().success());
    false
}

#[test]
fn killed_imports_leave_the_old_store_or_none() {
    let dir = tempfile::tempdir().unwrap();
    let d = dir.path();
    let old = write(d, "old.vcf", vcf("1", 50, 20));
    let new = write(d, "new.vcf", vcf("1", 1000, 1500));
    let rows = |store: &Path| -> u64 {
        let text = stdout(["info", store.to_str().unwrap(), "--format", "json"]);
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["variants"]
            .as_u64()
            .unwrap()
    };
    // The first import may be slower than those that follow.
    let times = [(); 3].map(|()| {
        let start = Instant::now();
        import(&new, &d.join("whole.gdx"), None);
        start.elapsed()
    });
    let lasts = times[0].min(times[1]).min(times[2]);
    let mut killed = 0;
    for i in 0..KILLS {
        // Moments spread evenly, in an order that is not: a golden-ratio sequence.
        let part = f64::from(i) * 0.618_033_988_75 % 1.0;
        let after = lasts.mul_f64(part);
        let store = d.join(format!("s{i}.gdx"));
        let replaces = i % 2 == 0;
        if replaces {
            import(&old, &store, None);
        }
        killed += u32::from(import(&new, &store, Some(after)));
        let s = store.to_str().unwrap();
        if store.join("manifest.json").exists() {
            let n = rows(&store);
            assert!(
                n == 1500 || (replaces && n == 20),
                "{n} rows after {after:?}"
            );
            stdout(["verify", s]);
        } else {
            assert!(!replaces);
        }
        import(&new, &store, None);
        assert_eq!(rows(&store), 1500);
        stdout(["verify", s]);
        let folders = std::fs::read_dir(&store).unwrap().count();
        assert_eq!(folders, 3, "manifest, lock and one generation");
        std::fs::remove_dir_all(&store).unwrap();
    }
    assert!(
        killed >= KILLS / 2,
        "only {killed} imports were killed in time"
    );
}
