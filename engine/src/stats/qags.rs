//! The integral of a function that may be singular at an end, as the routine DQAGS of QUADPACK
//! takes it (Piessens et al. 1983, *QUADPACK*, Springer): intervals are halved where the error is
//! largest, by the rule of Gauss (10 points) and Kronrod (21), and the sequence of sums is
//! extrapolated by Wynn's epsilon algorithm.
//!
//! regenie and R's `integrate` stop this routine at a coarse accuracy, so that its very steps are
//! in their results. Where an accurate integral is wanted, `quadrature` is simpler.

use super::epsilon::EpsilonTable;

const EPSILON: f64 = f64::EPSILON;

/// An interval, its integral, and the error of that.
#[derive(Clone, Copy)]
struct Interval {
    from: f64,
    to: f64,
    area: f64,
    error: f64,
}

impl Interval {
    fn width(&self) -> f64 {
        (self.to - self.from).abs()
    }
}

/// What a rule says of an interval.
struct Estimate {
    area: f64,
    error: f64,
    /// Integral of the function's absolute value.
    absolute: f64,
    /// Integral of its absolute difference from its mean.
    spread: f64,
}

/// `None` where the routine reports that the accuracy was not reached.
pub(super) fn integrate_like_quadpack(
    f: &mut impl FnMut(f64) -> f64,
    (from, to): (f64, f64),
    (absolute, relative): (f64, f64),
    limit: usize,
) -> Option<f64> {
    let first = kronrod_21(f, from, to);
    let size = first.area.abs();
    let mut bound = absolute.max(relative * size);
    if first.error <= 100.0 * EPSILON * first.absolute && first.error > bound {
        return None;
    }
    if (first.error <= bound && first.error != first.spread) || first.error == 0.0 {
        return Some(first.area);
    }
    let mut list = ByError::new(from, to, &first);
    let mut table = EpsilonTable::new(first.area);
    let (mut area, mut error_sum) = (first.area, first.error);
    let mut best = (f64::MAX, 0.0);
    let (mut extrapolating, mut extrapolation_ended) = (false, false);
    let mut since_better = 0;
    let (mut small, mut large_error, mut test) = (0.0, 0.0, 0.0);
    let mut roundoff = [0; 3];
    let (mut failed, mut roundoff_in_table) = (false, false);
    let one_sign = size >= (1.0 - 50.0 * EPSILON) * first.absolute;
    for last in 2..=limit {
        let worst = list.worst();
        let middle = 0.5 * (worst.from + worst.to);
        let left = kronrod_21(f, worst.from, middle);
        let right = kronrod_21(f, middle, worst.to);
        let (both, error) = (left.area + right.area, left.error + right.error);
        error_sum += error - worst.error;
        area += both - worst.area;
        if left.spread != left.error && right.spread != right.error {
            let same = (worst.area - both).abs() <= 1e-5 * both.abs();
            if same && error >= 0.99 * worst.error {
                roundoff[usize::from(extrapolating)] += 1;
            }
            if last > 10 && error > worst.error {
                roundoff[2] += 1;
            }
        }
        bound = absolute.max(relative * area.abs());
        failed = roundoff[0] + roundoff[1] >= 10 || roundoff[2] >= 20 || last == limit;
        roundoff_in_table |= roundoff[1] >= 5;
        let reach = worst.from.abs().max(worst.to.abs());
        failed |= reach <= (1.0 + 100.0 * EPSILON) * (middle.abs() + 1000.0 * f64::MIN_POSITIVE);
        list.split(middle, &left, &right);
        if error_sum <= bound {
            return (!failed).then(|| list.sum());
        }
        if failed {
            break;
        }
        if last == 2 {
            small = (to - from).abs() * 0.375;
            (large_error, test) = (error_sum, bound);
            table.second(area);
            continue;
        }
        if extrapolation_ended {
            continue;
        }
        large_error -= worst.error;
        if (middle - worst.from).abs() > small {
            large_error += error;
        }
        if !extrapolating {
            if list.worst().width() > small {
                continue;
            }
            extrapolating = true;
            list.skip_worst();
        }
        if !roundoff_in_table && large_error > test && list.seek_wider_than(small) {
            // Larger intervals come first.
            continue;
        }
        let (value, error) = table.extrapolate(area);
        since_better += 1;
        failed = since_better > 5 && best.0 < 1e-3 * error_sum;
        if error < best.0 {
            since_better = 0;
            best = (error, value);
            test = absolute.max(relative * value.abs());
            if best.0 <= test {
                break;
            }
        }
        extrapolation_ended |= table.is_started_anew();
        if failed {
            break;
        }
        list.back_to_worst();
        extrapolating = false;
        small *= 0.5;
        large_error = error_sum;
    }
    if failed {
        return None;
    }
    let (error, result) = best;
    if error == f64::MAX {
        return Some(list.sum());
    }
    if roundoff_in_table {
        return None;
    }
    let nothing = !one_sign && result.abs().max(area.abs()) <= 0.01 * first.absolute;
    let ratio = result / area;
    let apart = !(0.01..=100.0).contains(&ratio) || error_sum > area.abs();
    (nothing || !apart).then_some(result)
}

/// The intervals, in the order of their errors.
struct ByError {
    intervals: Vec<Interval>,
    /// Places in `intervals`, the largest error first.
    order: Vec<usize>,
    /// The place in `order` that is halved next.
    at: usize,
}

impl ByError {
    fn new(from: f64, to: f64, whole: &Estimate) -> Self {
        Self {
            intervals: vec![Interval {
                from,
                to,
                area: whole.area,
                error: whole.error,
            }],
            order: vec![0],
            at: 0,
        }
    }

    fn worst(&self) -> Interval {
        self.intervals[self.order[self.at]]
    }

    fn sum(&self) -> f64 {
        self.intervals.iter().map(|i| i.area).sum()
    }

    const fn back_to_worst(&mut self) {
        self.at = 0;
    }

    const fn skip_worst(&mut self) {
        self.at = 1;
    }

    /// From the next to be halved on, one that is wider than `small`; where there is none, the
    /// place is beyond all.
    fn seek_wider_than(&mut self, small: f64) -> bool {
        while self.at < self.order.len() {
            if self.worst().width() > small {
                return true;
            }
            self.at += 1;
        }
        false
    }

    /// Puts two halves in place of the interval: the one with the larger error where it was.
    fn split(&mut self, middle: f64, left: &Estimate, right: &Estimate) {
        let place = self.order[self.at];
        let whole = self.intervals[place];
        let half = |from, to, of: &Estimate| Interval {
            from,
            to,
            area: of.area,
            error: of.error,
        };
        let (left, right) = (
            half(whole.from, middle, left),
            half(middle, whole.to, right),
        );
        let (larger, smaller) = if right.error > left.error {
            (right, left)
        } else {
            (left, right)
        };
        self.intervals[place] = larger;
        let new = self.intervals.len();
        self.intervals.push(smaller);
        // The larger error may have grown: up, then down from there.
        let error = |i: &usize| self.intervals[*i].error;
        let mut at = self.at;
        self.order.remove(at);
        while at > 0 && larger.error > error(&self.order[at - 1]) {
            at -= 1;
        }
        while at < self.order.len() && larger.error < error(&self.order[at]) {
            at += 1;
        }
        self.order.insert(at, place);
        // The smaller one from below.
        let mut end = self.order.len();
        while end > at + 1 && smaller.error >= error(&self.order[end - 1]) {
            end -= 1;
        }
        self.order.insert(end, new);
        // Extrapolation goes on from the same place, unless the larger error moved up.
        self.at = self.at.min(at);
    }
}

fn kronrod_21(f: &mut impl FnMut(f64) -> f64, from: f64, to: f64) -> Estimate {
    // Node, Kronrod weight, Gauss weight (0 where not a node).
    const RULE: [(f64, f64, f64); 10] = [
        (0.995_657_163_025_808_1, 0.011_694_638_867_371_874, 0.0),
        (
            0.973_906_528_517_171_7,
            0.032_558_162_307_964_725,
            0.066_671_344_308_688_14,
        ),
        (0.930_157_491_355_708_2, 0.054_755_896_574_351_995, 0.0),
        (
            0.865_063_366_688_984_5,
            0.075_039_674_810_919_96,
            0.149_451_349_150_580_6,
        ),
        (0.780_817_726_586_416_9, 0.093_125_454_583_697_6, 0.0),
        (
            0.679_409_568_299_024_4,
            0.109_387_158_802_297_64,
            0.219_086_362_515_982_04,
        ),
        (0.562_757_134_668_604_7, 0.123_491_976_262_065_85, 0.0),
        (
            0.433_395_394_129_247_2,
            0.134_709_217_311_473_34,
            0.269_266_719_309_996_35,
        ),
        (0.294_392_862_701_460_2, 0.142_775_938_577_060_09, 0.0),
        (
            0.148_874_338_981_631_22,
            0.147_739_104_901_338_49,
            0.295_524_224_714_752_87,
        ),
    ];
    const AT_MIDDLE: f64 = 0.149_445_554_002_916_9;
    let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
    let central = f(middle);
    let (mut gauss, mut kronrod, mut absolute) =
        (0.0, AT_MIDDLE * central, AT_MIDDLE * central.abs());
    let mut values = [(0.0, 0.0); 10];
    // QUADPACK adds the nodes of both rules first; the order is in the last bits.
    for i in (1..10).step_by(2).chain((0..10).step_by(2)) {
        let (node, weight, of_gauss) = RULE[i];
        let (low, high) = (f(middle - half * node), f(middle + half * node));
        values[i] = (low, high);
        gauss += of_gauss * (low + high);
        kronrod += weight * (low + high);
        absolute += weight * (low.abs() + high.abs());
    }
    let mean = 0.5 * kronrod;
    let mut spread = AT_MIDDLE * (central - mean).abs();
    for ((low, high), (_, weight, _)) in values.iter().zip(&RULE) {
        spread += weight * ((low - mean).abs() + (high - mean).abs());
    }
    let width = half.abs();
    let (absolute, spread) = (absolute * width, spread * width);
    let mut error = ((kronrod - gauss) * half).abs();
    if spread != 0.0 && error != 0.0 {
        error = spread * (200.0 * error / spread).powf(1.5).min(1.0);
    }
    if absolute > f64::MIN_POSITIVE / (50.0 * EPSILON) {
        error = error.max(50.0 * EPSILON * absolute);
    }
    Estimate {
        area: kronrod * half,
        error,
        absolute,
        spread,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.integrate.quad(f, a, b, epsabs=1e-25, epsrel=2**-13, full_output=1)`, which is this
    /// routine: results and numbers of evaluations.
    #[test]
    fn as_quadpack_to_the_last_bits() {
        type Case = (fn(f64) -> f64, f64, f64, f64, usize);
        let cases: [Case; 6] = [
            (|x| 1.0 / x.sqrt(), 0.0, 1.0, 1.999_999_999_999_998_4, 231),
            (
                |x| (-0.5 * x).exp() / x.sqrt(),
                0.0,
                7.3,
                2.489_343_914_770_649,
                231,
            ),
            (|x| (x - 0.3).abs(), 0.0, 1.0, 0.290_000_019_340_994, 315),
            (
                |x| {
                    let least = 1f64
                        .min(0.1 + (x - 0.2).max(0.0).powi(2))
                        .min(0.2 + (x - 1.1).abs());
                    least / x.sqrt() * (-x / 2.0).exp()
                },
                0.0,
                3.0,
                0.680_556_475_730_872_5,
                945,
            ),
            (
                |x| x.ln() * (9.0 * x).sin().powi(2) + 3.0,
                0.0,
                2.0,
                5.755_995_958_386_525,
                63,
            ),
            (
                |x| (10.0 * x).sin().abs(),
                0.0,
                5.0,
                3.196_508_096_512_142_4,
                2961,
            ),
        ];
        for (f, from, to, expected, evaluations) in cases {
            let mut n = 0;
            let mut counted = |x: f64| {
                n += 1;
                f(x)
            };
            let value =
                integrate_like_quadpack(&mut counted, (from, to), (1e-25, 2f64.powi(-13)), 1000)
                    .unwrap();
            assert_eq!(n, evaluations);
            assert!(
                (value - expected).abs() <= 1e-13 * expected,
                "{value} {expected}"
            );
        }
    }
}
