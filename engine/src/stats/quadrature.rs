//! Integrals of smooth functions over an interval.

/// Halvings of an interval.
const DEPTH: usize = 12;

/// Adaptive quadrature by Gauss (7 points) and Kronrod (15), to a relative accuracy. Where `f` is
/// itself less accurate than that, halving does not end before [`DEPTH`].
pub(super) fn integrate(
    f: &mut impl FnMut(f64) -> f64,
    (from, to): (f64, f64),
    accuracy: f64,
) -> f64 {
    let whole = gauss_kronrod(f, from, to);
    let within = accuracy * whole.1.abs();
    // Intervals with their estimates, and how often each was halved.
    let mut open = vec![((from, to), whole, 0)];
    let mut sum = 0.0;
    while let Some(((from, to), (gauss, kronrod), halvings)) = open.pop() {
        let near = (kronrod - gauss).abs() <= within.max(accuracy * kronrod.abs());
        if near || halvings == DEPTH || !kronrod.is_finite() {
            sum += kronrod;
        } else {
            let middle = f64::midpoint(from, to);
            for (from, to) in [(from, middle), (middle, to)] {
                open.push(((from, to), gauss_kronrod(f, from, to), halvings + 1));
            }
        }
    }
    sum
}

fn gauss_kronrod(f: &mut impl FnMut(f64) -> f64, from: f64, to: f64) -> (f64, f64) {
    // Nodes and weights: Kronrod 1965; node, Kronrod weight, Gauss weight (0 where not a node).
    const RULE: [(f64, f64, f64); 8] = [
        (0.991_455_371_120_812_6, 0.022_935_322_010_529_22, 0.0),
        (
            0.949_107_912_342_758_5,
            0.063_092_092_629_978_55,
            0.129_484_966_168_869_7,
        ),
        (0.864_864_423_359_769_1, 0.104_790_010_322_250_2, 0.0),
        (
            0.741_531_185_599_394_4,
            0.140_653_259_715_525_9,
            0.279_705_391_489_276_7,
        ),
        (0.586_087_235_467_691_1, 0.169_004_726_639_267_9, 0.0),
        (
            0.405_845_151_377_397_2,
            0.190_350_578_064_785_4,
            0.381_830_050_505_118_9,
        ),
        (0.207_784_955_007_898_5, 0.204_432_940_075_298_9, 0.0),
        (0.0, 0.209_482_141_084_727_8, 0.417_959_183_673_469_4),
    ];
    let (middle, half) = (f64::midpoint(from, to), 0.5 * (to - from));
    let (mut gauss, mut kronrod) = (0.0, 0.0);
    for (node, k, g) in RULE {
        let value = if node == 0.0 {
            f(middle)
        } else {
            f(middle - half * node) + f(middle + half * node)
        };
        kronrod += k * value;
        gauss += g * value;
    }
    (gauss * half, kronrod * half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrals_that_are_known() {
        let normal = integrate(&mut |z: f64| (-0.5 * z * z).exp(), (0.0, 8.0), 1e-7);
        assert!((normal - (std::f64::consts::PI / 2.0).sqrt()).abs() < 1e-7);
        // With a kink, as the least of several lines has.
        let kink = integrate(&mut |x: f64| (x - 0.3).abs(), (0.0, 1.0), 1e-7);
        assert!((kink - 0.29).abs() < 1e-7);
        assert_eq!(integrate(&mut |_| 1.0, (2.0, 2.0), 1e-7), 0.0);
    }
}
